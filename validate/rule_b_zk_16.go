package validate

var _ = add(Rule{
	ID: "B-ZK-16", Severity: Error, Check: "zookeeper",
	Title: "one owner has several numbers of one allocator",
	Doc:   "Of networks, security groups, route targets, tags.",
	Fix:   "remove the nodes whose number no object has",
	Owner: func(r *Report, o *NumberOwner) {
		for _, path := range o.Paths[1:] {
			r.at("", nodePath(path), "%s has %s as well", quoted(o.Name), nodePath(o.Paths[0]))
		}
	},
})
