package validate

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// textOf returns what a JSON string stands for (WTF-8). ok is false for anything else.
func textOf(v gjson.Result) (text string, ok bool) {
	if v.Type != gjson.String {
		return "", false
	}
	inner := v.Raw[1 : len(v.Raw)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner, true
	}
	return string(jsonscan.AppendDecoded(nil, []byte(inner))), true
}

// textList returns the texts of a JSON array of nothing but texts.
func textList(v gjson.Result) (list []string, ok bool) {
	if !v.IsArray() {
		return nil, false
	}
	ok = true
	v.ForEach(func(_, e gjson.Result) bool {
		var s string
		if s, ok = textOf(e); ok {
			list = append(list, s)
		}
		return ok
	})
	return list, ok
}

// uintOf reads a JSON number without a fraction, or a text that is one, decimal or 0x….
func uintOf(v gjson.Result) (n uint64, ok bool) {
	digits := v.Raw
	if s, isText := textOf(v); isText {
		digits = s
	} else if v.Type != gjson.Number {
		return 0, false
	}
	if hex, isHex := strings.CutPrefix(strings.ToLower(digits), "0x"); isHex {
		n, err := strconv.ParseUint(hex, 16, 64)
		return n, err == nil
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}

// Values that nearly all cells of links have, as they stand in a dump.
var (
	rawNull  = []byte(`null`)
	rawPlain = []byte(`{\"attr\": null, \"is_weakref\": false}`)
	rawAttr  = []byte(`{\"attr\": null}`)
)

// quoted writes text for messages: in quotes, with what isn't printable escaped.
func quoted(text string) string { return strconv.Quote(text) }

// isDecimal tells if text is nothing but decimal digits.
func isDecimal[T string | []byte](text T) bool {
	if len(text) == 0 {
		return false
	}
	for i := range len(text) {
		if text[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// plural returns "1 thing" or "n things".
func plural(n int, thing string) string {
	s := strconv.Itoa(n) + " " + thing
	if n != 1 {
		s += "s"
	}
	return s
}
