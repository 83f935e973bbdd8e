package patch

import (
	"fmt"
	"io"
)

// Writer writes a patch whose edits come from somewhere else than from two dumps.
type Writer struct{ l *lineWriter }

// NewWriter begins a patch.
func NewWriter(w io.Writer) (*Writer, error) {
	l := newLineWriter(w)
	return &Writer{l}, l.head()
}

// Write writes the line of an edit: keyspaces, tables, rows each with its cells, nodes and members in this order, each sorted by
// its decoded names. RowText and Path mean nothing.
func (w *Writer) Write(e *Edit) error {
	o := modified
	switch {
	case e.Added:
		o = added
	case e.Removed:
		o = removed
	}
	switch e.Kind {
	case KeyspaceEdit:
		return w.l.keyspace(o, e.Keyspace)
	case TableEdit:
		return w.l.table(o, e.Keyspace, e.Table)
	case RowEdit:
		return w.l.row(o, e.Keyspace, e.Table, e.Row)
	case CellEdit:
		return w.l.pair("cell", e.Name, sideOf(e.OldCell, w.l.cell), sideOf(e.NewCell, w.l.cell))
	case NodeEdit:
		return w.l.pair("node", e.Name, sideOf(e.OldNode, w.l.node), sideOf(e.NewNode, w.l.node))
	case MemberEdit:
		json := func(r *io.SectionReader) error { return w.l.json(r) }
		return w.l.pair("member", e.Name, sideOf(e.OldMember, json), sideOf(e.NewMember, json))
	}
	return fmt.Errorf("there are no edits of kind %d", e.Kind)
}

// sideOf returns what writes one side; nil if there is none.
func sideOf[T any](v *T, write func(*T) error) func() error {
	if v == nil {
		return nil
	}
	return func() error { return write(v) }
}

// Close writes the last line.
func (w *Writer) Close() error { return w.l.end() }
