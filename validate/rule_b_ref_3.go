package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-3", Severity: Error, Check: "links",
	Title: "an object has a back-reference from one that doesn't exist",
	Doc:   "backref: to an absent row.",
	Clean: "stale_back_refs",
	Fix:   "remove the column",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnBackref && l.To == nil {
			r.with(l.drop()).link(l, "%s %s doesn't exist", l.Claimed, l.ToKey)
		}
	},
})
