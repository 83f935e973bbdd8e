package validate

import (
	"bytes"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-TS-5", Severity: Warning, Check: "timestamps",
	Title: "created and last_modified of an object make no sense",
	Doc:   "In prop:id_perms: created after last_modified, either not ISO 8601, or in the future.",
	Column: func(r *Report, c *Column) {
		if c.Kind != contrail.ColumnProp || string(c.Name) != "id_perms" || !c.JSON || c.Long {
			return
		}
		created, modified := idPermsTimes(c.Value)
		if usualTimes(created, modified) && (r.latest == 0 || modified[1:20] <= r.latestText) {
			return
		}
		first, ok := isoTime(created)
		last, okToo := isoTime(modified)
		switch {
		case !ok:
			r.column(c, "created is no time: %s", created)
		case !okToo:
			r.column(c, "last_modified is no time: %s", modified)
		case first != 0 && last != 0 && first > last:
			r.column(c, "created %s is after last_modified %s", created, modified)
		case r.latest != 0 && max(first, last) > r.latest:
			r.column(c, "created or last_modified lies in the future: %s, %s", created, modified)
		}
	},
})

// usualTimes tells quickly if both times are of the usual form and in order; such texts sort as what they mean.
func usualTimes(created, modified string) bool {
	const form = `"2006-01-02T15:04:05`
	if len(created) < len(form)+1 || len(created) != len(modified) || len(created) != len(form)+1 && len(created) != len(form)+8 {
		return false
	}
	for _, text := range []string{created, modified} {
		for i := 1; i < len(form); i++ {
			if c := form[i]; c >= '0' && c <= '9' {
				if text[i]-'0' > 9 {
					return false
				}
			} else if text[i] != c {
				return false
			}
		}
		if text[6:8] < "01" || text[6:8] > "12" || text[9:11] < "01" || text[9:11] > "28" || text[12:14] > "23" || text[15:17] > "59" || text[18:20] > "59" {
			return false
		}
		if len(text) > len(form)+1 && (text[20] != '.' || !isDecimal(text[21:27])) {
			return false
		}
	}
	return created <= modified
}

// idPermsTimes returns the JSON texts of created and last_modified.
func idPermsTimes(value []byte) (created, modified string) {
	if i := bytes.Index(value, []byte(`"created": "`)); i >= 0 && !bytes.Contains(value[i+1:], []byte(`"created"`)) {
		if j := bytes.Index(value, []byte(`"last_modified": "`)); j >= 0 && !bytes.Contains(value[j+1:], []byte(`"last_modified"`)) {
			c, m := value[i+len(`"created": `):], value[j+len(`"last_modified": `):]
			if x, y := bytes.IndexByte(c[1:], '"'), bytes.IndexByte(m[1:], '"'); x >= 0 && y >= 0 {
				return string(c[:x+2]), string(m[:y+2])
			}
		}
	}
	v := gjson.ParseBytes(value)
	return v.Get("created").Raw, v.Get("last_modified").Raw
}

// isoTime reads a time of ISO 8601 as microseconds; one that is absent or null is 0.
func isoTime(raw string) (micro int64, ok bool) {
	if raw == "" || raw == "null" {
		return 0, true
	}
	if len(raw) < 2 || raw[0] != '"' {
		return 0, false
	}
	text := strings.TrimSuffix(raw[1:len(raw)-1], "Z")
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMicro(), true
		}
	}
	return 0, false
}
