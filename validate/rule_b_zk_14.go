package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-ZK-14", Severity: Error, Check: "zookeeper",
	Title: "node 0 of the security groups is not reserved",
	Doc:   "It must be there and hold __reserved__, or its number is given out, whose id means none. The original accepts that it is absent.",
	Heal:  "security_groups_id", FixedBy: []string{"M-SGID-1"},
	Fix: "add the node",
	Whole: func(r *Report, v *Inventory) {
		if v.HeldGroupIDs == 0 || v.Nodes == 0 {
			return
		}
		switch n := v.ReservedGroup; {
		case n == nil:
			r.with(setNode(v.cluster()+groupIDs.dir+"/0000000000", contrail.ReservedOwner)).at("", nodePath(v.cluster()+"/id/security-groups/id/0000000000"), "there is no node")
		case n.Data != contrail.ReservedOwner:
			r.elsewhere().at("", n.Path, "holds %s", quoted(n.Data))
		}
	},
})
