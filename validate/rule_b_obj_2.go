package validate

import "strings"

var _ = add(Rule{
	ID: "B-OBJ-2", Severity: Error, Check: "objects",
	Title: "the type of an object is no name with underscores",
	Doc:   "Not a text, empty, or with a hyphen.",
	Fix:   "write underscores in place of hyphens",
	Row: func(r *Report, row *Row) {
		switch {
		case !row.has(hasType):
		case row.has(badType):
			r.row(row, "type", "the type is not a text")
		case row.Type == "":
			r.row(row, "type", "the type is empty")
		case strings.Contains(row.Type, "-"):
			r.with(setCell(objectCell(row.Key, "type"), jsonText(strings.ReplaceAll(row.Type, "-", "_")))).row(row, "type", "the type %s has a hyphen", quoted(row.Type))
		}
	},
})
