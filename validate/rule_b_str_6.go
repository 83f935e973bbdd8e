package validate

var _ = add(Rule{
	ID: "B-STR-6", Severity: Warning, Check: "structure",
	Title:   "there are no ZooKeeper nodes, though Cassandra has ids",
	Doc:     "All locks of ids are lost: the restored servers will give out ids that are in use.",
	FixedBy: rebuildNodes,
	Fix:     "make the nodes anew from Cassandra",
	Whole: func(r *Report, v *Inventory) {
		n := v.Types["virtual_network"] + v.Types["security_group"] + v.Types["route_target"]
		if v.Nodes == 0 && n > 0 {
			r.elsewhere().at("", "zk:/", "no node, though there are %s with ids: networks, security groups, route targets", plural(int(n), "object"))
		}
	},
})

// rebuildNodes are the rules that make nodes of what Cassandra has.
var rebuildNodes = []string{"M-VNID-3", "M-SGID-4", "M-RTBR-1", "M-IPA-10", "M-IPA-12", "M-IPA-14", "B-ZK-14", "B-ZK-15", "B-AE-1"}
