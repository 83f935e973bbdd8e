package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-PAR-3", Severity: Error, Check: "links",
	Title: "the parent of an object is of another type than the column says",
	Doc:   "parent:TYPE:UUID against the type of that row.",
	Fix:   "write the right type",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnParent && l.wrongType() {
			r.with(l.retypeParent()...).link(l, "the parent is of type %s", l.To.Type)
		}
	},
})

// retypeParent writes the type of the parent into the column, and into parent_type where that agreed with the column.
func (l *Link) retypeParent() []Edit {
	edits := l.retype()
	if l.NamesParent {
		edits = append(edits, setCell(objectCell(l.FromKey, "parent_type"), jsonText(contrail.HyphenType(l.To.Type))))
	}
	return edits
}
