package jsonscan

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// check looks at the inside of a string, buf[p:q], that is not plain.
func (s *Scanner) check(p, q int) bool {
	b := s.buf[:q]
	for i := p; i < q; {
		c := b[i]
		switch {
		case c == '\\':
			if i+1 >= q {
				s.fail(i, "unfinished escape")
				return false
			}
			switch b[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
				continue
			case 'u':
			default:
				s.fail(i, "unknown escape \\%c", b[i+1])
				return false
			}
			u, ok := hex4(b[i+2:])
			if !ok {
				s.fail(i, "\\u without four hexadecimal digits")
				return false
			}
			n := 6
			if utf16.IsSurrogate(u) {
				n = surrogatePair(b[i:], u)
				if n == 6 && !s.flaw(LoneSurrogate, i, "escape of half a surrogate pair") {
					return false
				}
			}
			i += n
		case c < 0x20:
			if !s.flaw(ControlChar, i, "control character inside of a string") {
				return false
			}
			i++
		case c < utf8.RuneSelf:
			i++
		default:
			_, n := utf8.DecodeRune(b[i:])
			if n == 1 {
				if s.opts.WTF8 && isSurrogateBytes(b[i:]) {
					n = 3
				} else if !s.flaw(BadUTF8, i, "invalid UTF-8") {
					return false
				}
			}
			i += n
		}
	}
	return true
}

// surrogatePair returns the length of the escapes of a pair at the beginning
// of b, whose first escape stands for u, or 6.
func surrogatePair(b []byte, u rune) int {
	if u < 0xdc00 && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if v, ok := hex4(b[8:]); ok && v >= 0xdc00 && v <= 0xdfff {
			return 12
		}
	}
	return 6
}

func isSurrogateBytes(b []byte) bool {
	return len(b) >= 3 && b[0] == 0xed && b[1] >= 0xa0 && b[1] <= 0xbf && b[2]&0xc0 == 0x80
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var u rune
	for _, c := range b[:4] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		u = u<<4 | rune(c)
	}
	return u, true
}

// AppendDecoded appends what the raw text of a string stands for. A lone
// surrogate becomes its three bytes (WTF-8), other bytes that are not UTF-8
// stay as they are.
func AppendDecoded(dst, raw []byte) []byte {
	for {
		k := bytes.IndexByte(raw, '\\')
		if k < 0 || k+1 >= len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:k]...)
		switch c := raw[k+1]; c {
		case 'u':
			u, ok := hex4(raw[k+2:])
			if !ok {
				return append(dst, raw[k:]...)
			}
			n := 6
			if utf16.IsSurrogate(u) {
				if n = surrogatePair(raw[k:], u); n == 12 {
					low, _ := hex4(raw[k+8:])
					u = utf16.DecodeRune(u, low)
				}
			}
			dst = appendWTF8(dst, u)
			raw = raw[k+n:]
			continue
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		default:
			dst = append(dst, c)
		}
		raw = raw[k+2:]
	}
}

func appendWTF8(dst []byte, u rune) []byte {
	if utf16.IsSurrogate(u) {
		return append(dst, 0xed, 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
	}
	return utf8.AppendRune(dst, u)
}

// AppendCanonical appends the canonical spelling of the raw text of a string:
// the one that Python's json module writes, with ASCII only and the shortest
// escapes. Two raw texts that stand for the same string have the same
// canonical spelling. Bytes that are not UTF-8 stay as they are.
func AppendCanonical(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\' && i+1 < len(raw):
			if raw[i+1] == 'u' {
				u, ok := hex4(raw[i+2:])
				if !ok {
					return append(dst, raw[i:]...)
				}
				dst = appendUnit(dst, uint16(u))
				i += 6
				continue
			}
			if raw[i+1] == '/' {
				dst = append(dst, '/')
			} else {
				dst = append(dst, c, raw[i+1])
			}
			i += 2
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(raw[i:])
			switch {
			case n == 1 && isSurrogateBytes(raw[i:]):
				n = 3
				dst = appendUnit(dst, 0xd000|uint16(raw[i+1]&0x3f)<<6|uint16(raw[i+2]&0x3f))
			case n == 1:
				dst = append(dst, c)
			case r > 0xffff:
				hi, lo := utf16.EncodeRune(r)
				dst = appendUnit(appendUnit(dst, uint16(hi)), uint16(lo))
			default:
				dst = appendUnit(dst, uint16(r))
			}
			i += n
		case c < 0x20 || c == 0x7f:
			dst = appendUnit(dst, uint16(c))
			i++
		default:
			j := i + 1
			for j < len(raw) && raw[j] >= 0x20 && raw[j] < 0x7f && raw[j] != '\\' {
				j++
			}
			dst = append(dst, raw[i:j]...)
			i = j
		}
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// appendUnit appends one UTF-16 unit in its canonical spelling.
func appendUnit(dst []byte, u uint16) []byte {
	switch {
	case u == '"' || u == '\\':
		return append(dst, '\\', byte(u))
	case u >= 0x20 && u < 0x7f:
		return append(dst, byte(u))
	case u == '\b':
		return append(dst, '\\', 'b')
	case u == '\f':
		return append(dst, '\\', 'f')
	case u == '\n':
		return append(dst, '\\', 'n')
	case u == '\r':
		return append(dst, '\\', 'r')
	case u == '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// AppendEscaped appends decoded text as the raw text of a string, in canonical
// spelling. It undoes AppendDecoded.
func AppendEscaped(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		j := i
		for j < len(text) && text[j] >= 0x20 && text[j] < 0x7f && text[j] != '\\' && text[j] != '"' {
			j++
		}
		dst = append(dst, text[i:j]...)
		if i = j; i == len(text) {
			break
		}
		if c := text[i]; c < utf8.RuneSelf {
			dst = appendUnit(dst, uint16(c))
			i++
			continue
		}
		n := 1
		for i+n < len(text) && text[i+n] >= utf8.RuneSelf {
			n++
		}
		dst = AppendCanonical(dst, text[i:i+n])
		i += n
	}
	return dst
}

// ValidString tells if raw can stand between the quotes of a JSON string. Lone
// surrogates are allowed, as escapes and as bytes (WTF-8).
func ValidString(raw []byte) bool {
	s := Scanner{buf: raw, opts: Options{WTF8: true}}
	return s.check(0, len(raw)) && !hasBareQuote(raw)
}

// hasBareQuote tells if a quote without a backslash stands in raw, whose escapes
// are valid.
func hasBareQuote(raw []byte) bool {
	if bytes.IndexByte(raw, '"') < 0 {
		return false
	}
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return true
		}
	}
	return false
}
