package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-OBJ-7", Severity: Warning, Check: "objects",
	Title: "the positions of a list property have a gap or a double",
	Doc:   "Of lists whose positions are all decimal; positions that are uuids are as good. The order of the list is that of the positions as texts.",
	Fix:   "number the elements anew, in the order of the texts of their positions",
	Row: func(r *Report, row *Row) {
		for i := range row.Groups {
			g := &row.Groups[i]
			if g.Kind != contrail.ColumnPropList || g.notDigit {
				continue
			}
			edit := Edit{Op: Renumber, Path: objectCell(row.Key, "propl:"+g.Name+":")}
			switch {
			case g.odd:
				r.with(edit).row(row, "propl:"+g.Name, "a position of %s has leading zeros", g.Name)
			case g.top+1 != g.Count:
				r.with(edit).row(row, "propl:"+g.Name, "%s of %s, but the last position is %d", plural(g.Count, "element"), g.Name, g.top)
			}
		}
	},
})
