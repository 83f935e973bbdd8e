package validate

var _ = add(Rule{
	ID: "M-VNID-2", Severity: Error, Check: "virtual_networks_id", Class: "ZkVNIdExtraError",
	Title: "ZooKeeper has a network id for a network that doesn't have it",
	Doc:   "Node and name are those of no network; the node of id n is n - 1.",
	Fix:   "remove the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator == NetworkIDs {
			r.extraNodes(n, 1, func(owner string) string { return owner })
		}
	},
})
