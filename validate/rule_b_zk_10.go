package validate

import "strconv"

var _ = add(Rule{
	ID: "B-ZK-10", Severity: Error, Check: "zookeeper",
	Title: "the number of a node is none that its allocator gives out",
	Doc:   "Ten decimal digits, padded with zeros, up to the largest number.",
	Fix:   "pad it",
	Node: func(r *Report, n *Node) {
		top, numbered := n.top()
		switch {
		case !numbered:
		case !isDecimal(n.Index):
			r.node(n, "%s is not a number", quoted(string(n.Index)))
		case !n.WellFormedIndex():
			r.node(n, "%s is not padded to ten digits", quoted(string(n.Index)))
		case top > 0:
			if v, err := strconv.ParseUint(string(n.Index), 10, 64); err != nil || v > top {
				r.node(n, "%s is above %d", n.Index, top)
			}
		}
	},
})
