package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-4", Severity: Error, Check: "links",
	Title: "a parent doesn't list its child",
	Doc:   "The API server lists children by the children: columns of the parent.",
	Fix:   "add the column",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.To != nil && !l.Back && l.FromType != "" {
			r.link(l, "%s %s has no children:%s:%s", l.To.Type, quoted(l.ToName), l.FromType, l.FromKey)
		}
	},
})
