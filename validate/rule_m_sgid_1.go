package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-SGID-1", Severity: Error, Check: "security_groups_id", Class: "SG0UnreservedError",
	Title: "node 0 of the security groups is not reserved",
	Doc:   "It must hold __reserved__: its id, 8000000, is taken for none. That it is absent is B-ZK-14.",
	Heal:  "security_groups_id",
	Fix:   "write __reserved__ into it",
	Number: func(r *Report, n *Number) {
		if n.Allocator != GroupIDs || n.N != 0 {
			return
		}
		for _, node := range n.Nodes {
			if node.Owner != contrail.ReservedOwner {
				r.fixedIf(len(n.Holders) == 0, setNode(node.Path, contrail.ReservedOwner)).at("", nodePath(node.Path), "holds %s", quoted(node.Owner))
			}
		}
	},
})
