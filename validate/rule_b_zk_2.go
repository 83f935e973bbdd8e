package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-ZK-2", Severity: Warning, Check: "zookeeper",
	Title: "a node lies below a directory that the original importer ignores",
	Doc:   "Of elections, locks, services and other programs. Older exporters wrote them, newer ones leave them out at any depth.",
	Fix:   "leave the node out",
	Node: func(r *Report, n *Node) {
		if n.Kind == contrail.NodeName || n.Kind == contrail.NodeAddress {
			return // as nearly all
		}
		if top := contrail.Family(n.Raw); len(top) > 0 && contrail.IsIgnored(top) {
			r.with(dropNode(string(n.Normal))).node(n, "%s is not restored", quoted(string(top)))
		}
	},
})
