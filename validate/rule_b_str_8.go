package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-STR-8", Severity: Error, Check: "structure",
	Title: "the value of a cell is no text",
	Doc:   "A number, null or an object instead of the text that the database holds: the original importer fails on it, or changes it.",
	Fix:   "take its JSON text as the value",
	Cell: func(r *Report, c *Cell) {
		if c.Shape&dump.NotText != 0 {
			r.with(setCell(c.path(), "").from(c.Offset)).cell(c, "the value is not a text")
		}
	},
})
