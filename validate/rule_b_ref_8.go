package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-8", Severity: Error, Check: "links",
	Title: "an object refers to itself",
	Doc:   "ref: or backref: with the uuid of the row.",
	Fix:   "remove the column",
	Column: func(r *Report, c *Column) {
		if (c.Kind == contrail.ColumnRef || c.Kind == contrail.ColumnBackref) && string(c.Key) == c.Row.Key {
			r.with(dropCell(objectCell(c.Row.Key, string(c.Full)))).column(c, "it refers to itself")
		}
	},
})
