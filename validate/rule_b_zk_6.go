package validate

var _ = add(Rule{
	ID: "B-ZK-6", Severity: Warning, Check: "zookeeper",
	Title: "the exporter left out the lock of a name because of a component of its path",
	Doc:   "An object whose name has, behind a slash, one of the names at which the original exporter stops, such as admin or config.",
	Fix:   "add the node",
	Paths: func(r *Report, p *Path) {
		if p.missing() && p.ignored() != nil {
			r.with(setNode(p.Path, p.LivingUUID)).Add(p.finding("its lock is not in the dump, since exporters stop at " + quoted(string(p.ignored()))))
		}
	},
})
