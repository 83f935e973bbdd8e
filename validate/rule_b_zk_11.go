package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-ZK-11", Severity: Warning, Check: "zookeeper",
	Title: "a directory is empty",
	Doc:   "A leaf without data below /api-server/subnets or /id.",
	Fix:   "remove the node",
	Node: func(r *Report, n *Node) {
		if n.Kind == contrail.NodeDirectory && len(n.Text) == 0 && (n.isBelow("/api-server/subnets") || n.isBelow("/id")) {
			r.with(dropNode(string(n.Normal))).node(n, "an empty directory")
		}
	},
})
