package leak

import "bytes"

// maxPacked is how often something compressed is looked for in something that
// was decompressed.
const maxPacked = 4

// Readings calls f with all that decoded bytes may be read as, until it returns
// true: what is compressed in them, from any place on, also inside of each
// other; text of UTF-16; and the bytes as they are. It tells if f has.
func Readings(plain []byte, f func([]byte) bool) bool { return readings(plain, maxPacked, f) }

func readings(plain []byte, deep int, f func([]byte) bool) bool {
	for i := 0; i+2 < len(plain) && deep > 0; i++ {
		if plain[i] != 0x1f && plain[i] != 0x78 || !isMagic(plain[i], plain[i+1]) {
			continue
		}
		if inflated := Inflate(plain[i:]); inflated != nil && readings(inflated, deep-1, f) {
			return true
		}
	}
	if isWide(plain) && f(bytes.ReplaceAll(plain, []byte{0}, nil)) {
		return true
	}
	return f(plain)
}

// isWide tells if bytes may be text of UTF-16 with letters of ASCII.
func isWide(plain []byte) bool {
	zeros := bytes.Count(plain, []byte{0})
	return zeros >= leastIdentifier && zeros*5 >= len(plain)*2
}
