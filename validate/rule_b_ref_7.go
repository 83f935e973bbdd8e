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
			r.with(setCell(objectCell(c.Row.Key, string(c.Full)), withAttr(v))).column(c, "the value has no attr")
		}
	},
})

// withAttr is a value of a reference with the attr that it lacks: what isn't an object, or is one of attributes, is the attr.
func withAttr(v gjson.Result) string {
	weak := v.Get("is_weakref")
	switch {
	case v.IsObject() && weak.Exists() && len(v.Map()) == 1:
		return `{"attr": null, "is_weakref": ` + weak.Raw + `}`
	case v.IsObject() && len(v.Map()) == 0:
		return `{"attr": null}`
	}
	return `{"attr": ` + v.Raw + `}`
}
