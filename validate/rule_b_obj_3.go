package validate

var _ = add(Rule{
	ID: "B-OBJ-3", Severity: Error, Check: "objects",
	Title: "the fq_name of an object is no list of names",
	Doc:   "A list of at least one text, none of them empty.",
	Row: func(r *Report, row *Row) {
		if row.has(badName) {
			r.row(row, "fq_name", "fq_name is not a list of texts")
		}
		for _, part := range row.FQName {
			if part == "" {
				r.row(row, "fq_name", "a part of fq_name is empty")
				return
			}
		}
	},
})
