package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-SUB-9", Severity: Error, Check: "networks",
	Title: "the node of an address lies outside of its subnet, or is no number",
	Doc:   "The number is the address divided by the alloc_unit of the subnet.",
	Fix:   "remove the node, unless it is the address of its owner, not divided",
	Node: func(r *Report, n *Node) {
		if n.Kind == contrail.NodeAddress {
			if _, _, ok := parse128(asText(n.Index)); !ok {
				r.with(dropNode(string(n.Normal))).node(n, "%s is no number of an address", quoted(string(n.Index)))
			}
		}
	},
	Lock: func(r *Report, l *Lock) {
		if l.Known == nil || !l.Known.Prefix.IsValid() || l.Known.Contains(l.Addr) {
			return
		}
		for _, n := range l.Locks {
			r.fixedIf(!r.wholeAddress(&n), dropNode(n.Path).in(Clear)).at("", nodePath(n.Path), "%s is not in %s, with alloc_unit %d", n.Index, l.Subnet, l.Known.Unit)
		}
	},
})
