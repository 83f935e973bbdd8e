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
			r.fixedIf(len(row.Parents) == 1, setCell(objectCell(row.Key, "parent_type"), jsonText(contrail.HyphenType(row.Parents[0].Type)))).
				row(row, "parent_type", "there is a parent: column, but no parent_type")
		case len(row.Parents) == 0 && typ != "" && typ != "config_root":
			r.later(row)
			r.elsewhere().row(row, "parent_type", "parent_type is %s, but there is no parent: column", quoted(row.ParentType))
		}
	},
	Later: func(r *Report, row *Row) {
		if p := r.parentByName(row, contrail.NormalizeType(row.ParentType)); p != nil {
			r.change(setParent(row, p)...)
		}
	},
	Link: func(r *Report, l *Link) {
		if l.namesMissingParent() {
			r.change(l.parentFor())
		}
	},
})
