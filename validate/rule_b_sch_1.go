package validate

var _ = add(Rule{
	ID: "B-SCH-1", Severity: Warning, Check: "objects",
	Title: "an object has a property, reference or parent that the model doesn't allow",
	Doc:   "In any release that dumptool knows. A newer one can allow more.",
	Row: func(r *Report, row *Row) {
		t := row.info.model
		if t == nil {
			return
		}
		for i := range row.Groups {
			g := &row.Groups[i]
			if !g.allowed(t) {
				r.row(row, g.column(), "the model knows no %s of %s", g.describe(), row.Type)
			}
		}
	},
})
