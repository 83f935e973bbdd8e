package jsonscan

import (
	"unicode/utf16"
	"unicode/utf8"
)

// AppendUnicode appends the spelling of the raw text of a string that Python's
// json module writes with ensure_ascii off: quotes, backslashes and control
// characters are escaped as AppendCanonical does, everything else is not. Lone
// surrogates, which Python can't print so, stay escapes.
func AppendUnicode(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		j := i
		for j < len(raw) && raw[j] >= 0x20 && raw[j] != '\\' && raw[j] != 0xed {
			j++
		}
		dst = append(dst, raw[i:j]...)
		if j == len(raw) {
			break
		}
		i = j
		n := 1
		switch raw[i] {
		case '\\':
			var r rune
			if r, n = escapedRune(raw[i:]); r >= 0x7f {
				dst = utf8.AppendRune(dst, r)
			} else {
				dst = AppendCanonical(dst, raw[i:i+n])
			}
		case 0xed: // begins a surrogate that is encoded as three bytes, or a character
			if isSurrogateBytes(raw[i:]) {
				n = 3
				dst = AppendCanonical(dst, raw[i:i+n])
			} else {
				dst = append(dst, raw[i])
			}
		default:
			dst = appendUnit(dst, uint16(raw[i]))
		}
		i += n
	}
	return dst
}

// escapedRune returns the character that the escape or the pair of escapes at
// the beginning of b stands for, and its length. The character is -1 if it is a
// lone surrogate or a short escape, which need their canonical spelling.
func escapedRune(b []byte) (r rune, n int) {
	if len(b) < 2 {
		return -1, len(b)
	}
	if b[1] != 'u' {
		return -1, 2
	}
	u, ok := hex4(b[2:])
	switch {
	case !ok:
		return -1, len(b)
	case !utf16.IsSurrogate(u):
		return u, 6
	case surrogatePair(b, u) == 12:
		low, _ := hex4(b[8:])
		return utf16.DecodeRune(u, low), 12
	}
	return -1, 6
}
