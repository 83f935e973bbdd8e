package dump

import (
	"fmt"
	"unicode/utf8"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// AppendBytes appends what a database holds as a JSON string in canonical spelling, with its quotes. plain is false if it
// is not text (see IsText): then each byte that belongs to no character is written as \udcXX, also where it encodes half of
// a surrogate pair, so that the way back is exact: BytesOf.
func AppendBytes(dst, b []byte) (out []byte, plain bool) {
	if IsText(b) {
		return append(jsonscan.AppendEscaped(append(dst, '"'), b), '"'), true
	}
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
		dst = jsonscan.AppendEscaped(dst, b[:n])
		if b = b[n:]; len(b) > 0 {
			dst = fmt.Appendf(dst, `\udc%02x`, b[0])
			b = b[1:]
		}
	}
	return append(dst, '"'), false
}

// BytesOf returns the bytes that decoded text of AppendBytes stands for where they are not text.
func BytesOf(text []byte) []byte {
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

// IsText tells if bytes are UTF-8, or that with halves of surrogate pairs in it, which Python 2 lets through and a dump has
// as \ud800. Two halves that make a pair are not: as text they would become one character of other bytes.
func IsText(b []byte) bool {
	high := false // a first half ends here
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
		second := b[i+1] >= 0xb0
		if second && high && i == 0 {
			return false
		}
		high = !second
		b = b[i+3:]
	}
	return true
}
