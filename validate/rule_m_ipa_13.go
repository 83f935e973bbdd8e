package validate

var _ = add(Rule{
	ID: "M-IPA-13", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkIpExtraError",
	Title: "ZooKeeper locks an address that its object doesn't have",
	Doc: "Except the network, broadcast, gateway, DNS and prefix address. The number of a node is the address divided by the " +
		"alloc_unit of the subnet, which the original forgets.",
	Clean: "subnet_addr_alloc",
	Fix:   "remove the node, or set it to the object that has the address",
	Lock: func(r *Report, l *Lock) {
		if l.Known == nil || l.Suppressed || l.Special {
			return
		}
		for _, n := range l.Locks {
			if len(l.Holders) == 0 || l.Holders[0].UUID != n.Owner {
				edits, ok := r.unlockEdit(l, &n)
				r.fixedIf(ok, edits...).at("", nodePath(n.Path), "%s is locked for %s, which doesn't have it", l.address(), quoted(n.Owner))
			}
		}
	},
})
