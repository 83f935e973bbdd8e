package validate

var _ = add(Rule{
	ID: "M-SGID-3", Severity: Error, Check: "security_groups_id", Class: "ZkSGIdExtraError",
	Title: "ZooKeeper has a security group id for a group that doesn't have it",
	Doc:   "Node and name are those of no group; the node of id n is n - 8000000.",
	Clean: "stale_security_group_id",
	Fix:   "give the number back to the object that it names, if that has none or one that is another's; else remove the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator == GroupIDs && n.N != 0 {
			r.extraNodes(n, groupIDs)
		}
	},
})
