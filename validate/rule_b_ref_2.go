package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-2", Severity: Error, Check: "links",
	Title: "an object that is referred to has no back-reference",
	Doc:   "backref: in the other row; between objects of one type ref:. The check of the original for it is empty.",
	Heal:  "back_ref_index",
	Fix:   "add the column, with the value of the reference",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnRef && l.To != nil && !l.Back && l.FromType != "" {
			r.fixedIf(l.answerable() && !l.wrongType(), l.answer(l.opposite())).link(l, "%s %s has no %s:%s:%s", l.To.Type, quoted(l.ToName), l.opposite(), l.FromType, l.FromKey)
		}
	},
})
