package pretty

import "bytes"

// layout is what stands between the tokens.
type layout struct {
	unit   int    // bytes of indentation a level
	lines  bool   // each element on a line of its own
	blank  byte   // what indentation consists of
	comma  []byte // between elements that share a line
	colon  []byte
	spaces []byte // ",\n" and indentation for as many levels as were needed
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
