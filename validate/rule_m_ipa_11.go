package validate

var _ = add(Rule{
	ID: "M-IPA-11", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkSubnetExtraError",
	Title: "ZooKeeper has a subnet that no network has",
	Doc:   "Neither this owner nor any other has a subnet of that text.",
	Clean: "subnet_addr_alloc",
	Fix:   "remove the nodes",
	Locked: func(r *Report, l *Locked) {
		if l.InZooKeeper && !l.InCassandra && !l.TextElsewhere {
			r.fixedIf(!r.lostSubnets(l.Owner), r.subnetTree(l.Owner, l.Subnet)).at("", l.Path, "subnet %s of %s is only in ZooKeeper", l.Subnet, quoted(l.Owner))
		}
	},
})
