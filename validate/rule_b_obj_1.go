package validate

import "strings"

var _ = add(Rule{
	ID: "B-OBJ-1", Severity: Error, Check: "objects",
	Title: "the row key of an object is no uuid",
	Doc:   "8-4-4-4-12 hexadecimal digits, in lower case: in upper case it is a warning.",
	Fix:   "write it in lower case, if no row has that key",
	Row: func(r *Report, row *Row) {
		switch {
		case !row.IsUUID:
			r.row(row, "", "the row key %s is no uuid", quoted(row.Key))
		case row.Key != strings.ToLower(row.Key):
			r.milder(Warning, row.Finding("", "the row key is in upper case"))
		}
	},
})
