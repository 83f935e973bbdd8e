package validate

var _ = add(Rule{
	ID: "M-VNID-3", Severity: Error, Check: "virtual_networks_id", Class: "ZkVNIdMissingError",
	Title: "the id of a network is not in ZooKeeper for it",
	Doc:   "It can be given out again.",
	Fix:   "add the node, or write the network's name into it",
	Number: func(r *Report, n *Number) {
		if n.Allocator == NetworkIDs {
			r.missingNode(n, 1, "prop:virtual_network_network_id", func(owner string) string { return owner })
		}
	},
})
