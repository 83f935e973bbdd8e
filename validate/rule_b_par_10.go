package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-10", Severity: Error, Check: "links",
	Title: "an object without parent_type has a parent that doesn't exist",
	Doc:   "The original doesn't look at it (M-ORPH-1).",
	Clean: "orphan_resources",
	Fix:   "remove the object and all below it",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.To == nil && l.NoParentType {
			r.with(removeObject(l.FromKey)).link(l, "parent %s %s doesn't exist", l.Claimed, l.ToKey)
		}
	},
})
