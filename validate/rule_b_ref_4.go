package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-4", Severity: Error, Check: "links",
	Title: "an object has a back-reference from one that doesn't refer to it",
	Doc:   "backref: without ref: in the other row.",
	Fix:   "remove the column",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnBackref && l.To != nil && !l.Back && l.FromType != "" {
			r.with(l.drop().in(Clear)).link(l, "%s %s has no ref:%s:%s", l.To.Type, quoted(l.ToName), l.FromType, l.FromKey)
		}
	},
})
