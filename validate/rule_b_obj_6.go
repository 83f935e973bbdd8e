package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-OBJ-6", Severity: Warning, Check: "objects",
	Title: "an object has an unknown type",
	Doc:   "Known are those of all releases that dumptool knows. A newer release can have more.",
	Row: func(r *Report, row *Row) {
		if row.Type == "" {
			return
		}
		if t, ok := contrail.LookupType(row.Type); !ok || t.Name() != row.Type && contrail.NormalizeType(row.Type) == row.Type {
			r.row(row, "type", "unknown type %s", quoted(row.Type))
		}
	},
})
