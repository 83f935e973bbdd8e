package validate

var _ = add(Rule{
	ID: "M-IPA-1", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkSubnetPathInvalid",
	Title: "a node below /api-server/subnets is no subnet",
	Doc:   "Nor the directory of one. /api-server/subnets itself, if it is listed as a leaf, is reported as well.",
	Clean: "subnet_addr_alloc",
	Fix:   "remove the node",
	Node: func(r *Report, n *Node) {
		if n.isBelow("/api-server/subnets") && !isSubnetNode(n) {
			r.with(dropNode(string(n.Normal))).node(n, "not the directory of a subnet")
		}
	},
})
