package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/nearest"
)

// Found is what a reference means. Its methods read it from the dump, which
// must stay open.
type Found struct {
	// Path is where it stands.
	Path dump.Path
	// IsObject tells that it is a row of obj_uuid_table.
	IsObject bool

	d      *dump.Dump
	ctx    context.Context
	text   io.ReaderAt
	survey *survey
	row    row
	cell   dump.Place // of a column: from the quote of its name
	node   node
}

// Ambiguous is the error for a reference that several things answer to.
type Ambiguous struct {
	Ref  string
	What []string // the first few of them: uuids
	Many int64    // how many there are
}

func (e *Ambiguous) Error() string {
	list := strings.Join(e.What, ", ")
	if more := e.Many - int64(len(e.What)); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s is not unique: %s", e.Ref, list)
}

// Get finds what ref means. The whole dump is looked at, but as long as it is of
// the ordinary form only as closely as Dump.Outline does; what is found is
// checked in full as it is read. Nothing is said to be missing, and nothing to
// stand anywhere in a dump of another form, without a check of everything. The
// error is a *NotFound or an *Ambiguous where that is the case.
func Get(ctx context.Context, d *dump.Dump, ref Ref) (*Found, error) {
	d.Keep()
	f := &Found{d: d, ctx: ctx}
	if found, err := f.fromIndex(ref); found || err != nil {
		return f, err
	}
	if ref.Path.Level == dump.AtZNode {
		return f, f.findNode(ref)
	}
	f.survey = newSurvey(ref, ref.isObject(), memoryOf(d))
	sure, err := f.survey.outline(ctx, d)
	if err == nil && !sure {
		err = f.survey.read(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	if f.text, err = d.At(); err != nil {
		return nil, err
	}
	if ref.Type != "" {
		err = f.byName(ref)
	} else {
		err = f.byKey(ref)
	}
	if err != nil {
		return nil, err
	}
	f.Path = dump.Path{Level: dump.AtRow, Keyspace: f.row.keyspace, Table: f.row.table, Row: f.row.key}
	f.IsObject = ref.isObject()
	if ref.Path.Level == dump.AtColumn {
		f.Path.Level, f.Path.Column = dump.AtColumn, ref.Path.Column
		return f, f.findColumn()
	}
	return f, nil
}

// byKey takes the row whose key matched.
func (f *Found) byKey(ref Ref) error {
	s := f.survey
	for _, m := range s.matches {
		// The whole key, as it was given, is no beginning of another.
		if s.matched == 1 || m.key == ref.Text && ref.UUID != "" {
			f.row = m
			return nil
		}
	}
	if s.matched == 0 {
		return f.notFound(ref)
	}
	e := &Ambiguous{Ref: ref.Text, Many: s.matched}
	for _, m := range s.matches {
		e.What = append(e.What, m.key)
	}
	return e
}

func (f *Found) notFound(ref Ref) error {
	e := &NotFound{What: ref.Text}
	if ref.UUID != "" {
		e.What = "object " + ref.Text
	} else {
		e.Near = nearContainers(ref.Path, f.survey.containers)
	}
	return e
}

// byName finds an object by type and name: in obj_fq_name_table, and if that
// doesn't lead to one of that name, in the objects themselves.
func (f *Found) byName(ref Ref) error {
	rows := newObjectReader(f.text, f.d)
	defer rows.close()
	var near nearby
	found, err := f.indexed(rows, ref)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		if found, err = f.named(ref, &near); err != nil {
			return err
		}
	}
	switch len(found) {
	case 1:
		f.row = found[0]
		return nil
	case 0:
		return f.noSuchName(ref, &near)
	}
	e := &Ambiguous{Ref: ref.Text, Many: int64(len(found))}
	for _, r := range found[:min(len(found), maxMatches)] {
		e.What = append(e.What, r.key)
	}
	return e
}

// indexed follows the columns of obj_fq_name_table that have the name.
func (f *Found) indexed(rows *objectReader, ref Ref) ([]row, error) {
	var uuids []string
	for typ, place := range f.survey.names {
		if contrail.NormalizeType(typ) != ref.Type {
			continue
		}
		rows.rows.ResetRow(f.text, place)
		for rows.rows.Next() {
			if rows.rows.Kind() != dump.CellRead {
				continue
			}
			rows.name = rows.rows.Cell().Name.AppendDecoded(rows.name[:0])
			name, uuid, ok := contrail.SplitNameColumn(rows.name)
			if !ok {
				continue
			}
			if sameName(name, ref.Name) {
				uuids = append(uuids, string(uuid))
			}
		}
		if err := rows.rows.Err(); err != nil {
			return nil, err
		}
	}
	if len(uuids) == 0 || f.survey.tooMany {
		return f.inDump(rows, ref, uuids)
	}
	var found []row
	for _, uuid := range uuids {
		hash := hashKey([]byte(uuid))
		for o := range f.survey.eachObject {
			if o.hash == hash {
				found = append(found, row{objectKeyspace, objectTable, uuid, o.Place})
			}
		}
	}
	return ofName(rows, ref, found)
}

// inDump finds the rows with these keys by reading the dump once more.
func (f *Found) inDump(rows *objectReader, ref Ref, uuids []string) ([]row, error) {
	var found []row
	for _, uuid := range uuids {
		s := newSurvey(Ref{UUID: uuid}, false, 0)
		if err := s.read(f.ctx, f.d); err != nil {
			return nil, err
		}
		found = append(found, s.matches...)
	}
	return ofName(rows, ref, found)
}

// ofName keeps the rows that have the type and the name themselves.
func ofName(rows *objectReader, ref Ref, found []row) ([]row, error) {
	kept := found[:0]
	for _, r := range found {
		h, err := rows.fullHead(r.Place)
		if err != nil {
			return nil, err
		}
		if h.isType(ref.Type) && sameName(contrail.JoinName(h.fqName), ref.Name) {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// named looks for the name in all objects.
func (f *Found) named(ref Ref, near *nearby) ([]row, error) {
	var found []row
	err := eachObject(f.ctx, f.d, func(r *dump.Reader, h *head) error {
		if !h.isType(ref.Type) || h.fqName == nil {
			return nil
		}
		joined := contrail.JoinName(h.fqName)
		if !sameName(joined, ref.Name) {
			near.add(joined, ref.Name)
		} else if len(found) <= maxMatches {
			start, end := r.Span()
			found = append(found, row{objectKeyspace, objectTable, r.Key().String(), dump.Place{Start: start, End: end}})
		}
		return nil
	})
	return found, err
}

func (f *Found) noSuchName(ref Ref, near *nearby) error {
	e := &NotFound{What: ref.Text}
	if near.any {
		for _, name := range near.names(ref.Name) {
			e.Near = append(e.Near, ref.Type+":"+name)
		}
		return e
	}
	var have []string
	for typ := range f.survey.names {
		have = append(have, typ)
	}
	for _, typ := range nearTypes(ref.Type, have) {
		if contrail.NormalizeType(typ) != ref.Type {
			e.Near = append(e.Near, typ+":"+ref.Name)
		}
	}
	return e
}

// sameName compares joined names, either of which may be percent-encoded as a
// whole.
func sameName[T string | []byte](have T, want string) bool {
	return contrail.MatchName(have, want) != contrail.OtherName || contrail.MatchName(want, have) != contrail.OtherName
}

// nearby keeps the names that are nearest to one that was not found.
type nearby struct {
	any  bool
	list []string
}

func (n *nearby) add(name, wanted string) {
	n.any = true
	// Package nearest allows for three wrong letters, or an end that is missing.
	if extra := len(name) - len(wanted); extra < -3 || extra > 3 && !strings.EqualFold(name[:len(wanted)], wanted) {
		return
	}
	if n.list = append(n.list, name); len(n.list) >= 1000 {
		n.list = append(n.list[:0], nearest.Names(wanted, n.list)...)
	}
}

func (n *nearby) names(wanted string) []string { return nearest.Names(wanted, n.list) }

// findColumn looks for the column in the row, to its end.
func (f *Found) findColumn() error {
	rows := newObjectReader(f.text, f.d)
	defer rows.close()
	rows.rows.ResetRow(f.text, f.row.Place)
	var near nearby
	found := false
	for rows.rows.Next() {
		if rows.rows.Kind() != dump.CellRead {
			continue
		}
		c := rows.rows.Cell()
		name := c.Name.String()
		if name != f.Path.Column {
			near.add(name, f.Path.Column)
			continue
		}
		found = true
		f.cell = dump.Place{Start: c.Offset, End: c.End}
	}
	if err := rows.rows.Err(); err != nil || found {
		return err
	}
	e := &NotFound{What: f.Path.String()}
	for _, name := range near.names(f.Path.Column) {
		p := f.Path
		p.Column = name
		e.Near = append(e.Near, p.String())
	}
	return e
}

// errNotObject is a mistake of the caller.
var errNotObject = errors.New("it is no object")

// Object makes the object, with the names of what it is linked to if names is
// set. cut tells that it is too large for the memory of the dump's options:
// there are fewer links than their counts say, or values are left out.
func (f *Found) Object(names bool) (obj *contrail.Object, cut bool, err error) {
	if !f.IsObject {
		return nil, false, errNotObject
	}
	rows := newObjectReader(f.text, f.d)
	defer rows.close()
	if obj, cut, err = rows.read(f.row); err != nil || !names {
		return obj, cut, err
	}
	return obj, cut, rows.resolve(f.ctx, f.d, f.survey, obj)
}
