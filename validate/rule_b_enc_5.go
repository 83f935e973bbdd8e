package validate

import "github.com/tidwall/gjson"

var _ = add(Rule{
	ID: "B-ENC-5", Severity: Error, Check: "encoding",
	Title: "a value that must be JSON isn't",
	Doc:   "In obj_uuid_table, obj_fq_name_table and obj_shared_table. Other rules take the cell for absent, but not for a missing mandatory one.",
	Column: func(r *Report, c *Column) {
		if c.Cell.Value.IsText && !c.JSON {
			r.column(c, "the value is not JSON")
		}
	},
	Index: func(r *Report, e *Entry) {
		if e.Value != nil && !gjson.ValidBytes(e.Value) {
			r.at(string(e.UUID), e.At(), "the value is not JSON")
		}
	},
	Whole: func(r *Report, v *Inventory) {
		for _, where := range v.BadCells {
			r.at("", where, "the value is not JSON")
		}
	},
})
