package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-2", Severity: Error, Check: "links",
	Title: "an object has several parents",
	Doc:   "There may be one parent: column.",
	Fix:   "keep the one that matches parent_type and fq_name",
	Row: func(r *Report, row *Row) {
		if n := row.countAll(contrail.ColumnParent); n > 1 {
			r.later(row)
		}
	},
	Later: func(r *Report, row *Row) {
		best := r.rightParent(row)
		var edits []Edit
		for i, p := range row.Parents {
			if i != best {
				edits = append(edits, dropCell(objectCell(row.Key, "parent:"+p.Type+":"+p.UUID)))
			}
		}
		r.fixedIf(best >= 0, edits...).row(row, "", "%d parent: columns", len(row.Parents))
	},
})
