package validate

import (
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
		high, low, found := idPermsHalves(c.Value)
		if !found {
			return
		}
		ms, ls, ok := contrail.UUIDHalves(c.Row.Key)
		if ok && (high != strconv.FormatUint(ms, 10) || low != strconv.FormatUint(ls, 10)) {
			r.column(c, "uuid_mslong %s and uuid_lslong %s are not those of the row: %d and %d", high, low, ms, ls)
		}
	},
})

// idPermsHalves returns the numbers that stand for the uuid, as they are written; none if there is no uuid.
func idPermsHalves(value []byte) (high, low string, found bool) {
	v := gjson.GetBytes(value, "uuid")
	if !v.IsObject() {
		return "", "", false
	}
	return v.Get("uuid_mslong").Raw, v.Get("uuid_lslong").Raw, true
}
