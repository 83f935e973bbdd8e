package validate

var _ = add(Rule{
	ID: "M-FQN-3", Severity: Error, Check: "fq_name_uuid_match", Class: "MandatoryFieldsMissingError",
	Title: "an object has no fq_name or no type",
	Doc:   "Without both the index can't be compared with the object. The original dies if only the type is missing.",
	Fix:   "see M-MAND-1",
	Row: func(r *Report, row *Row) {
		switch {
		case row.count(anyColumn, "") == 0:
		case !row.has(hasName) && !row.has(hasType):
			r.with(removeObject(row.Key)).row(row, "fq_name", "fq_name is missing: the index can't be checked")
		}
	},
	Identity: func(r *Report, x *Identity) {
		switch {
		case x.Row == nil || x.Row.has(hasType) == x.Row.has(hasName):
		case x.Row.has(hasType):
			r.lacking(x).row(x.Row, "fq_name", "fq_name is missing: the index can't be checked")
		default:
			r.lacking(x).row(x.Row, "type", "type is missing: the index can't be checked")
		}
	},
})
