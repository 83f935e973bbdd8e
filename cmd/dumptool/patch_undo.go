package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/export/unload"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/internal/wtf8"
)

// writeUndo makes a patch of a journal that takes back what was done.
func (x *livePatch) writeUndo() error {
	journal, run, err := openApplyJournal(x.opts.journal)
	if err != nil {
		return err
	}
	defer journal.Close()
	if !run.Done || run.Undoing {
		return withHint(fmt.Errorf("%s: the changes did not end, or were taken back", x.opts.journal), "--undo without -o takes back what was written of them")
	}
	out, err := x.app.create(x.opts.output, x.file, x.opts.journal)
	if err != nil {
		return err
	}
	defer out.abort()
	w, err := newUndoWriter(out, spill.Dir(x.app.global.tempDir))
	if err != nil {
		return err
	}
	defer w.close()
	for e, err := range run.Backwards(x.options(nil)) {
		if err == nil {
			err = w.write(&e)
		}
		if err != nil {
			return err
		}
	}
	if err := w.end(); err != nil {
		return err
	}
	return out.commit()
}

// undoWriter writes edits of live databases as a patch. What a patch has no room for is written as the member of an export,
// of which there is one on each side.
type undoWriter struct {
	w     *patch.Writer
	row   apply.Row // that cells are written of
	begun bool
	says  [2]*saying // old and new
}

// saying is what is said of the cells and nodes of one side, as a list each.
type saying struct {
	cells, nodes *spill.File
	blobs        map[string]bool
}

func newUndoWriter(w io.Writer, temp spill.Dir) (*undoWriter, error) {
	u := &undoWriter{}
	for i := range u.says {
		s := &saying{blobs: map[string]bool{}}
		u.says[i] = s
		var err error
		if s.cells, err = temp.Create(); err == nil {
			s.nodes, err = temp.Create()
		}
		if err != nil {
			u.close()
			return nil, err
		}
	}
	var err error
	u.w, err = patch.NewWriter(w)
	return u, err
}

func (u *undoWriter) close() {
	for _, s := range u.says {
		if s == nil {
			continue
		}
		for _, f := range []*spill.File{s.cells, s.nodes} {
			if f != nil {
				f.Close()
			}
		}
	}
}

func (u *undoWriter) write(e *apply.Edit) error {
	switch {
	case e.Row != nil:
		return u.beginRow(e.Row)
	case e.Cell != nil:
		return u.cell(e.Cell)
	case e.Node != nil:
		return u.node(e.Node)
	}
	return nil
}

func (u *undoWriter) beginRow(r *apply.Row) error {
	u.row, u.begun = *r, true
	return u.w.Write(&patch.Edit{Kind: patch.RowEdit, Keyspace: r.Keyspace, Table: r.Table, Row: string(wtf8.Spell(r.Key)),
		Added: r.New, Removed: r.Gone && !r.New})
}

func (u *undoWriter) cell(c *apply.Cell) error {
	if !u.begun || u.row.Keyspace != c.Keyspace || u.row.Table != c.Table || !bytes.Equal(u.row.Key, c.Key) {
		if err := u.beginRow(&apply.Row{Keyspace: c.Keyspace, Table: c.Table, Key: c.Key}); err != nil {
			return err
		}
	}
	e := &patch.Edit{Kind: patch.CellEdit, Name: string(wtf8.Spell(c.Column))}
	for i, side := range []struct {
		value *apply.Value
		into  **dump.Cell
	}{{c.Old, &e.OldCell}, {c.New, &e.NewCell}} {
		if side.value == nil {
			continue
		}
		*side.into = &dump.Cell{Value: textOf(side.value.Data), Time: strconv.AppendInt(nil, side.value.Time, 10)}
		if err := u.says[i].cell(c, side.value); err != nil {
			return err
		}
	}
	return u.w.Write(e)
}

// textOf returns bytes as the text of a dump.
func textOf(b []byte) dump.Value {
	quoted := contrail.AppendJSONString(nil, wtf8.Spell(b), true)
	return dump.TextValue(dump.Text{Raw: quoted[1 : len(quoted)-1], Canonical: true})
}

func (u *undoWriter) node(n *apply.Node) error {
	u.begun = false
	e := &patch.Edit{Kind: patch.NodeEdit, Name: n.Path}
	for i, side := range []struct {
		value *apply.NodeValue
		into  **dump.ZNode
	}{{n.Old, &e.OldNode}, {n.New, &e.NewNode}} {
		v := side.value
		if v == nil {
			continue
		}
		path := textOf([]byte(n.Path + "/"))
		z := &dump.ZNode{Path: path.Text(), Data: textOf(v.Data)}
		if v.Null {
			z.Data = dump.JSONValue([]byte("null"))
		}
		// Of the stat a journal knows nothing but the length.
		z.Stat = fmt.Appendf(nil, "[0, 0, 0, 0, 0, 0, 0, 0, %d, 0, 0]", len(v.Data))
		*side.into = z
		if err := u.says[i].node(n.Path, v); err != nil {
			return err
		}
	}
	if e.OldNode == nil && e.NewNode == nil {
		return nil
	}
	return u.w.Write(e)
}

// appendEntry appends an entry to a list.
func appendEntry(f *spill.File, entry []any) error {
	text := []byte("[")
	if f.Size() > 0 {
		text = []byte(", [")
	}
	for i, v := range entry {
		if i > 0 {
			text = append(text, ", "...)
		}
		if s, ok := v.(string); ok {
			text = contrail.AppendJSONString(text, s, true)
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		text = append(text, b...)
	}
	_, err := f.Write(append(text, ']'))
	return err
}

func (s *saying) cell(c *apply.Cell, v *apply.Value) error {
	what := map[string]any{}
	for name, b := range map[string][]byte{"key": c.Key, "name": c.Column, "value": v.Data} {
		if !wtf8.Valid(b) {
			what[name] = "bytes"
		}
	}
	if v.Expires > 0 {
		what["expires"] = v.Expires
	}
	if what["value"] != nil {
		s.blobs[c.Keyspace+"/"+c.Table] = true
	}
	if len(what) == 0 {
		return nil
	}
	return appendEntry(s.cells, []any{c.Keyspace, c.Table, string(wtf8.Spell(c.Key)), string(wtf8.Spell(c.Column)), what})
}

func (s *saying) node(path string, v *apply.NodeValue) error {
	what := map[string]any{}
	if !wtf8.Valid(v.Data) {
		what["data"] = "bytes"
	}
	if !apply.IsOpen(v.ACL) {
		acl := [][3]any{}
		for _, a := range v.ACL {
			acl = append(acl, [3]any{a.Perms, a.Scheme, a.ID})
		}
		what["acl"] = acl
	}
	if len(what) == 0 {
		return nil
	}
	return appendEntry(s.nodes, []any{path + "/", what})
}

// end writes the member of both sides, and the last line.
func (u *undoWriter) end() error {
	e := &patch.Edit{Kind: patch.MemberEdit, Name: restore.ExtrasMember}
	some := int64(0)
	for i, into := range []**io.SectionReader{&e.OldMember, &e.NewMember} {
		s := u.says[i]
		some += s.cells.Size() + s.nodes.Size()
		text, err := s.member()
		if err != nil {
			return err
		}
		*into = io.NewSectionReader(bytes.NewReader(text), 0, int64(len(text)))
	}
	if some > 0 {
		if err := u.w.Write(e); err != nil {
			return err
		}
	}
	return u.w.Close()
}

// mostSaid is how much may be said of cells and nodes, in bytes.
const mostSaid = 64 << 20

func (s *saying) member() ([]byte, error) {
	if s.cells.Size()+s.nodes.Size() > mostSaid {
		return nil, errors.New("more cells and nodes with bytes, times to live or ACLs than a patch can be made of: use --undo without -o")
	}
	blobs := map[string]string{}
	for name := range s.blobs {
		blobs[name] = "blob"
	}
	tables, err := json.Marshal(blobs)
	if err != nil {
		return nil, err
	}
	text := fmt.Appendf(nil, `{"schema": %q, "tables": %s, "cells": [`, unload.MetadataSchema, tables)
	for _, part := range []struct {
		f    *spill.File
		then string
	}{{s.cells, `], "nodes": [`}, {s.nodes, "]}"}} {
		b, err := io.ReadAll(part.f.Section(0, part.f.Size()))
		if err != nil {
			return nil, err
		}
		text = append(append(text, b...), part.then...)
	}
	return text, nil
}
