package validate

import "strings"

var _ = add(Rule{
	ID: "B-OBJ-4", Severity: Warning, Check: "objects",
	Title: "a part of an fq_name has a colon",
	Doc:   "Joined by colons the name can be another's. The name of a route target is one part with colons by design.",
	Row: func(r *Report, row *Row) {
		if row.Type == "route_target" {
			return
		}
		for _, part := range row.FQName {
			if strings.Contains(part, ":") {
				r.row(row, "fq_name", "the part %s has a colon", quoted(part))
			}
		}
	},
})
