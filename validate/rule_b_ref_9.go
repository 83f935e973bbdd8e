package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-9", Severity: Info, Check: "links",
	Title: "an object has relaxbackref: columns",
	Doc:   "By intention: the one that refers may be gone.",
	Row: func(r *Report, row *Row) {
		if n := row.countAll(contrail.ColumnRelaxBackref); n > 0 {
			r.row(row, "", "%d relaxbackref: columns", n)
		}
	},
})
