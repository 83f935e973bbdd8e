package validate

var _ = add(Rule{
	ID: "B-ZK-5", Severity: Warning, Check: "zookeeper",
	Title: "the stat of a node contradicts its data or the list",
	Doc:   "dataLength is the number of bytes of the data; a node without nodes below it has numChildren 0.",
	Node: func(r *Report, n *Node) {
		length := n.length
		if !n.hasLengths || n.Data.Long() || !n.Data.IsText && length <= 0 {
			return
		}
		if length != int64(len(n.Text)) {
			r.node(n, "dataLength is %d, the data has %s", length, plural(len(n.Text), "byte"))
		}
	},
	Paths: func(r *Report, p *Path) {
		if p.Listed && !p.Inner && p.Children > 0 && !p.AsksForMissing {
			r.Add(Finding{Where: nodePath(p.Path), Message: "numChildren is " + plural(int(p.Children), "child") + ", and none is in the dump", Offset: p.ListedAt})
		}
	},
})
