package pretty

import (
	"bytes"
	"slices"
)

// layout is what stands between the tokens.
type layout struct {
	unit   int    // bytes of indentation a level
	lines  bool   // each element on a line of its own
	blank  byte   // what indentation consists of
	comma  []byte // between elements that share a line
	colon  []byte
	spaces []byte // ",\n" and indentation for as many levels as were needed
	cells  cellLayout
}

// cellLayout is what stands between the texts of a cell: the member of an object
// at a depth that is an array of a string and a number.
type cellLayout struct {
	depth      int
	first      []byte // before the name, in the first cell of a row
	next       []byte // before the name, in the others
	name, text []byte // after each
	number     []byte
	size       int // at most
}

func newLayout(o Options) *layout {
	l := &layout{unit: o.Indent, lines: true, blank: ' ', comma: []byte(", "), colon: []byte(": ")}
	switch {
	case o.Compact:
		l.lines, l.comma, l.colon = false, []byte(","), []byte(":")
	case o.OneLine:
		l.lines = false
	case o.Tab:
		l.unit, l.blank = 1, '\t'
	}
	return l
}

// separator returns what stands before an element at a depth that is not the
// first.
func (l *layout) separator(depth int) []byte {
	if !l.lines {
		return l.comma
	}
	n := 2 + depth*l.unit
	if n > len(l.spaces) {
		l.spaces = append([]byte(",\n"), bytes.Repeat([]byte{l.blank}, 2*n)...)
	}
	return l.spaces[:n]
}

// newline returns what stands before the first element at a depth, or before a
// closing bracket.
func (l *layout) newline(depth int) []byte {
	if !l.lines {
		return nil
	}
	return l.separator(depth)[1:]
}

// cell returns what stands between the texts of a cell at a depth.
func (l *layout) cell(depth int) *cellLayout {
	c := &l.cells
	if c.depth == depth && c.next != nil {
		return c
	}
	*c = cellLayout{
		depth:  depth,
		first:  slices.Concat(l.newline(depth), []byte{'"'}),
		next:   slices.Concat(l.separator(depth), []byte{'"'}),
		name:   slices.Concat([]byte{'"'}, l.colon, []byte{'['}, l.newline(depth+1), []byte{'"'}),
		text:   slices.Concat([]byte{'"'}, l.separator(depth+1)),
		number: slices.Concat(l.newline(depth), []byte{']'}),
	}
	c.size = len(c.next) + len(c.name) + len(c.text) + len(c.number)
	return c
}
