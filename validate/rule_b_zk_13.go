package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-ZK-13", Severity: Warning, Check: "zookeeper",
	Title: "a route target number lies in a directory that isn't used",
	Doc:   "Directly below /id/bgp/route-targets, as before R1908, or in the directory of the other width of AS numbers.",
	Fix:   "move the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator != TargetIDs {
			return
		}
		scheme := contrail.RouteTargetSchemeOf(r.asn)
		for _, node := range n.Nodes {
			if node.Sub != scheme.Sub {
				r.with(moveNode(node.Path, node.at, r.inv.cluster()+scheme.Node(n.N, "").Path)...).at("", nodePath(node.Path), "with AS number %d the numbers lie in %s", r.asn, scheme.Sub)
			}
		}
	},
})
