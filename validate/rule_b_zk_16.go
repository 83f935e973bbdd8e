package validate

var _ = add(Rule{
	ID: "B-ZK-16", Severity: Error, Check: "zookeeper",
	Title: "one owner has several numbers of one allocator",
	Doc:   "Of networks, security groups, route targets, tags.",
	Fix:   "remove the nodes whose number no object has, if one is left",
	Owner: func(r *Report, o *NumberOwner) {
		var edits []Edit
		for i, path := range o.Paths {
			if !o.Held[i] {
				edits = append(edits, dropNode(path).in(Clear))
			}
		}
		for _, path := range o.Paths[1:] {
			r.fixedIf(len(edits)+1 == len(o.Paths), edits...).at("", nodePath(path), "%s has %s as well", quoted(o.Name), nodePath(o.Paths[0]))
		}
	},
})
