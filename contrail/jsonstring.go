package contrail

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// AppendJSONString appends text, which is WTF-8, as a JSON string with its
// quotes, in the shortest escapes that Python's json module uses too. A lone
// surrogate becomes \udXXX. A byte that is no WTF-8 at all becomes \udcXX, as
// the dump itself has it. With ascii all other characters above DEL are escaped
// as well.
func AppendJSONString[T string | []byte](dst []byte, text T, ascii bool) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, n := decodeWTF8(text[i:])
			if ascii || n == 1 || utf16.IsSurrogate(r) {
				dst = appendRuneEscape(dst, r)
			} else {
				dst = append(dst, text[i:i+n]...)
			}
			i += n
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= 0x20 && (c < 0x7f || !ascii):
			dst = append(dst, c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		default:
			dst = appendEscape(dst, rune(c))
		}
		i++
	}
	return append(dst, '"')
}

// AppendWellFormed appends JSON text whose strings are WTF-8 as JSON text whose
// strings are UTF-8: what UTF-8 has no place for becomes an escape.
func AppendWellFormed(dst, text []byte) []byte {
	if utf8.Valid(text) {
		return append(dst, text...)
	}
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			dst = append(dst, text[i])
			i++
			continue
		}
		r, n := decodeWTF8(text[i:])
		if n == 1 || utf16.IsSurrogate(r) {
			dst = appendRuneEscape(dst, r)
		} else {
			dst = append(dst, text[i:i+n]...)
		}
		i += n
	}
	return dst
}

// decodeWTF8 decodes the character at the beginning of text. A byte that
// belongs to none is the surrogate U+DC00 + byte, of length 1.
func decodeWTF8[T string | []byte](text T) (rune, int) {
	r, n := utf8.DecodeRuneInString(string(text[:min(len(text), utf8.UTFMax)]))
	if n > 1 || r != utf8.RuneError {
		return r, n
	}
	if len(text) >= 3 && text[0] == 0xed && text[1]&0xe0 == 0xa0 && text[2]&0xc0 == 0x80 {
		return 0xd000 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f), 3
	}
	return 0xdc00 | rune(text[0]), 1
}

func appendRuneEscape(dst []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); r > 0xffff {
		return appendEscape(appendEscape(dst, high), low)
	}
	return appendEscape(dst, r)
}

func appendEscape(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// unquote returns what a JSON string, given with its quotes and known to be
// valid, stands for, as WTF-8.
func unquote(quoted []byte) []byte {
	return jsonscan.AppendDecoded(nil, quoted[1:len(quoted)-1])
}
