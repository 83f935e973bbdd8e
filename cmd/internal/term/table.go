package term

import (
	"bufio"
	"io"
	"strings"
)

// Table lays out rows of text in columns. It holds all rows until Write, so it is for listings of a size that a person
// reads; longer ones are written line by line.
type Table struct {
	heads []string
	right []bool
	rows  [][]string
}

// NewTable returns a table with the given column heads. A head that begins with ">" (not part of it) has its column
// flush right, as numbers are.
func NewTable(heads ...string) *Table {
	t := &Table{right: make([]bool, len(heads))}
	for i, head := range heads {
		head, t.right[i] = strings.CutPrefix(head, ">")
		t.heads = append(t.heads, head)
	}
	return t
}

// Row adds a row. Cells are escaped; cells without a column are dropped, columns without a cell are empty.
func (t *Table) Row(cells ...string) {
	row := make([]string, len(t.heads))
	for i := range min(len(cells), len(row)) {
		row[i] = Escape(cells[i])
	}
	t.rows = append(t.rows, row)
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Write writes the heads and the rows, two blanks between columns. Without rows it writes nothing.
func (t *Table) Write(w io.Writer, style Style) error {
	if len(t.rows) == 0 {
		return nil
	}
	widths := make([]int, len(t.heads))
	for _, row := range append(t.rows, t.heads) {
		for i, cell := range row {
			widths[i] = max(widths[i], Columns(cell))
		}
	}
	b := bufio.NewWriter(w)
	t.line(b, t.heads, widths, style.Heading)
	for _, row := range t.rows {
		t.line(b, row, widths, func(line string) string { return line })
	}
	return b.Flush()
}

func (t *Table) line(b *bufio.Writer, cells []string, widths []int, dress func(string) string) {
	parts := make([]string, len(cells))
	for i, cell := range cells {
		if t.right[i] {
			parts[i] = PadLeft(cell, widths[i])
		} else {
			parts[i] = PadRight(cell, widths[i])
		}
	}
	b.WriteString(dress(strings.TrimRight(strings.Join(parts, "  "), " ")))
	b.WriteByte('\n')
}
