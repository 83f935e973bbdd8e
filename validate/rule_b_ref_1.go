package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-1", Severity: Error, Check: "links",
	Title: "an object refers to one that doesn't exist",
	Doc:   "ref: to an absent row. A live export can hold some; the API server shows them as [\"ERROR\"].",
	Clean: "stale_refs",
	Fix:   "remove the column, but not that of a network to its IPAM: the subnets stand there",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnRef && l.To == nil {
			r.fixedIf(l.FromType != "virtual_network" || l.Claimed != "network_ipam", l.drop()).link(l, "%s %s doesn't exist", l.Claimed, l.ToKey)
		}
	},
})
