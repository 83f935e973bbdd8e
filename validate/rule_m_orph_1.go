package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-ORPH-1", Severity: Error, Check: "orphan_resources", Class: "OrphanResourceError",
	Title: "the parent of an object doesn't exist",
	Doc: "An object with a parent_type must have a parent: column of that type whose row exists. Objects below config_root, " +
		"which is never in the database, have none.",
	Fix: "remove the object and all below it",
	Row: func(r *Report, row *Row) {
		if typ := contrail.NormalizeType(row.ParentType); row.has(hasParentText) && typ != "config_root" && row.count(contrail.ColumnParent, typ) == 0 {
			r.row(row, "parent_type", "parent_type is %s, but there is no parent: column of that type", quoted(row.ParentType))
		}
	},
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.To == nil && l.NamesParent {
			r.link(l, "parent %s %s doesn't exist", l.Claimed, l.ToKey)
		}
	},
})
