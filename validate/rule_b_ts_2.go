package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-TS-2", Severity: Warning, Check: "timestamps",
	Title: "a timestamp is not in microseconds",
	Doc:   "Seconds or milliseconds, or a fraction, as simulators of the database write them. Later writes win against it in any case.",
	Fix:   "scale it",
	Cell: func(r *Report, c *Cell) {
		if c.Shape&dump.FloatTime != 0 || c.HasMicro && c.Micro > 0 && c.Micro < 1e14 {
			r.cell(c, "the timestamp is %s", c.Time)
		}
	},
})
