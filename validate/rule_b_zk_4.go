package validate

var _ = add(Rule{
	ID: "B-ZK-4", Severity: Fatal, Check: "zookeeper",
	Title: "a node is listed after one below it",
	Doc:   "The original importer makes parents as it needs them, and stops at the node that is there already.",
	Fix:   "put the node before those below it",
	Paths: func(r *Report, p *Path) {
		if p.Listed && p.Inner && !p.AsksForMissing && p.FirstBelow < p.ListedAt {
			r.with(Edit{Op: MoveNode, Path: nodeAt(p.Path)}).Add(Finding{Where: nodePath(p.Path), Message: "a node below it is listed before it", Offset: p.ListedAt})
		}
	},
})
