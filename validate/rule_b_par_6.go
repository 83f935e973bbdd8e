package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-6", Severity: Error, Check: "links",
	Title: "a parent lists an object that doesn't exist",
	Doc:   "children: to an absent row.",
	Clean: "stale_children",
	Fix:   "remove the column",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnChild && l.To == nil {
			r.with(l.drop()).link(l, "%s %s doesn't exist", l.Claimed, l.ToKey)
		}
	},
})
