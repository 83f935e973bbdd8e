package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-ORPH-1", Severity: Error, Check: "orphan_resources", Class: "OrphanResourceError",
	Title: "the parent of an object doesn't exist",
	Doc: "An object with a parent_type must have a parent: column of that type whose row exists. Objects below config_root, " +
		"which is never in the database, have none.",
	Clean: "orphan_resources",
	Fix:   "remove the object and all below it; where only the parent: column is lost, and a parent lists the object or is found by its name, add the column",
	Row: func(r *Report, row *Row) {
		if typ := contrail.NormalizeType(row.ParentType); row.has(hasParentText) && typ != "config_root" && row.count(contrail.ColumnParent, typ) == 0 {
			r.later(row)
			r.with(removeObject(row.Key)).row(row, "parent_type", "parent_type is %s, but there is no parent: column of that type", quoted(row.ParentType))
		}
	},
	Later: func(r *Report, row *Row) {
		if len(row.Parents) > 0 {
			return
		}
		if p := r.parentByName(row, contrail.NormalizeType(row.ParentType)); p != nil {
			r.change(setParent(row, p)...)
		}
	},
	Link: func(r *Report, l *Link) {
		if l.namesMissingParent() {
			r.change(l.parentFor())
		}
		if l.Kind == contrail.ColumnParent && l.To == nil && l.NamesParent {
			r.with(removeObject(l.FromKey)).link(l, "parent %s %s doesn't exist", l.Claimed, l.ToKey)
		}
	},
})
