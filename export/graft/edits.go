package graft

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/internal/spill"
)

// Edits are the changes that put objects into the databases.
type Edits struct {
	// Before and After are what changes, and what the rows are that it belongs to, as dumps: to be shown as a diff.
	Before, After *dump.Dump

	c     *collector
	files []*spill.File
}

// Edit finds the changes. part is a dump of the objects that are to be written, Survey.Written, with all their columns, and
// nothing else. The error is a *ConflictError if a row of another keyspace is in the way.
func (s *Survey) Edit(ctx context.Context, part *dump.Dump) (*Edits, error) {
	o := part.Options()
	extras, err := restore.ReadExtras(ctx, part)
	if err != nil {
		return nil, err
	}
	c := &collector{
		s: s, part: source{part, extras}, rows: map[uint64]bool{}, paths: map[string]bool{}, stale: map[string]bool{},
		cells: spill.NewSorter(o.Temp, s.options.Memory/8), nodes: spill.NewSorter(o.Temp, s.options.Memory/8),
	}
	e := &Edits{c: c}
	for _, x := range s.order {
		for _, conflict := range x.conflicts {
			if conflict.Kind == ByIndex && s.options.Mode == Replace {
				c.stale[x.typ+"\x00"+conflict.column] = true
			}
		}
	}
	part.Keep()
	err = c.readPart(ctx)
	if err == nil {
		err = c.readLive(ctx)
	}
	if err == nil {
		err = e.excerpt()
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Close gives temporary files back.
func (e *Edits) Close() error {
	e.c.cells.Close()
	e.c.nodes.Close()
	for _, d := range []*dump.Dump{e.Before, e.After} {
		if d != nil {
			d.Close()
		}
	}
	for _, f := range e.files {
		f.Close()
	}
	return nil
}

// change is what becomes of a cell.
type change struct {
	place
	old, new *apply.Value
	edits    bool // otherwise it is only to be shown
}

// changes goes over all cells of which anything is known.
func (e *Edits) changes(yield func(*change) error) error {
	it, err := e.c.cells.Sort()
	if err != nil {
		return err
	}
	var at []byte
	var known [4]*apply.Value
	var p place
	settle := func() error {
		if at == nil {
			return nil
		}
		ch, err := e.decide(&p, &known)
		if err != nil || ch == nil {
			return err
		}
		return yield(ch)
	}
	for it.Next() {
		rec := it.Record()
		q, s, v := parseCell(rec)
		prefix := rec[:len(rec)-len(v.Data)-17]
		if !bytes.Equal(prefix, at) {
			if err := settle(); err != nil {
				return err
			}
			at, p, known = bytes.Clone(prefix), q, [4]*apply.Value{}
		}
		known[s] = v
	}
	if it.Err() != nil {
		return it.Err()
	}
	return settle()
}

// decide decides about a cell; nil if nothing becomes of it.
func (e *Edits) decide(p *place, known *[4]*apply.Value) (*change, error) {
	s := e.c.s
	ch := &change{place: *p, old: known[old], new: known[own]}
	switch {
	case p.objects():
		e.objectCell(p, known, ch)
	case isIndex(p.keyspace, p.table):
	case ch.new == nil:
		if s.options.Mode != Replace {
			return nil, nil // it stands beside what the dump has
		}
	case ch.old != nil && !same(ch.old, ch.new) && s.options.Mode != Replace:
		if s.options.Mode == Skip {
			return nil, nil
		}
		return nil, &ConflictError{s.options.Mode, []*Conflict{{
			Kind: ByRow, Message: fmt.Sprintf("%s has another value than the dump", p), Choices: []Mode{Skip, Replace},
		}}}
	}
	ch.edits = !same(ch.old, ch.new)
	if !ch.edits && !about(p) {
		return nil, nil
	}
	return ch, nil
}

// about tells of cells that say what the object is, which is shown with what changes of it.
func about(p *place) bool {
	switch string(p.column) {
	case "type", "fq_name", "parent_type":
		return p.objects()
	}
	return false
}

// objectCell decides about a cell of an object.
func (e *Edits) objectCell(p *place, known *[4]*apply.Value, ch *change) {
	s := e.c.s
	col := contrail.ParseColumn(p.column)
	switch {
	case s.written(p.key) != nil:
		switch {
		case derived(col.Kind) && known[generated] == nil:
			ch.new = nil // what it follows from is not there
		case ch.new == nil && known[generated] != nil:
			ch.new = known[generated]
		case ch.new == nil && col.Kind == contrail.ColumnRelaxBackref:
			ch.new = ch.old
		}
	case s.goes(p.key):
		ch.new = nil
	case known[shown] != nil:
		ch.old, ch.new = known[shown], known[shown]
	case known[generated] != nil:
		ch.new = known[generated]
		if ch.old != nil && !derived(col.Kind) {
			ch.new = ch.old // its own reference
		}
	case derived(col.Kind):
		ch.new = nil
	default:
		ch.new = ch.old
	}
}

// same tells if a live value need not be written again.
func same(a, b *apply.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	const tolerance = 2 // seconds: times to live are counted from when they are read
	d := a.Expires - b.Expires
	return bytes.Equal(a.Data, b.Data) && (a.Expires == 0) == (b.Expires == 0) && -tolerance <= d && d <= tolerance
}

// nodeChange is what becomes of a node.
type nodeChange struct {
	path     string
	old, new *apply.NodeValue
}

// nodeChanges goes over the nodes that change.
func (e *Edits) nodeChanges(yield func(*nodeChange) error) error {
	it, err := e.c.nodes.Sort()
	if err != nil {
		return err
	}
	var ch *nodeChange
	var flags byte
	settle := func() error {
		if ch == nil {
			return nil
		}
		equal := ch.old != nil && ch.new != nil && ch.old.Null == ch.new.Null && bytes.Equal(ch.old.Data, ch.new.Data)
		mode := e.c.s.options.Mode
		switch {
		case equal, ch.new == nil && flags&nodeGoes == 0:
			return nil
		case ch.old == nil, flags&nodeGoes != 0, mode == Replace:
			return yield(ch)
		case mode == Skip:
			return nil
		}
		return &ConflictError{mode, []*Conflict{{
			Kind: ByNode, Message: dump.Path{Level: dump.AtZNode, Node: ch.path}.String() + " has other data than the dump", Choices: []Mode{Skip, Replace},
		}}}
	}
	for it.Next() {
		path, s, f, v := parseNode(it.Record())
		if ch == nil || ch.path != path {
			if err := settle(); err != nil {
				return err
			}
			ch, flags = &nodeChange{path: path}, 0
		}
		flags |= f
		if s == old {
			ch.old = v
		} else {
			ch.new = v
		}
	}
	if it.Err() != nil {
		return it.Err()
	}
	return settle()
}

// All returns the changes in the order that package apply wants.
func (e *Edits) All() iter.Seq2[apply.Edit, error] {
	return func(yield func(apply.Edit, error) bool) {
		stopped := fmt.Errorf("stopped")
		give := func(edit apply.Edit) error {
			if !yield(edit, nil) {
				return stopped
			}
			return nil
		}
		var row *apply.Row
		err := e.changes(func(ch *change) error {
			if !ch.edits {
				return nil
			}
			if ch.objects() && (row == nil || !bytes.Equal(row.Key, ch.key)) {
				row = &apply.Row{Keyspace: ch.keyspace, Table: ch.table, Key: ch.key, Gone: e.c.s.goes(ch.key)}
				if o := e.c.s.written(ch.key); o != nil {
					row.New = !o.cells
				}
				if row.New || row.Gone {
					if err := give(apply.Edit{Row: row}); err != nil {
						return err
					}
				}
			}
			return give(apply.Edit{Cell: &apply.Cell{
				Keyspace: ch.keyspace, Table: ch.table, Key: ch.key, Column: ch.column, Old: ch.old, New: ch.new,
			}})
		})
		if err == nil {
			err = e.nodeChanges(func(ch *nodeChange) error {
				return give(apply.Edit{Node: &apply.Node{Path: ch.path, Old: ch.old, New: ch.new}})
			})
		}
		if err != nil && err != stopped {
			yield(apply.Edit{}, err)
		}
	}
}
