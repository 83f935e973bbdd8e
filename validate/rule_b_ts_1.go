package validate

import (
	"strconv"
	"time"
)

var _ = add(Rule{
	ID: "B-TS-1", Severity: Warning, Check: "timestamps",
	Title: "a timestamp lies in the future",
	Doc: "More than a day after --now, which is by default the time of the file. After a restore that keeps timestamps, later writes lose " +
		"against it.",
	Fix: "set it to the reference time",
	Cell: func(r *Report, c *Cell) {
		if c.HasMicro && r.latest != 0 && c.Micro > r.latest {
			r.with(Edit{Op: SetTime, Path: c.path(), Value: strconv.FormatInt(r.o.Now.UnixMicro(), 10)}).cell(c, "the timestamp is %s", time.UnixMicro(c.Micro).UTC().Format(time.RFC3339))
		}
	},
})
