package main

import (
	"bufio"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonPrinter lays valid JSON out for people, or on one line without white space, as it is written to it: white space
// around tokens is its own. What could wreck a screen and what is not UTF-8 is escaped, which leaves the meaning as it is. The text may be
// WTF-8.
type jsonPrinter struct {
	w       *bufio.Writer
	oneLine bool
	depth   int
	inText  bool
	escaped bool // the last byte was a backslash
	open    bool // the last token was an opening bracket
	part    []byte
}

func (p *jsonPrinter) Write(text []byte) (int, error) {
	for _, c := range text {
		p.byte(c)
	}
	// A bufio.Writer remembers the error of its last write.
	_, err := p.w.Write(nil)
	return len(text), err
}

func (p *jsonPrinter) byte(c byte) {
	if p.inText {
		p.textByte(c)
		return
	}
	switch c {
	case ' ', '\t', '\n', '\r':
		return
	case '}', ']':
		p.depth--
		if !p.open {
			p.line()
		}
		p.open = false
		p.w.WriteByte(c)
		return
	}
	if p.open {
		p.line()
		p.open = false
	}
	p.w.WriteByte(c)
	switch c {
	case '{', '[':
		p.depth++
		p.open = true
	case ',':
		p.line()
	case ':':
		if !p.oneLine {
			p.w.WriteByte(' ')
		}
	case '"':
		p.inText = true
	}
}

// line begins a new line.
func (p *jsonPrinter) line() {
	if p.oneLine {
		return
	}
	p.w.WriteByte('\n')
	for range p.depth {
		p.w.WriteString("  ")
	}
}

// textByte takes a byte of a string.
func (p *jsonPrinter) textByte(c byte) {
	if c >= utf8.RuneSelf {
		p.part = append(p.part, c)
		if len(p.part) == utf8.UTFMax || utf8.FullRune(p.part) && !mayBeSurrogate(p.part) {
			p.rune()
		}
		return
	}
	for len(p.part) > 0 {
		p.rune()
	}
	switch {
	case p.escaped:
		p.escaped = false
	case c == '\\':
		p.escaped = true
	case c == '"':
		p.inText = false
	case c < ' ' || c == 0x7f:
		p.escape(rune(c))
		return
	}
	p.w.WriteByte(c)
}

// mayBeSurrogate tells if bytes are the beginning of a surrogate, which are three.
func mayBeSurrogate(b []byte) bool {
	return len(b) < 3 && b[0] == 0xed && (len(b) < 2 || b[1] >= 0xa0 && b[1] <= 0xbf)
}

// rune writes the first character of part: itself, or its escape.
func (p *jsonPrinter) rune() {
	r, n := utf8.DecodeRune(p.part)
	switch {
	case n == 1 && len(p.part) >= 3 && p.part[0] == 0xed && p.part[1]&0xe0 == 0xa0 && p.part[2]&0xc0 == 0x80:
		p.escape(0xd000 | rune(p.part[1]&0x3f)<<6 | rune(p.part[2]&0x3f))
		n = 3
	case n == 1:
		p.escape(0xdc00 | rune(p.part[0])) // as Python keeps a byte that is no text
	case isHidden(r):
		p.escape(r)
	default:
		p.w.Write(p.part[:n])
	}
	p.part = p.part[:copy(p.part, p.part[n:])]
}

// isHidden tells if a character would move the cursor, turn the direction of writing, or show nothing.
func isHidden(r rune) bool {
	switch r {
	case '\u00ad', '\u200c', '\u200d': // belong to ordinary writing
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

func (p *jsonPrinter) escape(r rune) {
	if high, low := utf16.EncodeRune(r); r > 0xffff {
		p.escape(high)
		r = low
	}
	const hex = "0123456789abcdef"
	p.w.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		p.w.WriteByte(hex[r>>shift&15])
	}
}
