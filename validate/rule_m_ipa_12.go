package validate

var _ = add(Rule{
	ID: "M-IPA-12", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkSubnetMissingError",
	Title: "ZooKeeper has no locks for a subnet that has addresses",
	Doc:   "They can be given out again.",
	Heal:  "subnet_addr_alloc",
	Fix:   "add the nodes",
	Locked: func(r *Report, l *Locked) {
		if l.Used && !l.InZooKeeper {
			r.fixedIf(l.Lockable).at("", l.Path, "subnet %s of %s has addresses, and nothing in ZooKeeper", l.Subnet, quoted(l.Owner))
		}
	},
	Lock: func(r *Report, l *Lock) {
		if l.Suppressed && len(l.Locks) == 0 {
			edits, _ := r.lockEdit(l)
			r.change(edits...)
		}
	},
})
