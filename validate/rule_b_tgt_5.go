package validate

import "strings"

var _ = add(Rule{
	ID: "B-TGT-5", Severity: Error, Check: "target", Target: true,
	Title: "the paths of ZooKeeper begin with another cluster id than the target's",
	Doc:   "Paths are restored as they are: the target would not see them.",
	Fix:   "write the paths anew",
	Whole: func(r *Report, v *Inventory) {
		if cluster := strings.TrimPrefix(v.cluster(), "/"); v.Nodes > 0 && v.Target.HasClusterID && cluster != v.Target.ClusterID {
			r.with(Edit{Op: Reroot, Value: v.Target.ClusterID}).at("", "zk:/", "the paths are those of cluster id %s, the target's is %s", quoted(cluster), quoted(v.Target.ClusterID))
		}
	},
})
