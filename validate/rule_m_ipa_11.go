package validate

var _ = add(Rule{
	ID: "M-IPA-11", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkSubnetExtraError",
	Title: "ZooKeeper has a subnet that no network has",
	Doc:   "Neither this owner nor any other has a subnet of that text.",
	Fix:   "remove the nodes",
	Locked: func(r *Report, l *Locked) {
		if l.InZooKeeper && !l.InCassandra && !l.TextElsewhere {
			r.at("", l.Path, "subnet %s of %s is only in ZooKeeper", l.Subnet, quoted(l.Owner))
		}
	},
})
