package validate

import (
	"strconv"
	"strings"
)

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
			r.with(moveNode(string(n.Normal), n.Offset, n.padded())...).node(n, "%s is not padded to ten digits", quoted(string(n.Index)))
		case top > 0:
			if v, err := strconv.ParseUint(string(n.Index), 10, 64); err != nil || v > top {
				r.node(n, "%s is above %d", n.Index, top)
			}
		}
	},
})

// padded is the path of a node with a number of ten digits.
func (n *Node) padded() string {
	i := len(n.Normal) - len(n.Index)
	digits := strings.TrimLeft(string(n.Index), "0")
	return string(n.Normal[:i]) + strings.Repeat("0", max(0, 10-len(digits))) + digits
}
