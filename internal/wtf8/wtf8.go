// Package wtf8 knows text as dumps have it: WTF-8, which is UTF-8 in which half of a surrogate pair may stand as the three
// bytes it would have; and how an export spells bytes that are none (docs/live-metadata.md).
package wtf8

import "unicode/utf8"

// Valid tells if bytes are WTF-8. Two halves that make a pair are not: as text they would become one character of other bytes.
func Valid(b []byte) bool {
	first := false // the first half of a pair ends here
	for !utf8.Valid(b) {
		n := prefix(b)
		if b = b[n:]; len(b) < 3 || b[0] != 0xed || b[1]&0xe0 != 0xa0 || b[2]&0xc0 != 0x80 {
			return false
		}
		second := b[1] >= 0xb0
		if n == 0 && first && second {
			return false
		}
		first = !second
		b = b[3:]
	}
	return true
}

// prefix is the length of the UTF-8 at the beginning of b.
func prefix(b []byte) int {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		n += size
	}
	return n
}

// Spell returns the text that stands for bytes in a dump: themselves if they are WTF-8, otherwise with U+DCXX for each
// byte XX that is no part of UTF-8.
func Spell(b []byte) []byte {
	if Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		n := prefix(b)
		out = append(out, b[:n]...)
		if b = b[n:]; len(b) > 0 {
			out = append(out, 0xed, 0xb0|b[0]>>6, 0x80|b[0]&0x3f)
			b = b[1:]
		}
	}
	return out
}

// Bytes undoes Spell: each U+DC80 to U+DCFF becomes its byte.
func Bytes(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if i+2 < len(text) && text[i] == 0xed && (text[i+1] == 0xb2 || text[i+1] == 0xb3) {
			out = append(out, (text[i+1]&3)<<6|text[i+2]&0x3f)
			i += 2
			continue
		}
		out = append(out, text[i])
	}
	return out
}
