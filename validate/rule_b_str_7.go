package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-STR-7", Severity: Error, Check: "structure", Problem: true,
	Title: "a keyspace, table or row is no object, or a cell isn't [text, number]",
	Doc:   "A bare text in place of a cell is read as a value without timestamp. Further elements of a cell are kept, and are an info.",
	Cell: func(r *Report, c *Cell) {
		if c.Shape&dump.BareText != 0 {
			r.cell(c, "a cell is a bare text, without timestamp: the original importer would take its first character")
		}
		if c.Shape&dump.ExtraData != 0 {
			r.milder(Info, c.Finding("a cell has more than value and timestamp"))
		}
	},
})
