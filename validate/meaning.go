package validate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/zeebo/xxh3"
)

// meaning hashes a JSON text by what it means: the order of members and white space don't count, the text of numbers
// does.
func meaning(text []byte) uint64 {
	return xxh3.Hash(appendMeaning(nil, gjson.ParseBytes(text)))
}

func appendMeaning(b []byte, v gjson.Result) []byte {
	switch {
	case v.IsObject():
		type member struct{ name, value string }
		var members []member
		v.ForEach(func(k, e gjson.Result) bool {
			name, _ := textOf(k)
			members = append(members, member{name, string(appendMeaning(nil, e))})
			return true
		})
		slices.SortStableFunc(members, func(x, y member) int { return strings.Compare(x.name, y.name) })
		b = append(b, '{')
		for i, m := range members {
			if i+1 < len(members) && members[i+1].name == m.name {
				continue // of repeated members the last counts
			}
			b = appendText(appendText(b, m.name), m.value)
		}
		return append(b, '}')
	case v.IsArray():
		b = append(b, '[')
		v.ForEach(func(_, e gjson.Result) bool {
			b = appendText(b, string(appendMeaning(nil, e)))
			return true
		})
		return append(b, ']')
	}
	if s, ok := textOf(v); ok {
		return appendText(append(b, '"'), s)
	}
	return append(b, strings.TrimSpace(v.Raw)...)
}
