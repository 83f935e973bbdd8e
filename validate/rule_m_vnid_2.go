package validate

var _ = add(Rule{
	ID: "M-VNID-2", Severity: Error, Check: "virtual_networks_id", Class: "ZkVNIdExtraError",
	Title: "ZooKeeper has a network id for a network that doesn't have it",
	Doc:   "Node and name are those of no network; the node of id n is n - 1.",
	Clean: "stale_virtual_network_id",
	Fix:   "give the number back to the object that it names, if that has none or one that is another's; else remove the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator == NetworkIDs {
			r.extraNodes(n, networkIDs)
		}
	},
})
