package validate

var _ = add(Rule{
	ID: "B-PAR-8", Severity: Error, Check: "links",
	Title: "an object is its own ancestor",
	Doc:   "The chain of parents leads back to it, or it is its own parent.",
	Fix:   "break the ring at the newest parent: column",
	Row: func(r *Report, row *Row) {
		for _, p := range row.Parents {
			if p.id == row.id {
				r.row(row, "parent:"+p.Type+":"+p.UUID, "it is its own parent")
			}
		}
	},
	Ancestry: func(r *Report, a *Ancestry) {
		if a.Ring && a.Steps > 1 {
			r.row(a.Row, "", "%s up it is its own parent", plural(a.Steps, "level"))
		}
	},
})
