package validate

var _ = add(Rule{
	ID: "B-ZK-7", Severity: Error, Check: "zookeeper",
	Title: "the lock of a name belongs to no object of that name",
	Doc: "Its uuid has no row, or that object has another type or name. The API server refuses to make an object of that name until the lock " +
		"is old; a restore makes all of them new.",
	Fix: "remove the node",
	Identity: func(r *Report, x *Identity) {
		for _, l := range x.Locks {
			path := nodePath(r.inv.cluster() + l.Path)
			switch {
			case x.Row == nil:
				r.with(dropNode(r.inv.cluster()+l.Path).since(l.UUID)).at("", path, "object %s doesn't exist", quoted(l.UUID))
			case x.Row.Type == "" || x.Row.FQName == nil || lockPathOf(x.Row) != l.Path:
				r.fixedIf(x.whole(), dropNode(r.inv.cluster()+l.Path).in(Clear)).at(x.UUID, path, "the object is %s %s", x.Row.Type, quoted(x.Row.Name()))
			}
		}
	},
})
