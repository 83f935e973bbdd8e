package contrail

import (
	"bytes"
	"iter"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// validJSON tells if text is one JSON value, with white space around it or
// not. Bytes that aren't UTF-8 and repeated names are no matter of JSON here;
// NaN and Infinity, which Python writes, are none.
func validJSON(text []byte) bool {
	return jsontext.Value(text).IsValid(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// The functions below walk over text that validJSON has accepted.

// span is a value in a text: text[start:end].
type span struct{ start, end int }

func (s span) of(text []byte) []byte { return text[s.start:s.end] }

// rootSpan returns the value of a text without the white space around it.
func rootSpan(text []byte) span {
	i := skipSpace(text, 0)
	return span{i, valueEnd(text, i)}
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// valueEnd returns the index after the value that begins at i.
func valueEnd(text []byte, i int) int {
	switch text[i] {
	case '"':
		return stringEnd(text, i)
	case '{', '[':
		depth := 0
		for {
			switch text[i] {
			case '"':
				i = stringEnd(text, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
	}
	for ; i < len(text); i++ {
		switch text[i] {
		case ' ', '\n', '\t', '\r', ',', ']', '}':
			return i
		}
	}
	return i
}

// stringEnd returns the index after the string whose quote is at i.
func stringEnd(text []byte, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// members yields the quoted names and the values of the object at i.
func members(text []byte, i int) iter.Seq2[span, span] {
	return func(yield func(span, span) bool) {
		for i := skipSpace(text, i+1); text[i] != '}'; {
			name := span{i, stringEnd(text, i)}
			i = skipSpace(text, name.end)
			i = skipSpace(text, i+1) // the colon
			value := span{i, valueEnd(text, i)}
			if !yield(name, value) {
				return
			}
			if i = skipSpace(text, value.end); text[i] == ',' {
				i = skipSpace(text, i+1)
			}
		}
	}
}

// elements yields the values of the array at i.
func elements(text []byte, i int) iter.Seq[span] {
	return func(yield func(span) bool) {
		for i := skipSpace(text, i+1); text[i] != ']'; {
			value := span{i, valueEnd(text, i)}
			if !yield(value) {
				return
			}
			if i = skipSpace(text, value.end); text[i] == ',' {
				i = skipSpace(text, i+1)
			}
		}
	}
}

// nameIs tells if a quoted name is the given one.
func nameIs(quoted []byte, name string) bool {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == name
	}
	return string(unquote(quoted)) == name
}

// member returns the value of a member of the object that text is; nil if text
// isn't an object or has no such member. Of repeated members the last one
// counts, as in Python.
func member(text []byte, name string) (value []byte) {
	if len(text) == 0 {
		return nil
	}
	s := rootSpan(text)
	if text[s.start] != '{' {
		return nil
	}
	for n, v := range members(text, s.start) {
		if nameIs(n.of(text), name) {
			value = v.of(text)
		}
	}
	return value
}

// stringValue returns what a JSON string stands for. An absent value is none.
func stringValue(text []byte) (string, bool) {
	if len(text) == 0 {
		return "", false
	}
	s := rootSpan(text)
	if text[s.start] != '"' {
		return "", false
	}
	return string(unquote(s.of(text))), true
}

// stringList returns the strings of a JSON array of nothing but strings.
func stringList(text []byte) ([]string, bool) {
	s := rootSpan(text)
	if text[s.start] != '[' {
		return nil, false
	}
	list := []string{}
	for e := range elements(text, s.start) {
		if text[e.start] != '"' {
			return nil, false
		}
		list = append(list, string(unquote(e.of(text))))
	}
	return list, true
}

// text returns the text of a JSON string, empty for anything else.
func text(value []byte) string {
	s, _ := stringValue(value)
	return s
}

// uintValue reads a JSON number, or a text that is one, decimal or 0x….
func uintValue(value []byte) (uint64, bool) {
	if len(value) == 0 {
		return 0, false
	}
	digits := string(rootSpan(value).of(value))
	if s, isText := stringValue(value); isText {
		digits = s
	}
	if hex, isHex := strings.CutPrefix(strings.ToLower(digits), "0x"); isHex {
		v, err := strconv.ParseUint(hex, 16, 64)
		return v, err == nil
	}
	v, err := strconv.ParseUint(digits, 10, 64)
	return v, err == nil
}

// isNull tells if the value is null.
func isNull(text []byte) bool { return string(rootSpan(text).of(text)) == "null" }
