package validate

var _ = add(Rule{
	ID: "M-VNID-3", Severity: Error, Check: "virtual_networks_id", Class: "ZkVNIdMissingError",
	Title: "the id of a network is not in ZooKeeper for it",
	Doc:   "It can be given out again.",
	Heal:  "virtual_networks_id",
	Fix:   "add the node, or write the network's name into it",
	Number: func(r *Report, n *Number) {
		if n.Allocator == NetworkIDs {
			r.missingNode(n, networkIDs)
		}
	},
})
