package validate

var _ = add(Rule{
	ID: "B-TGT-8", Severity: Warning, Check: "target", Target: true,
	Title: "the original importer needs the node of the cluster id",
	Doc:   "With a cluster id the node of that name must be there before the original importer begins.",
	Whole: func(r *Report, v *Inventory) {
		if v.Target.ClusterID != "" {
			r.at("", nodePath("/"+v.Target.ClusterID), "the node must exist before the original importer begins")
		}
	},
})
