package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-6", Severity: Warning, Check: "links",
	Title: "reference and back-reference have different values",
	Doc:   "They hold the same attributes. The order of members and white space don't count.",
	Fix:   "copy the value of the reference",
	Link: func(r *Report, l *Link) {
		if l.Kind == contrail.ColumnRef && l.To != nil && l.Back && !l.SameValue && (l.To.Type != l.FromType || l.FromKey < l.ToKey) {
			r.with(l.answer(l.backKind)).link(l, "the value is another one in %s %s", l.To.Type, quoted(l.ToName))
		}
	},
})
