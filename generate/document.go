package generate

import (
	"io"
	"strings"
)

// document writes the outer JSON as it goes, in Python's form: on one line
// with ", " and ": ", or indented as json.tool does. The first error of the
// writer below stops everything.
type document struct {
	w     io.Writer
	buf   []byte
	bytes int64
	err   error

	newline string // "\n" where indented
	step    string // the blanks of one level
	levels  []bool // for each open object: whether it has a member

	// What stands around and between the cells of a row, which are all at
	// one depth.
	cellFirst, cellNext, cellOpen, cellMiddle, cellClose string
}

const (
	flushAt = 256 << 10
	// cellDepth is how deep a cell's array is: keyspaces, tables, rows,
	// columns and the cell itself lie inside the document's object.
	cellDepth = 6
)

func newDocument(w io.Writer, indent int) *document {
	d := &document{w: w, buf: make([]byte, 0, flushAt+64<<10)}
	if indent == 0 {
		d.cellNext, d.cellOpen, d.cellMiddle, d.cellClose = ", ", `": ["`, `", `, "]"
		return d
	}
	d.newline, d.step = "\n", strings.Repeat(" ", indent)
	at := func(depth int) string { return "\n" + strings.Repeat(d.step, depth) }
	d.cellFirst, d.cellNext = at(cellDepth-1), ","+at(cellDepth-1)
	d.cellOpen, d.cellMiddle, d.cellClose = `": [`+at(cellDepth)+`"`, `",`+at(cellDepth), at(cellDepth-1)+"]"
	return d
}

func (d *document) flushIfFull() {
	if len(d.buf) >= flushAt {
		d.flush()
	}
}

func (d *document) flush() {
	d.bytes += int64(len(d.buf))
	if d.err == nil {
		_, d.err = d.w.Write(d.buf)
	}
	d.buf = d.buf[:0]
}

func (d *document) breakLine() {
	if d.newline != "" {
		d.buf = append(d.buf, '\n')
		for range d.levels {
			d.buf = append(d.buf, d.step...)
		}
	}
}

// member begins a member of the open object with a raw key.
func (d *document) member(key []byte) {
	d.next()
	d.buf = append(d.buf, '"')
	d.buf = appendEscaped(d.buf, key)
	d.buf = append(d.buf, '"', ':', ' ')
}

// next separates a member from the one before it.
func (d *document) next() {
	last := len(d.levels) - 1
	if d.levels[last] {
		d.buf = append(d.buf, ',')
		if d.newline == "" {
			d.buf = append(d.buf, ' ')
		}
	}
	d.levels[last] = true
	d.breakLine()
}

func (d *document) openObject() {
	d.buf = append(d.buf, '{')
	d.levels = append(d.levels, false)
}

func (d *document) closeObject() {
	last := len(d.levels) - 1
	filled := d.levels[last]
	d.levels = d.levels[:last]
	if filled {
		d.breakLine()
	}
	d.buf = append(d.buf, '}')
	d.flushIfFull()
}

// cell writes a column of the open row. The value is as it stands inside a
// JSON string, the name is raw.
func (d *document) cell(name, value []byte, at int64) {
	last := len(d.levels) - 1
	if d.levels[last] {
		d.buf = append(d.buf, d.cellNext...)
	} else {
		d.levels[last] = true
		d.buf = append(d.buf, d.cellFirst...)
	}
	d.buf = append(d.buf, '"')
	d.buf = appendEscaped(d.buf, name)
	d.buf = append(d.buf, d.cellOpen...)
	d.buf = append(d.buf, value...)
	d.buf = append(d.buf, d.cellMiddle...)
	d.buf = appendUint(d.buf, uint64(at))
	d.buf = append(d.buf, d.cellClose...)
	d.flushIfFull()
}

// end finishes the document. json.tool ends with a newline, the original
// doesn't.
func (d *document) end() error {
	d.buf = append(d.buf, d.newline...)
	d.flush()
	return d.err
}
