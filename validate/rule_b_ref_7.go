package validate

import (
	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-REF-7", Severity: Error, Check: "links",
	Title: "the value of a reference is no object with attr",
	Doc:   "{\"attr\": …}, with is_weakref or without. Very old rows hold the attributes themselves.",
	Fix:   "write {\"attr\": null}, or put the value into attr",
	Column: func(r *Report, c *Column) {
		if c.Kind != contrail.ColumnRef || !c.JSON || c.Long {
			return
		}
		if v := gjson.ParseBytes(c.Value); !v.IsObject() || !v.Get("attr").Exists() {
			r.column(c, "the value has no attr")
		}
	},
})
