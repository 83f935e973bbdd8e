package validate

var _ = add(Rule{
	ID: "M-IPA-14", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkIpMissingError",
	Title: "an address is not locked for its object",
	Doc:   "It can be given out again. Where a whole subnet is missing in ZooKeeper that is said instead (M-IPA-12).",
	Heal:  "subnet_addr_alloc",
	Fix:   "add the node",
	Lock: func(r *Report, l *Lock) {
		if l.Suppressed || len(l.Holders) == 0 {
			return
		}
		h := l.Holders[0]
		for _, n := range l.Locks {
			if n.Owner == h.UUID {
				return
			}
		}
		edits, ok := r.lockEdit(l)
		r.fixedIf(ok, edits...).at(h.UUID, rowPath(h.UUID, "prop:"+addressTypes[h.Type]), "%s in %s of %s is not locked for it", h.Text, l.Subnet, quoted(l.Owner))
	},
})
