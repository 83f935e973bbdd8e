package validate

var _ = add(Rule{
	ID: "B-ZK-11", Severity: Warning, Check: "zookeeper",
	Title: "a directory is empty",
	Doc:   "A leaf without data below /api-server/subnets or /id.",
	Fix:   "remove the node",
	Paths: func(r *Report, p *Path) {
		if p.Empty && !p.Inner && !p.AsksForMissing {
			r.with(dropNode(p.Path)).Add(Finding{Where: nodePath(p.Path), Message: "an empty directory", Offset: p.ListedAt})
		}
	},
})
