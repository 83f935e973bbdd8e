package validate

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-TS-6", Severity: Warning, Check: "timestamps",
	Title: "prop:id_perms has another uuid than the row",
	Doc:   "uuid_mslong and uuid_lslong are the two halves of the uuid, as unsigned numbers of 64 bits.",
	Fix:   "compute them from the row key",
	Column: func(r *Report, c *Column) {
		if c.Kind != contrail.ColumnProp || string(c.Name) != "id_perms" || !c.JSON || c.Long || !c.Row.IsUUID {
			return
		}
		if usualHalves(c) {
			return
		}
		high, low, found := idPermsHalves(c.Value)
		if !found {
			return
		}
		ms, ls, ok := contrail.UUIDHalves(c.Row.Key)
		if ok && (high != strconv.FormatUint(ms, 10) || low != strconv.FormatUint(ls, 10)) {
			r.fixedIf(plainHalves(c.Value), setCell(objectCell(c.Row.Key, string(c.Full)), rehalve(c.Value, ms, ls))).column(c, "uuid_mslong %s and uuid_lslong %s are not those of the row: %d and %d", high, low, ms, ls)
		}
	},
})

// usualHalves tells quickly if the numbers stand in their usual place and are those of the row.
func usualHalves(c *Column) bool {
	i := bytes.Index(c.Value, []byte(`"uuid": {"uuid_mslong": `))
	if i < 0 {
		return false
	}
	rest := c.Value[i+len(`"uuid": {"uuid_mslong": `):]
	high, rest, ok := leadingNumber(rest)
	if !ok || !bytes.HasPrefix(rest, []byte(`, "uuid_lslong": `)) {
		return false
	}
	low, rest, ok := leadingNumber(rest[len(`, "uuid_lslong": `):])
	return ok && bytes.HasPrefix(rest, []byte{'}'}) && c.Row.id.String() == c.Row.Key &&
		high == binary.BigEndian.Uint64(c.Row.id[:8]) && low == binary.BigEndian.Uint64(c.Row.id[8:])
}

// leadingNumber reads the digits that a text begins with.
func leadingNumber(text []byte) (n uint64, rest []byte, ok bool) {
	i := 0
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	if i == 0 || i > 19 && string(text[:i]) > "18446744073709551615" || i > 20 || text[0] == '0' && i > 1 {
		return 0, text, false
	}
	for _, c := range text[:i] {
		n = n*10 + uint64(c-'0')
	}
	return n, text[i:], true
}

// idPermsHalves returns the numbers that stand for the uuid, as they are written; none if there is no uuid.
func idPermsHalves(value []byte) (high, low string, found bool) {
	v := gjson.GetBytes(value, "uuid")
	if !v.IsObject() {
		return "", "", false
	}
	return v.Get("uuid_mslong").Raw, v.Get("uuid_lslong").Raw, true
}

// plainHalves tells that both numbers are there, as numbers, so that they can be replaced.
func plainHalves(value []byte) bool {
	high, low := gjson.GetBytes(value, "uuid.uuid_mslong"), gjson.GetBytes(value, "uuid.uuid_lslong")
	return high.Index > 0 && low.Index > 0
}

// rehalve writes other numbers for the uuid.
func rehalve(value []byte, ms, ls uint64) string {
	if !plainHalves(value) {
		return ""
	}
	text := string(value)
	high, low := gjson.GetBytes(value, "uuid.uuid_mslong"), gjson.GetBytes(value, "uuid.uuid_lslong")
	replace := func(v gjson.Result, n uint64) {
		text = text[:v.Index] + strconv.FormatUint(n, 10) + text[v.Index+len(v.Raw):]
	}
	if high.Index > low.Index {
		replace(high, ms)
		replace(low, ls)
	} else {
		replace(low, ls)
		replace(high, ms)
	}
	return text
}
