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
		if len(created) > 2 && len(modified) > 2 && usualTimes(created[1:len(created)-1], modified[1:len(modified)-1]) &&
			(r.latest == 0 || modified[1:20] <= r.latestText) {
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
func usualTimes[T string | []byte](created, modified T) bool {
	return len(created) == len(modified) && isUsualTime(modified) &&
		(string(created) == string(modified) || isUsualTime(created) && string(created) < string(modified))
}

// isUsualTime tells if text is a time such as 2006-01-02T15:04:05, with six digits after it or none.
func isUsualTime[T string | []byte](text T) bool {
	switch len(text) {
	case 26:
		if text[19] != '.' || !isDecimal(text[20:26]) {
			return false
		}
	case 19:
	default:
		return false
	}
	return text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
		isDecimal(text[0:4]) && inRange(text[5:7], 1, 12) && inRange(text[8:10], 1, daysOf(text[5], text[6])) &&
		inRange(text[11:13], 0, 23) && inRange(text[14:16], 0, 59) && inRange(text[17:19], 0, 59)
}

// daysOf returns how many days a month has in every year.
func daysOf(tens, ones byte) byte {
	switch {
	case tens == '0' && ones == '2':
		return 28
	case tens == '0' && (ones == '4' || ones == '6' || ones == '9') || tens == '1' && ones == '1':
		return 30
	}
	return 31
}

// inRange tells if text is two digits, and the number in a range.
func inRange[T string | []byte](text T, least, most byte) bool {
	tens, ones := text[0]-'0', text[1]-'0'
	n := 10*tens + ones
	return tens <= 9 && ones <= 9 && n >= least && n <= most
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
