package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-4", Severity: Error, Check: "links",
	Title: "a parent doesn't list its child",
	Doc:   "The API server lists children by the children: columns of the parent.",
	Heal:  "children_index",
	Fix:   "add the column",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.To != nil && !l.Back && l.FromType != "" {
			r.fixParent(l).link(l, "%s %s has no children:%s:%s", l.To.Type, quoted(l.ToName), l.FromType, l.FromKey)
		}
	},
})

// fixParent adds the column to the parent, unless the object has several parents, of which one has to go first.
func (r *Report) fixParent(l *Link) *Report {
	if row := r.Row(l.FromKey); row != nil && len(row.Parents) > 1 {
		return r.fixedIf(r.rightParent(row) >= 0)
	}
	return r.fixedIf(l.answerable(), l.answer(contrail.ColumnChild))
}
