package validate

var _ = add(Rule{
	ID: "M-AE-1", Severity: Error, Check: "aggregated_ethernet_id", Class: "AEIDZookeeperError",
	Title: "ZooKeeper has a number of an aggregated interface that no interface of the router has",
	Doc: "Interfaces have a number by the reference of their virtual port group, or by their name (ae0 to ae127). The original reports " +
		"one number for each group, dumptool each.",
	Clean: "aggregated_ethernet_id",
	Fix:   "remove the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator != AggregateIDs || n.Scope == "" || len(n.Holders) > 0 {
			return
		}
		for _, node := range n.Nodes {
			r.with(dropNode(node.Path)).at("", nodePath(node.Path), "no interface of router %s has ae number %d, which is that of %s", quoted(n.Scope), n.N, quoted(node.Owner))
		}
	},
})
