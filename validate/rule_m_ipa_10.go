package validate

var _ = add(Rule{
	ID: "M-IPA-10", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkVNMissingError",
	Title: "ZooKeeper has no locks of addresses for a network that has some",
	Doc:   "Its addresses can be given out again.",
	Heal:  "subnet_addr_alloc",
	Fix:   "add the nodes",
	Locked: func(r *Report, l *Locked) {
		if l.FirstOfOwner && l.OwnerUsed && !l.OwnerInZooKeeper {
			r.fixedIf(l.OwnerLockable).at("", l.Path, "%s has addresses, and nothing in ZooKeeper", quoted(l.Owner))
		}
	},
	Lock: func(r *Report, l *Lock) {
		if l.Suppressed && len(l.Locks) == 0 {
			edits, _ := r.lockEdit(l)
			r.change(edits...)
		}
	},
})
