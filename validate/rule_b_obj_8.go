package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-OBJ-8", Severity: Warning, Check: "objects",
	Title: "an object has a property in two forms",
	Doc:   "As a whole (prop:) and element by element (propl:, propm:): which one counts depends on the release.",
	Row: func(r *Report, row *Row) {
		for i := range row.Groups {
			g := &row.Groups[i]
			if (g.Kind == contrail.ColumnPropList || g.Kind == contrail.ColumnPropMap) && row.count(contrail.ColumnProp, g.Name) > 0 {
				r.row(row, "prop:"+g.Name, "%s is there as prop: and as %s:", g.Name, g.Kind)
			}
		}
	},
})
