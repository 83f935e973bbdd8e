package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-2", Severity: Error, Check: "links",
	Title: "an object has several parents",
	Doc:   "There may be one parent: column.",
	Fix:   "keep the one that matches parent_type and fq_name",
	Row: func(r *Report, row *Row) {
		if n := row.countAll(contrail.ColumnParent); n > 1 {
			r.row(row, "", "%d parent: columns", n)
		}
	},
})
