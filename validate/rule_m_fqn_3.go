package validate

var _ = add(Rule{
	ID: "M-FQN-3", Severity: Error, Check: "fq_name_uuid_match", Class: "MandatoryFieldsMissingError",
	Title: "an object has no fq_name or no type",
	Doc:   "Without both the index can't be compared with the object. The original dies if only the type is missing.",
	Fix:   "remove the row",
	Row: func(r *Report, row *Row) {
		switch {
		case row.count(anyColumn, "") == 0:
		case !row.has(hasName):
			r.row(row, "fq_name", "fq_name is missing: the index can't be checked")
		case !row.has(hasType):
			r.row(row, "type", "type is missing: the index can't be checked")
		}
	},
})
