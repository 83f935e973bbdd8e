package validate

var _ = add(Rule{
	ID: "M-IPA-9", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkVNExtraError",
	Title: "ZooKeeper has locks of addresses for a network that doesn't exist",
	Doc:   "No network and no flat IPAM of that name has a subnet.",
	Clean: "subnet_addr_alloc",
	Fix:   "remove the nodes",
	Locked: func(r *Report, l *Locked) {
		if !l.OwnerLocked || l.OwnerInCassandra {
			return
		}
		lost := r.lostSubnets(l.Owner)
		if !lost {
			r.change(r.subnetTree(l.Owner, l.Subnet))
		}
		if l.FirstOfOwner {
			r.fixedIf(!lost).at("", l.Path, "%s has locks of addresses, and no subnet in Cassandra", quoted(l.Owner))
		}
	},
})
