package validate

var _ = add(Rule{
	ID: "M-MAND-1", Severity: Error, Check: "obj_mandatory_fields", Class: "MandatoryFieldsMissingError",
	Title: "an object lacks type, fq_name or prop:id_perms",
	Doc: "The API server ignores rows without type or fq_name. Only that the column is there is asked for. A live export can " +
		"hold such rows: an update of a link that races a deletion leaves rows of nothing but links.",
	Clean: "obj_missing_mandatory_fields",
	Fix:   "take type or fq_name from the index; else remove the row, but an object with a name that others refer to or lie below only if the fix is named",
	Row: func(r *Report, row *Row) {
		for _, m := range []struct {
			flag   rowFlags
			column string
		}{{hasType, "type"}, {hasName, "fq_name"}, {hasIDPerms, "prop:id_perms"}} {
			// Of a row that has either type or name Identity knows more.
			if !row.has(m.flag) && row.count(anyColumn, "") > 0 && (m.flag == hasIDPerms || !row.has(hasType) && !row.has(hasName)) {
				r.fixedIf(r.removable(row), removeObject(row.Key)).row(row, m.column, "%s is missing", m.column)
			}
		}
	},
	Identity: func(r *Report, x *Identity) {
		switch {
		case x.Row == nil || x.Row.has(hasType) == x.Row.has(hasName):
		case x.Row.has(hasType):
			r.lacking(x).row(x.Row, "fq_name", "fq_name is missing")
		default:
			r.lacking(x).row(x.Row, "type", "type is missing")
		}
	},
})
