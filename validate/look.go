package validate

import (
	"bytes"

	"github.com/tidwall/gjson"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// lookFlags say what the text of a value is.
type lookFlags uint8

const (
	isJSONText    lookFlags = 1 << iota
	hasLarge                // an integer above 2^53 in it
	hasAttr                 // an object with a member attr
	holdsText               // a text that begins like JSON itself
	sharesNothing           // an object that, as perms2, shares the object with nobody
)

// looker tells what the texts of values are. Most values of a dump are one of some hundred texts, so the answers are
// remembered.
type looker struct {
	wanted  lookFlags // of hasAttr and sharesNothing
	seen    []seenValue
	decoded []byte
}

// seenValue is an answer with the raw text that it is about.
type seenValue struct {
	raw   []byte
	flags lookFlags
}

const (
	seenValues = 1 << 12
	// longSeen is the length up to which texts are remembered: 1.25 MiB altogether.
	longSeen = 320
)

// look tells what a raw text is, with escapes. canonical: as in dump.Text.
func (l *looker) look(raw []byte, canonical bool) lookFlags {
	switch n := len(raw); {
	case n == 0:
		return 0
	case n == len(rawNull):
		if s := string(raw); s == "null" || s == "true" {
			return isJSONText
		}
	case n == len(rawPlain):
		if bytes.Equal(raw, rawPlain) {
			return isJSONText | hasAttr&l.wanted
		}
	}
	switch c := raw[0]; {
	case c == '\\':
		if canonical && isPlainString(raw) {
			return isJSONText
		}
	case c-'1' < 9 && len(raw) < 16 && isDecimal(raw):
		return isJSONText
	}
	if len(raw) > longSeen {
		return l.appraise(raw)
	}
	if l.seen == nil {
		l.seen = make([]seenValue, seenValues)
	}
	e := &l.seen[xxh3.Hash(raw)%seenValues]
	if !bytes.Equal(e.raw, raw) {
		e.flags = l.appraise(raw)
		e.raw = append(e.raw[:0], raw...)
	}
	return e.flags
}

// isPlainString tells if a raw text, whose escapes are sound, is a JSON text without escapes of its own that doesn't look
// like JSON itself.
func isPlainString(raw []byte) bool {
	n := len(raw)
	if n < 4 || raw[1] != '"' || raw[n-2] != '\\' || raw[n-1] != '"' {
		return false
	}
	inner := raw[2 : n-2]
	return len(inner) == 0 || inner[0] != '{' && inner[0] != '[' && bytes.IndexByte(inner, '\\') < 0
}

// appraise tells what a decoded text is.
func (l *looker) appraise(raw []byte) (f lookFlags) {
	text := raw
	if bytes.IndexByte(raw, '\\') >= 0 {
		l.decoded = jsonscan.AppendDecoded(l.decoded[:0], raw)
		text = l.decoded
	}
	if !gjson.ValidBytes(text) {
		return 0
	}
	f = isJSONText
	if len(text) >= 16 && largeInteger(text) != "" {
		f |= hasLarge
	}
	switch text[0] {
	case '"':
		if len(text) > 2 && (text[1] == '[' || text[1] == '{' || text[1] == '\\') {
			if s, ok := textOf(gjson.ParseBytes(text)); ok && s != "" && (s[0] == '"' || s[0] == '[' || s[0] == '{') {
				f |= holdsText
			}
		}
	case 't', 'f', 'n':
	default:
		if l.wanted != 0 {
			f |= l.members(text)
		}
	}
	return f
}

// members looks at the members of an object.
func (l *looker) members(text []byte) (f lookFlags) {
	v := gjson.ParseBytes(text)
	if !v.IsObject() {
		return 0
	}
	if l.wanted&hasAttr != 0 && v.Get("attr").Exists() {
		f |= hasAttr
	}
	if l.wanted&sharesNothing != 0 {
		if n, ok := uintOf(v.Get("global_access")); (!ok || n == 0) && len(v.Get("share").Array()) == 0 {
			f |= sharesNothing
		}
	}
	return f
}
