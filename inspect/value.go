package inspect

import (
	"bytes"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// typeName returns what the stored text of a type column means: the text of a
// JSON string, or the stored text itself if it is none. Of a cell that is no
// text (A7) the JSON is the stored text.
func typeName(stored dump.Text, isText bool) string {
	text := stored.Raw
	if isText {
		text = stored.AppendDecoded(nil)
	}
	if name, ok := jsonText(text); ok {
		return string(name)
	}
	return string(text)
}

// jsonText returns what the JSON string that text is stands for; ok is false if
// it is something else.
func jsonText(text []byte) (decoded []byte, ok bool) {
	text = bytes.Trim(text, " \t\r\n")
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return nil, false
	}
	inner := text[1 : len(text)-1]
	if !jsonscan.ValidString(inner) {
		return nil, false
	}
	return jsonscan.AppendDecoded(nil, inner), true
}
