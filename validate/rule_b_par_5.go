package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-5", Severity: Error, Check: "links",
	Title: "a parent lists an object that names another parent, or none",
	Doc:   "children: without the parent: column of the other row.",
	Fix:   "remove the column, or give the child its parent: column back, if its parent_type agrees",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnChild && l.To != nil && !l.Back {
			edit := l.drop().in(Clear)
			if l.namesMissingParent() {
				edit = l.parentFor()
			}
			r.with(edit).link(l, "%s %s doesn't name it as its parent", l.To.Type, quoted(l.ToName))
		}
	},
})
