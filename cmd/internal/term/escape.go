package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape makes foreign text safe to show: control characters, characters that turn the direction of writing or show
// nothing, and bytes that aren't UTF-8 are written as \n, \x1b, \u202e. Everything else, backslashes too, stays as it
// is, so the result is for eyes, not for reading back.
func Escape(text string) string {
	first := strings.IndexFunc(text, hazardous)
	if first < 0 && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case !hazardous(r):
			b.WriteString(text[i : i+size])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}

// EscapeLines is Escape that lets line breaks stand.
func EscapeLines(text string) string {
	if !strings.Contains(text, "\n") {
		return Escape(text)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Escape(line)
	}
	return strings.Join(lines, "\n")
}

// hazardous reports whether r would move the cursor, change how other text is shown, or hide.
func hazardous(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	switch r {
	case '\u00ad', '\u200c', '\u200d': // soft hyphen and joiners belong to ordinary writing
		return false
	case '\u2028', '\u2029':
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf)
}
