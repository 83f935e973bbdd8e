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
			return isJSONText | hasAttr
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

func (l *looker) appraise(raw []byte) lookFlags {
	text := raw
	if bytes.IndexByte(raw, '\\') >= 0 {
		l.decoded = jsonscan.AppendDecoded(l.decoded[:0], raw)
		text = l.decoded
	}
	return appraise(text)
}

// appraise tells what a decoded text is.
func appraise(text []byte) (f lookFlags) {
	if !gjson.ValidBytes(text) {
		return 0
	}
	f = isJSONText
	if len(text) >= 16 && largeInteger(text) != "" {
		f |= hasLarge
	}
	v := gjson.ParseBytes(text)
	switch {
	case v.IsObject():
		if v.Get("attr").Exists() {
			f |= hasAttr
		}
		if n, ok := uintOf(v.Get("global_access")); (!ok || n == 0) && len(v.Get("share").Array()) == 0 {
			f |= sharesNothing
		}
	case v.Type == gjson.String:
		if s, ok := textOf(v); ok && s != "" && (s[0] == '"' || s[0] == '[' || s[0] == '{') {
			f |= holdsText
		}
	}
	return f
}
