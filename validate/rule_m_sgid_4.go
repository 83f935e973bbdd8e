package validate

var _ = add(Rule{
	ID: "M-SGID-4", Severity: Error, Check: "security_groups_id", Class: "ZkSGIdMissingError",
	Title: "the id of a security group is not in ZooKeeper for it",
	Doc:   "It can be given out again.",
	Heal:  "security_groups_id",
	Fix:   "add the node, or write the group's name into it",
	Number: func(r *Report, n *Number) {
		if n.Allocator == GroupIDs {
			r.missingNode(n, groupIDs)
		}
	},
})
