package validate

import "strings"

var _ = add(Rule{
	ID: "B-ZK-12", Severity: Error, Check: "zookeeper",
	Title: "paths begin with different cluster ids, or with one and a slash",
	Doc:   "All paths of a dump begin with the cluster id and no slash, or with a slash where there is none.",
	Fix:   "write the paths anew",
	Whole: func(r *Report, v *Inventory) {
		roots := v.roots()
		edit := Edit{Op: Reroot, Value: strings.TrimPrefix(v.cluster(), "/")}
		if len(roots) > 1 {
			r.with(edit).at("", "zk:/", "paths begin with %s", quotedList(roots))
		}
		if v.SlashedCluster > 0 {
			r.with(edit).at("", nodePath(v.cluster()), "%s a leading slash in front of the cluster id", plural2(v.SlashedCluster, "path has", "paths have"))
		}
	},
})
