package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-3", Severity: Error, Check: "links",
	Title: "the parent of an object is of another type than the column says",
	Doc:   "parent:TYPE:UUID against the type of that row.",
	Fix:   "write the right type",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.wrongType() {
			r.link(l, "the parent is of type %s", l.To.Type)
		}
	},
})
