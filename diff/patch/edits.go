package patch

import (
	"context"
	"io"
	"iter"

	"github.com/dumptool/dumptool/dump"
)

// EditKind is what an Edit is about.
type EditKind uint8

// The kinds of edits.
const (
	KeyspaceEdit EditKind = iota
	TableEdit
	RowEdit  // its cells follow
	CellEdit // of the row before it
	NodeEdit
	MemberEdit
)

// Edit is one line of a patch, for who applies it to something else than a dump.
type Edit struct {
	Kind EditKind
	// Added and Removed tell what happens; neither means that it is modified.
	Added, Removed bool
	// The names are decoded, and set as far as the kind has them. Name is that of a column or member, or a normalised path.
	Keyspace, Table, Row, Name string
	RowText                    dump.Text  // Row as a dump has it
	OldCell, NewCell           *dump.Cell // nil: it is not there
	OldNode, NewNode           *dump.ZNode
	OldMember, NewMember       *io.SectionReader // JSON
	// Path names it, as dump.Path writes it.
	Path string
}

// Sum is the XXH3-128 hash of the lines of the patch, in hexadecimal digits.
func (p *Patch) Sum() string { return p.sum }

// Edits returns what the patch does, in its order: keyspaces, tables, rows each with its cells, nodes, members. An edit is
// valid until the next one. The sequence ends with an error.
func (p *Patch) Edits(ctx context.Context) iter.Seq2[*Edit, error] {
	return func(yield func(*Edit, error) bool) {
		r := p.lines(0)
		var row line
		var sides [2]*dump.Reader // a cell or node of one side each
		for i := range sides {
			sides[i] = dump.RowReader(p.text, dump.Place{}, p.file, dump.Options{})
			defer sides[i].Close()
		}
		for n := 0; ; n++ {
			if n%1024 == 0 && ctx.Err() != nil {
				yield(nil, context.Cause(ctx))
				return
			}
			l, err := r.next()
			if err != nil {
				yield(nil, err)
				return
			}
			if l == nil || l.kind == endLine {
				return
			}
			if l.kind == headLine {
				continue
			}
			if l.kind == rowLine {
				row = *l
			}
			e, err := p.edit(l, &row, sides)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// edit makes an edit of a line.
func (p *Patch) edit(l, row *line, sides [2]*dump.Reader) (*Edit, error) {
	e := &Edit{Added: l.op == added, Removed: l.op == removed, Path: l.path(row)}
	stored := [2]*stored{&l.old, &l.new}
	var err error
	switch l.kind {
	case keyspaceLine:
		e.Kind, e.Keyspace = KeyspaceEdit, l.names[0]
	case tableLine:
		e.Kind, e.Keyspace, e.Table = TableEdit, l.names[0], l.names[1]
	case rowLine:
		e.Kind, e.Keyspace, e.Table, e.Row = RowEdit, l.names[0], l.names[1], l.names[2]
		e.RowText = decodedText(e.Row)
	case cellLine:
		e.Kind, e.Keyspace, e.Table, e.Row, e.Name = CellEdit, row.names[0], row.names[1], row.names[2], l.names[0]
		e.RowText = decodedText(e.Row)
		for i, into := range []**dump.Cell{&e.OldCell, &e.NewCell} {
			if !stored[i].set() {
				continue
			}
			sides[i].ResetCell(p.text, stored[i].member)
			if *into, err = readCell(sides[i], p.file); err != nil {
				return nil, err
			}
			(*into).Name = decodedText(e.Name)
		}
	case nodeLine:
		e.Kind, e.Name = NodeEdit, l.names[0]
		for i, into := range []**dump.ZNode{&e.OldNode, &e.NewNode} {
			if !stored[i].set() {
				continue
			}
			sides[i].ResetZNode(p.text, stored[i].text(), false)
			if *into, err = readNode(sides[i], p.file); err != nil {
				return nil, err
			}
		}
	case memberLine:
		e.Kind, e.Name = MemberEdit, l.names[0]
		for i, into := range []**io.SectionReader{&e.OldMember, &e.NewMember} {
			if stored[i].set() {
				text := stored[i].text()
				*into = io.NewSectionReader(p.text, text.Start, text.End-text.Start)
			}
		}
	}
	return e, nil
}
