package index

import (
	"bytes"
	"encoding/binary"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// Long names don't become keys as they are.
const (
	longName = 1024 // decoded names over this many bytes are cut
	cutName  = longName - 16
)

// appendName appends a decoded name as it stands in keys: cut, with the hash of the whole behind, if it is long.
func appendName(dst, decoded []byte) []byte {
	if len(decoded) <= longName {
		return append(dst, decoded...)
	}
	hash := hashOf(jsonscan.AppendEscaped(nil, decoded))
	dst = append(dst, decoded[:cutName]...)
	dst = binary.BigEndian.AppendUint64(dst, hash.Hi)
	return binary.BigEndian.AppendUint64(dst, hash.Lo)
}

// AppendPart appends one part of a key of several, so that keys sort by their first part, then by their second: a zero
// byte becomes 00 FF, and 00 00 ends the part.
func AppendPart(dst, part []byte) []byte {
	for {
		i := bytes.IndexByte(part, 0)
		if i < 0 {
			break
		}
		dst = append(append(dst, part[:i]...), 0, 0xff)
		part = part[i+1:]
	}
	return append(append(dst, part...), 0, 0)
}

// CutPart returns the first part of a key and what follows it. ok is false if there is none.
func CutPart(key []byte) (part, rest []byte, ok bool) {
	from, escaped := 0, false
	for i := 0; ; {
		zero := bytes.IndexByte(key[i:], 0)
		if zero < 0 || i+zero+1 >= len(key) {
			return nil, nil, false
		}
		i += zero
		switch key[i+1] {
		case 0:
			if !escaped {
				return key[:i], key[i+2:], true
			}
			return append(part, key[from:i]...), key[i+2:], true
		case 0xff:
			part = append(part, key[from:i+1]...)
			escaped = true
			i += 2
			from = i
		default:
			return nil, nil, false
		}
	}
}
