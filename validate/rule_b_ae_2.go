package validate

import "slices"

var _ = add(Rule{
	ID: "B-AE-2", Severity: Error, Check: "zookeeper",
	Title: "the number of an aggregated interface belongs to another port group, or is too large",
	Doc:   "The node of the number holds the name of the virtual port group; a router has the numbers 0 to 127, each for one group.",
	Number: func(r *Report, n *Number) {
		if n.Allocator != AggregateIDs {
			return
		}
		if n.N >= aggregates {
			for _, node := range n.Nodes {
				r.at("", nodePath(node.Path), "%d is above %d", n.N, aggregates-1)
			}
		}
		groups := r.groupNames(n)
		if len(groups) > 1 {
			r.holder(&n.Holders[0], "", "ae number %d of router %s is that of the port groups %s", n.N, quoted(n.Scope), quotedList(groups))
		}
		for _, node := range n.Nodes {
			if len(groups) > 0 && !slices.Contains(groups, node.Owner) {
				r.at("", nodePath(node.Path), "it names %s, the interface belongs to %s", quoted(node.Owner), quotedList(groups))
			}
		}
	},
})
