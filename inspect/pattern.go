package inspect

import (
	"bytes"
	"errors"
	"regexp"
)

// Pattern is what to search for: a fixed text or a regular expression.
type Pattern struct {
	fixed []byte         // in small letters if fold
	fold  bool           // ASCII letters match in either case
	expr  *regexp.Regexp // nil for a fixed text
	// plain is a text without anything that JSON escapes, that every match
	// begins with: if it isn't in the raw text of a plain string, there is no
	// match in what the string stands for. It may be empty.
	plain []byte
	lower []byte // buffer
}

// FixedPattern matches the text itself.
func FixedPattern(text string, ignoreCase bool) (*Pattern, error) {
	if text == "" {
		return nil, errors.New("nothing to search for")
	}
	if ignoreCase && !isASCII(text) {
		return RegexpPattern(regexp.QuoteMeta(text), true)
	}
	p := &Pattern{fixed: []byte(text), fold: ignoreCase}
	if ignoreCase {
		p.fixed = appendLower(nil, p.fixed)
	} else {
		p.plain = plainPrefix(text)
	}
	return p, nil
}

// RegexpPattern matches a regular expression in the syntax of package regexp.
func RegexpPattern(expr string, ignoreCase bool) (*Pattern, error) {
	if expr == "" {
		return nil, errors.New("nothing to search for")
	}
	if ignoreCase {
		expr = "(?i)" + expr
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	prefix, _ := re.LiteralPrefix()
	return &Pattern{expr: re, plain: plainPrefix(prefix)}, nil
}

// plainPrefix returns what text begins with up to the first character that
// JSON escapes.
func plainPrefix(text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return []byte(text[:i])
		}
	}
	return []byte(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		if c-'A' <= 'Z'-'A' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

// find returns the bounds of the first match in decoded text.
func (p *Pattern) find(text []byte) (start, end int, ok bool) {
	if p.expr != nil {
		m := p.expr.FindIndex(text)
		if m == nil {
			return 0, 0, false
		}
		return m[0], m[1], true
	}
	if p.fold {
		p.lower = appendLower(p.lower[:0], text)
		text = p.lower
	}
	i := bytes.Index(text, p.fixed)
	return i, i + len(p.fixed), i >= 0
}

// excludes tells, of the raw text of a plain string, that there is no match.
func (p *Pattern) excludes(raw []byte) bool {
	return len(p.plain) > 0 && !bytes.Contains(raw, p.plain)
}
