package unload

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
)

// appendText appends bytes as a JSON string in ASCII. plain is false if the
// bytes are not text (WTF-8): those that aren't are written as \udcXX.
func appendText(dst, b []byte) (out []byte, plain bool) {
	if isText(b) {
		return contrail.AppendJSONString(dst, b, true), true
	}
	// Encoded surrogates are bytes like others here: each \udcXX stands for one byte, so that the way back is exact.
	dst = append(dst, '"')
	for len(b) > 0 {
		n := 0
		for n < len(b) {
			r, size := utf8.DecodeRune(b[n:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			n += size
		}
		quoted := contrail.AppendJSONString(nil, b[:n], true)
		dst = append(dst, quoted[1:len(quoted)-1]...)
		if b = b[n:]; len(b) > 0 {
			dst = fmt.Appendf(dst, `\udc%02x`, b[0])
			b = b[1:]
		}
	}
	return append(dst, '"'), false
}

// isText tells if bytes are UTF-8, or that with encoded surrogates in it, which
// Python 2 lets through and a dump has as \ud800.
func isText(b []byte) bool {
	for !utf8.Valid(b) {
		i := 0
		for i < len(b) {
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n <= 1 {
				break
			}
			i += n
		}
		if i+2 >= len(b) || b[i] != 0xed || b[i+1]&0xe0 != 0xa0 || b[i+2]&0xc0 != 0x80 {
			return false
		}
		b = b[i+3:]
	}
	return true
}

// appendEscaped appends ASCII text as it stands inside of a JSON string.
func appendEscaped(dst, text []byte) []byte {
	for _, c := range text {
		if c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return dst
}

// append appends the numbers as the list that a dump has.
func (s *Stat) append(dst []byte) []byte {
	dst = append(dst, '[')
	for i, n := range []int64{
		s.Czxid, s.Mzxid, s.Ctime, s.Mtime, int64(s.Version), int64(s.Cversion), int64(s.Aversion), s.EphemeralOwner,
		int64(s.DataLength), int64(s.NumChildren), s.Pzxid,
	} {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = strconv.AppendInt(dst, n, 10)
	}
	return append(dst, ']')
}
