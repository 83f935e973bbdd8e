package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-7", Severity: Error, Check: "links",
	Title: "the name of an object doesn't begin with its parent's",
	Doc:   "The fq_name without its last part is that of the parent, but for floating and alias IPs below an instance IP.",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.To != nil && l.HasPrefix && l.To.FQName != nil &&
			l.Prefix != l.ToName && !freeName(l.To.Type, l.FromType) {
			r.link(l, "%s is not below the parent %s", quoted(l.Prefix+":…"), quoted(l.ToName))
		}
	},
})
