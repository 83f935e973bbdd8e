package validate

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-ENC-10", Severity: Warning, Check: "encoding",
	Title: "a value has an integer that programs change",
	Doc:   "Outside of 64 bits, or above 2^53 so that parsers with floating-point numbers change it. uuid_mslong, uuid_lslong and properties that are long by the model are that by design.",
	Column: func(r *Report, c *Column) {
		if c.JSON && !c.Long && len(c.Value) >= 16 && string(c.Full) != "prop:id_perms" {
			number := largeInteger(c.Value)
			if _, err := strconv.ParseUint(number, 10, 64); number != "" && (err != nil || !longProps()[string(c.Name)]) {
				r.column(c, "the integer %s can't be held by all programs", number)
			}
		}
	},
})

// longProps are the properties that are integers of 64 bits by the model.
var longProps = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, t := range contrail.ObjectTypes() {
		for _, p := range t.Props() {
			if strings.HasSuffix(strings.ToLower(p.Type), "long") {
				names[p.Name] = true
			}
		}
	}
	return names
})

// largeInteger returns the first integer of a JSON text that is above 2^53.
func largeInteger(text []byte) string {
	inString := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c >= '0' && c <= '9':
			start := i
			for i < len(text) && text[i]-'0' <= 9 {
				i++
			}
			digits := text[start:i]
			if i < len(text) && (text[i] == '.' || text[i]|0x20 == 'e') {
				for i < len(text) && bytes.IndexByte([]byte("0123456789.eE+-"), text[i]) >= 0 {
					i++
				}
				i--
				continue
			}
			i--
			if len(digits) > 16 || len(digits) == 16 && string(digits) > "9007199254740992" {
				return string(digits)
			}
		}
	}
	return ""
}
