package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/restore"
)

// liveEdits makes edits of live databases out of a patch of dumps.
type liveEdits struct {
	p         *patch.Patch
	file      string
	clusterID string
	// What the dumps of both sides say beyond what a patch has room for; nil where nothing is known.
	old, new restore.Extras
	left     leftOut
}

// leftOut counts what a patch has and live databases have no place for.
type leftOut struct {
	Ephemeral int64 `json:"ephemeral"` // nodes that belong to sessions
	Foreign   int64 `json:"foreign"`   // nodes of other programs
	Members   int64 `json:"members"`   // unknown members of the top level
	Emptied   int64 `json:"emptied"`   // keyspaces and tables that a patch removes: they stay, empty
	Elements  int64 `json:"elements"`  // further elements of cells (A15)
}

// notes says what was left out.
func (l *leftOut) notes() []string {
	var notes []string
	for _, n := range []struct {
		n    int64
		what string
	}{
		{l.Ephemeral, "changes of nodes that belong to sessions are left out"},
		{l.Foreign, "changes of nodes of other programs, or of running services, are left out"},
		{l.Members, "changes of members beside cassandra and zookeeper are left out: live databases have no place for them"},
		{l.Emptied, "removed keyspaces and tables stay, empty"},
		{l.Elements, "cells have further elements, which mean nothing and are left out"},
	} {
		if n.n > 0 {
			notes = append(notes, fmt.Sprintf("%d %s", n.n, n.what))
		}
	}
	return notes
}

// newLiveEdits looks for what the patch says of what its dumps say beside their cells and nodes.
func newLiveEdits(ctx context.Context, p *patch.Patch, file, clusterID string, memory int64) (*liveEdits, error) {
	x := &liveEdits{p: p, file: file, clusterID: clusterID}
	for e, err := range p.Edits(ctx) {
		if err != nil {
			return nil, err
		}
		if e.Kind != patch.MemberEdit {
			continue
		}
		if e.Name != restore.ExtrasMember {
			x.left.Members++
			continue
		}
		for _, side := range []struct {
			text *io.SectionReader
			into *restore.Extras
		}{{e.OldMember, &x.old}, {e.NewMember, &x.new}} {
			if side.text == nil {
				continue
			}
			if *side.into, err = restore.ParseExtras(side.text, memory/2); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return x, nil
}

// all goes over the edits.
func (x *liveEdits) all(ctx context.Context) iter.Seq2[apply.Edit, error] {
	return func(yield func(apply.Edit, error) bool) {
		var row *apply.Row // whose cells are to come
		for e, err := range x.p.Edits(ctx) {
			var edit apply.Edit
			if err == nil {
				switch e.Kind {
				case patch.KeyspaceEdit:
					// One that is added is there, or its tables are refused.
					if e.Removed {
						x.left.Emptied++
					}
				case patch.TableEdit:
					if e.Removed {
						x.left.Emptied++
					} else {
						edit.Table = &apply.Table{Keyspace: e.Keyspace, Name: e.Table}
					}
				case patch.RowEdit:
					row = &apply.Row{New: e.Added, Gone: e.Removed}
				case patch.CellEdit:
					edit.Cell, err = x.cell(e)
				case patch.NodeEdit:
					edit.Node, err = x.node(e)
				}
			}
			if err != nil {
				yield(edit, err)
				return
			}
			if row != nil && edit.Cell != nil {
				// Only a cell knows if the key of its row is what its text says.
				row.Keyspace, row.Table, row.Key = edit.Cell.Keyspace, edit.Cell.Table, edit.Cell.Key
				if !yield(apply.Edit{Row: row}, nil) {
					return
				}
				row = nil
			}
			if edit != (apply.Edit{}) && !yield(edit, nil) {
				return
			}
		}
	}
}

// cell makes the edit of a cell.
func (x *liveEdits) cell(e *patch.Edit) (*apply.Cell, error) {
	c := &apply.Cell{Keyspace: e.Keyspace, Table: e.Table, Key: []byte(e.Row), Column: []byte(e.Name)}
	for _, side := range []struct {
		cell   *dump.Cell
		extras restore.Extras
		into   **apply.Value
	}{{e.OldCell, x.old, &c.Old}, {e.NewCell, x.new, &c.New}} {
		if side.cell == nil {
			continue
		}
		v, err := x.value(e, side.cell, side.extras, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", x.file, e.Path, err)
		}
		*side.into = v
	}
	return c, nil
}

// value returns what a cell stands for, and sets key and name of c where they are not what their texts are.
func (x *liveEdits) value(e *patch.Edit, cell *dump.Cell, extras restore.Extras, c *apply.Cell) (*apply.Value, error) {
	if !cell.Value.IsText {
		return nil, errors.New("a value that is not text (A7): what is meant by it is not certain")
	}
	if cell.Shape&dump.ExtraData != 0 {
		x.left.Elements++
	}
	v := &apply.Value{Expires: -1}
	v.Time, _ = cell.Microseconds()
	if extras != nil {
		known, err := extras.Cell(e.Keyspace, e.Table, e.RowText, cell)
		if err != nil {
			return nil, err
		}
		v.Expires, v.Data = known.Expiry, known.Value
		if known.Key != nil {
			c.Key = known.Key
		}
		if known.Name != nil {
			c.Column = known.Name
		}
	}
	if v.Data == nil {
		var err error
		if v.Data, err = decoded(&cell.Value); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// mostStored is the length in bytes of the longest value as a patch has it that is worth decoding: with every character of
// what the databases take as an escape.
const mostStored = 6 * 16 << 20

// decoded returns the text of a value.
func decoded(v *dump.Value) ([]byte, error) {
	if v.Size() > mostStored {
		return nil, fmt.Errorf("a value of %d bytes, more than the databases take", v.Size())
	}
	if v.Long() {
		return io.ReadAll(v.OpenDecoded())
	}
	return v.Text().Decoded(), nil
}

// node makes the edit of a node; nil if it is none that is to be made.
func (x *liveEdits) node(e *patch.Edit) (*apply.Node, error) {
	n := &apply.Node{Path: e.Name}
	for _, side := range []struct {
		node   *dump.ZNode
		extras restore.Extras
		into   **apply.NodeValue
	}{{e.OldNode, x.old, &n.Old}, {e.NewNode, x.new, &n.New}} {
		z := side.node
		if z == nil {
			continue
		}
		cluster, rest := contrail.SplitCluster(z.Path.Decoded())
		first, _, _ := bytes.Cut(rest, []byte("/"))
		switch {
		case contrail.IsIgnored(first):
			x.left.Foreign++
			return nil, nil
		case len(cluster) > 0 && string(cluster) != x.clusterID, len(cluster) == 0 && x.clusterID != "" && string(first) != "id" && contrail.BelowCluster(first):
			return nil, fmt.Errorf("%s: %s is a node of cluster id %q, the databases are those of %q", x.file, e.Path, cluster, x.clusterID)
		}
		owner := z.EphemeralOwner()
		ephemeral := owner != nil && !bytes.Equal(owner, []byte("0"))
		v := &apply.NodeValue{Null: !z.Data.IsText}
		if side.extras != nil {
			known, err := side.extras.Node(z)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", x.file, e.Path, err)
			}
			ephemeral = ephemeral || known.Ephemeral
			v.Data = known.Data
			for _, a := range known.ACL {
				v.ACL = append(v.ACL, apply.ACL(a))
			}
			if v.ACL == nil && !known.ACLHidden {
				v.ACL = apply.OpenACL()
			}
		}
		if ephemeral {
			x.left.Ephemeral++
			return nil, nil
		}
		if v.Data == nil && !v.Null {
			var err error
			if v.Data, err = decoded(&z.Data); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", x.file, e.Path, err)
			}
		}
		*side.into = v
	}
	return n, nil
}
