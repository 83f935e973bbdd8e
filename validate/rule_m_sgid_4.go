package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-SGID-4", Severity: Error, Check: "security_groups_id", Class: "ZkSGIdMissingError",
	Title: "the id of a security group is not in ZooKeeper for it",
	Doc:   "It can be given out again.",
	Fix:   "add the node, or write the group's name into it",
	Number: func(r *Report, n *Number) {
		if n.Allocator == GroupIDs {
			r.missingNode(n, contrail.FirstSecurityGroupID, "prop:security_group_id", groupName)
		}
	},
})
