package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-SGID-3", Severity: Error, Check: "security_groups_id", Class: "ZkSGIdExtraError",
	Title: "ZooKeeper has a security group id for a group that doesn't have it",
	Doc:   "Node and name are those of no group; the node of id n is n - 8000000.",
	Fix:   "remove the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator == GroupIDs && n.N != 0 {
			r.extraNodes(n, contrail.FirstSecurityGroupID, groupName)
		}
	},
})
