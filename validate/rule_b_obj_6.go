package validate

var _ = add(Rule{
	ID: "B-OBJ-6", Severity: Warning, Check: "objects",
	Title: "an object has an unknown type",
	Doc:   "Known are those of all releases that dumptool knows. A newer release can have more.",
	Row: func(r *Report, row *Row) {
		if row.Type == "" {
			return
		}
		if row.info.model == nil || !row.info.exact {
			r.row(row, "type", "unknown type %s", quoted(row.Type))
		}
	},
})
