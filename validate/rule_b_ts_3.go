package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-TS-3", Severity: Error, Check: "timestamps",
	Title: "a timestamp is zero, negative or too large",
	Doc:   "The database takes 64 bits.",
	Cell: func(r *Report, c *Cell) {
		if c.HasMicro && c.Micro <= 0 || !c.HasMicro && c.Shape&(dump.FloatTime|dump.BareText) == 0 {
			r.cell(c, "the timestamp is %s", c.Time)
		}
	},
})
