package validate

var _ = add(Rule{
	ID: "B-ZK-1", Severity: Warning, Check: "zookeeper",
	Title: "a node is ephemeral",
	Doc:   "It belonged to a session that is over. Restored as a lasting node it blocks elections and locks.",
	Fix:   "leave the node out",
	Node: func(r *Report, n *Node) {
		if owner := n.EphemeralOwner(); len(owner) > 0 && string(owner) != "0" {
			r.with(dropNode(string(n.Normal))).node(n, "it belongs to session %s", owner)
		}
	},
})
