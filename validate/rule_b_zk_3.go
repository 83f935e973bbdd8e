package validate

var _ = add(Rule{
	ID: "B-ZK-3", Severity: Warning, Check: "zookeeper",
	Title: "the lock of a name was lost, since other nodes lie below it",
	Doc:   "The original exporter lists leaves only, so that the data of a node with children is lost. Names with slashes make such nodes.",
	Fix:   "add the node, before those below it",
	Paths: func(r *Report, p *Path) {
		if p.AsksForMissing && p.Inner && !p.Listed {
			r.with(setNode(p.Path, p.LivingUUID)).Add(p.finding("its lock is not in the dump, only nodes below it"))
		}
	},
})
