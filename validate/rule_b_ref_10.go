package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-REF-10", Severity: Warning, Check: "links",
	Title: "an object has more than 100000 links",
	Doc: "References, back-references and children: servers that page by columns get into trouble. Rules about single objects look at the " +
		"first 100000 columns only.",
	Row: func(r *Report, row *Row) {
		n := row.countAll(contrail.ColumnRef) + row.countAll(contrail.ColumnBackref) + row.countAll(contrail.ColumnChild)
		if n > keptLinks {
			r.row(row, "", "%d links", n)
		}
	},
})
