package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-ENC-7", Severity: Warning, Check: "encoding",
	Title: "the index has a percent-encoded name for a plain one, or the reverse",
	Doc:   "Servers whose default codec was ASCII stored names that aren't so. Both forms are accepted for the object.",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if x.Row == nil || x.Row.FQName == nil {
				continue
			}
			switch {
			case e.form(x.Row) == contrail.QuotedName:
				r.row(x.Row, "fq_name", "the index has the name percent-encoded: %s", quoted(e.Name))
			case contrail.MatchName(x.Row.Name(), e.Name) == contrail.QuotedName:
				r.row(x.Row, "fq_name", "the object has its name percent-encoded: %s", quoted(x.Row.Name()))
			}
		}
	},
})
