package validate

import "strconv"

var _ = add(Rule{
	ID: "B-STR-12", Severity: Error, Check: "structure", Problem: true,
	Title: "a ZooKeeper path occurs twice",
	Doc:   "Slashes at either end and repeated ones don't count. The original importer stops at the second.",
	Fix:   "keep one, if both hold the same data",
	Paths: func(r *Report, p *Path) {
		if p.AsksForMissing {
			return
		}
		for _, at := range p.Twins {
			r.fixedIf(p.SameData, Edit{Op: Single, Path: nodeAt(p.Path)}).Add(Finding{
				Where: nodePath(p.Path), Message: "the path occurs twice, first at byte " + strconv.FormatInt(p.ListedAt, 10), Offset: at,
			})
		}
	},
})
