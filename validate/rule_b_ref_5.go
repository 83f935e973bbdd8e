package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-5", Severity: Error, Check: "links",
	Title: "an object is of another type than a reference to it says",
	Doc:   "ref:TYPE:UUID or backref:TYPE:UUID against the type of that row.",
	Fix:   "write the right type",
	Link: func(r *Report, l *Link) {
		if (l.Kind == contrail.ColumnRef || l.Kind == contrail.ColumnBackref) && l.wrongType() {
			r.with(l.retype()...).link(l, "the object is of type %s", l.To.Type)
		}
	},
})
