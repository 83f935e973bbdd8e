package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-ENC-3", Severity: Warning, Check: "encoding",
	Title: "a row key, column name or part of an fq_name has a control character",
	Doc:   "Such as NUL or a line break.",
	Cell: func(r *Report, c *Cell) {
		if c.NameEscaped && hasControl(c.Column) {
			r.cell(c, "the column name %s has a control character", quoted(string(c.Column)))
		}
		if c.First && c.KeyEscaped && hasControl(c.Key) {
			f := c.Finding("the row key " + quoted(string(c.Key)) + " has a control character")
			f.Where = dump.Path{Level: dump.AtRow, Keyspace: c.Keyspace, Table: c.Table, Row: string(c.Key)}.String()
			r.Add(f)
		}
	},
	Row: func(r *Report, row *Row) {
		for _, part := range row.FQName {
			if hasControl(part) {
				r.row(row, "fq_name", "the part %s has a control character", quoted(part))
			}
		}
	},
})

// hasControl tells if text has a character below the blank, or DEL.
func hasControl[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] == 0x7f {
			return true
		}
	}
	return false
}
