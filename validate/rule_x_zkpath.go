package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "X-ZKPATH", Severity: Error, Check: "zookeeper",
	Title: "ZooKeeper has no directory for ids that Cassandra has",
	Doc: "Of networks, security groups or route targets: all such ids can be given out again. The original stops there; dumptool takes the " +
		"directory as empty, so that each id is reported as missing too.",
	FixedBy: rebuildNodes,
	Fix:     "add the nodes of all ids",
	Whole: func(r *Report, v *Inventory) {
		base := func(path string, held int64, what string, mended bool) {
			if held > 0 && !v.Bases[path] {
				r.fixedIf(mended).at("", nodePath(v.cluster()+path), "the directory is absent, though Cassandra has %s", plural(int(held), what))
			}
		}
		base("/id/virtual-networks", v.HeldNetworkIDs, "network id", true)
		base("/id/security-groups/id", v.HeldGroupIDs, "security group id", true)
		base("/id/bgp/route-targets/"+contrail.RouteTargetSchemeOf(v.ASN).Sub, v.SchemaTargets+v.SystemTargets, "route target number", v.AgreedTargets > 0)
	},
})
