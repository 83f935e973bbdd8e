package validate

var _ = add(Rule{
	ID: "M-MAND-1", Severity: Error, Check: "obj_mandatory_fields", Class: "MandatoryFieldsMissingError",
	Title: "an object lacks type, fq_name or prop:id_perms",
	Doc: "The API server ignores rows without type or fq_name. Only that the column is there is asked for. A live export can " +
		"hold such rows: an update of a link that races a deletion leaves rows of nothing but links.",
	Fix: "remove the row",
	Row: func(r *Report, row *Row) {
		for _, m := range []struct {
			flag   rowFlags
			column string
		}{{hasType, "type"}, {hasName, "fq_name"}, {hasIDPerms, "prop:id_perms"}} {
			if !row.has(m.flag) && row.count(anyColumn, "") > 0 {
				r.row(row, m.column, "%s is missing", m.column)
			}
		}
	},
})
