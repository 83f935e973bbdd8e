package validate

var _ = add(Rule{
	ID: "B-STR-6", Severity: Warning, Check: "structure",
	Title:   "there are no ZooKeeper nodes, though Cassandra has ids",
	Doc:     "All locks of ids are lost: the restored servers will give out ids that are in use.",
	FixedBy: rebuildNodes,
	Fix:     "make the nodes anew from Cassandra: ids, addresses, names",
	Whole: func(r *Report, v *Inventory) {
		n := v.Types["virtual_network"] + v.Types["security_group"] + v.Types["route_target"]
		if v.Nodes == 0 && n > 0 {
			r.relockNames()
			r.fixedIf(v.HeldNetworkIDs+v.HeldGroupIDs+v.AgreedTargets > 0).at("", "zk:/", "no node, though there are %s with ids: networks, security groups, route targets", plural(int(n), "object"))
		}
	},
})

// rebuildNodes are the rules that make nodes of what Cassandra has.
var rebuildNodes = []string{"M-VNID-3", "M-SGID-4", "M-RTBR-1", "M-IPA-10", "M-IPA-12", "M-IPA-14", "B-ZK-14", "B-ZK-15", "B-AE-1"}

// relockNames makes the locks of all names.
func (r *Report) relockNames() {
	if r.o.Edit == nil {
		return
	}
	r.fail(r.rows.all(func(k id, payload []byte) error {
		if row := r.decodeRow(k, payload); row.IsUUID && row.Type != "" && row.FQName != nil {
			r.change(setNode(r.inv.cluster()+lockPathOf(row), row.Key))
		}
		return r.failure()
	}))
}
