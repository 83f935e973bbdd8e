package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-1", Severity: Error, Check: "links",
	Title: "an object has a parent: column but no parent_type, or the reverse",
	Doc:   "An empty parent_type, and one of config_root, is none. A live export can hold a parent: column without parent_type.",
	Fix:   "derive the one from the other",
	Row: func(r *Report, row *Row) {
		typ := contrail.NormalizeType(row.ParentType)
		switch {
		case len(row.Parents) > 0 && !row.has(hasParentType):
			r.row(row, "parent_type", "there is a parent: column, but no parent_type")
		case len(row.Parents) == 0 && typ != "" && typ != "config_root":
			r.row(row, "parent_type", "parent_type is %s, but there is no parent: column", quoted(row.ParentType))
		}
	},
})
