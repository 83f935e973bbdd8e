package validate

var _ = add(Rule{
	ID: "M-IPA-9", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkVNExtraError",
	Title: "ZooKeeper has locks of addresses for a network that doesn't exist",
	Doc:   "No network and no flat IPAM of that name has a subnet.",
	Fix:   "remove the nodes",
	Locked: func(r *Report, l *Locked) {
		if l.FirstOfOwner && l.OwnerLocked && !l.OwnerInCassandra {
			r.at("", l.Path, "%s has locks of addresses, and no subnet in Cassandra", quoted(l.Owner))
		}
	},
})
