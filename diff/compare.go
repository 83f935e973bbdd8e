package diff

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// comparison is one run of Compare.
type comparison struct {
	ctx     context.Context
	o       *Options
	a, b    *side
	tables  *tables
	indexed bool // both sides have an index
	// verbatim tells that of B only the rows were read that A doesn't have byte by
	// byte; others are the objects of A that B has not got so.
	verbatim bool
	others   map[dump.Hash]bool
	temp     spill.Dir
	memory   int64
	summary  *Summary

	drafts  *spill.Sorter // heads and fields of objects and rows, by table and key
	pending pendings
	twins   *spill.Sorter // added and removed objects, by type and fq_name
	out     *spill.Sorter // changes, in the order of the result
	fields  fieldSpool
	linked  linked
	buf     []byte
}

const defaultMemory = 256 << 20

// Result is the outcome of a comparison. Close it.
type Result struct {
	Summary *Summary
	out     *spill.Sorter
	fields  *fieldSpool
	sources [2]*longSource
	names   map[string][]string
	byName  *byName
}

// Close gives memory and disk back.
func (r *Result) Close() error {
	return errors.Join(r.out.Close(), r.fields.close(), r.sources[0].kept.close(), r.sources[1].kept.close(), r.byName.close())
}

// Compare compares two dumps. Both stay open until the Result is closed, and are
// read at the same time: one can't be compared with itself.
func Compare(ctx context.Context, a, b *dump.Dump, o Options) (*Result, error) {
	if o.MatchByName {
		return compareByName(ctx, a, b, o)
	}
	return compare(ctx, a, b, o)
}

func compare(ctx context.Context, a, b *dump.Dump, o Options) (*Result, error) {
	do := a.Options()
	c := &comparison{ctx: ctx, o: &o, temp: do.Temp, memory: do.Memory, summary: newSummary(),
		tables: &tables{ids: map[[2]string]uint32{}}}
	if c.memory <= 0 {
		c.memory = defaultMemory
	}
	c.a, c.b = newSide(0, a, c.temp, c.memory), newSide(1, b, c.temp, c.memory)
	c.a.wanted, c.b.wanted = newWanted(o.Objects), newWanted(o.Objects)
	defer c.a.close()
	defer c.b.close()
	c.drafts = spill.NewSorter(c.temp, c.memory/16)
	defer c.drafts.Close()
	c.twins = spill.NewSorter(c.temp, c.memory/16)
	defer c.twins.Close()
	c.pending.init(c.temp, c.memory)
	defer c.pending.close()
	c.out = spill.NewSorter(c.temp, c.memory/16)
	c.fields.dir = c.temp
	err := c.run(ctx)
	for _, s := range []interface{ flush() error }{&c.fields, &c.a.source.kept, &c.b.source.kept} {
		if err == nil {
			err = s.flush()
		}
	}
	if err != nil {
		c.out.Close()
		c.fields.close()
		c.a.source.kept.close()
		c.b.source.kept.close()
		return nil, err
	}
	return &Result{Summary: c.summary, out: c.out, fields: &c.fields, sources: c.sources(), names: c.linked.names}, nil
}

func (c *comparison) sources() [2]*longSource { return [2]*longSource{c.a.source, c.b.source} }

func (c *comparison) side(i int) *side {
	if i == 0 {
		return c.a
	}
	return c.b
}

func (c *comparison) run(ctx context.Context) error {
	var err error
	if c.indexed, err = c.useIndexes(); err != nil {
		return err
	}
	rows, nodes := c.compareRows, c.compareNodes
	if c.indexed {
		rows, nodes = c.compareIndexedRows, c.compareIndexedNodes
		err = c.readIndexes()
	} else if _, err = c.readVerbatim(ctx); err == nil && !c.verbatim {
		g, gctx := errgroup.WithContext(ctx)
		g.Go(func() error { return c.a.read(gctx, c.tables, c.o) })
		g.Go(func() error { return c.b.read(gctx, c.tables, c.o) })
		err = g.Wait()
	}
	if err != nil {
		return err
	}
	for _, step := range []func() error{c.checkObjects, c.compareLayout, rows, nodes, c.compareMembers, c.resolve, c.finishDrafts, c.finishTwins, c.findNames} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// ignore counts a difference that is not shown.
func (c *comparison) ignore(r Reason) { c.summary.Ignored[r]++ }

// compareLayout counts other spellings of the whole, and finds empty containers
// that one side lacks.
func (c *comparison) compareLayout() error {
	if n := bits.OnesCount16(uint16(c.a.layout ^ c.b.layout)); n > 0 {
		c.summary.Ignored[Spelling] += int64(n)
	}
	for i, op := range []Op{Removed, Added} {
		s, other := c.side(i), c.side(1-i)
		for ks, filled := range s.keyspaces {
			if _, ok := other.keyspaces[ks]; !ok && !filled {
				if err := c.emit(&Change{Kind: Container, Op: op, Keyspace: ks}); err != nil {
					return err
				}
			}
		}
		for id, filled := range s.tables {
			if _, ok := other.tables[id]; !ok && !filled {
				t := c.tables.infos[id]
				if err := c.emit(&Change{Kind: Container, Op: op, Keyspace: t.keyspace, Table: t.table, IsTable: true}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// compareRows merges the rows of both sides.
func (c *comparison) compareRows() error {
	a, b := c.a, c.b
	if err := a.firstRow(); err != nil {
		return err
	}
	if err := b.firstRow(); err != nil {
		return err
	}
	for a.rowOK || b.rowOK {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		order := 0
		switch {
		case !a.rowOK:
			order = 1
		case !b.rowOK:
			order = -1
		case a.row.table != b.row.table:
			order = int(a.row.table) - int(b.row.table)
		default:
			order = compareHash(a.row.key, b.row.key)
		}
		var x, y *rowRecord
		if order <= 0 {
			x = &a.row
		}
		if order >= 0 {
			y = &b.row
		}
		any := x
		if any == nil {
			any = y
		}
		if (x == nil || y == nil || x.sum != y.sum || c.o.Thorough) && c.o.keyspace(c.tables.infos[any.table].keyspace) {
			if err := c.row(x, y); err != nil {
				return err
			}
		}
		if x != nil {
			if err := c.nextRow(a); err != nil {
				return err
			}
		}
		if y != nil {
			if err := c.nextRow(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func compareHash(a, b dump.Hash) int {
	switch {
	case a == b:
		return 0
	case a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	}
	return 1
}

func (s *side) firstRow() (err error) {
	if s.rowIt, err = s.rows.Sort(); err != nil {
		return err
	}
	if s.rowOK = s.rowIt.Next(); s.rowOK {
		s.row.parse(s.rowIt.Record())
	}
	return nil
}

// nextRow goes to the next row. One with the same key is damage, and passed
// over if whoever is told of it says so.
func (c *comparison) nextRow(s *side) error {
	for {
		last := s.row
		if s.rowOK = s.rowIt.Next(); !s.rowOK {
			return s.rowIt.Err()
		}
		s.row.parse(s.rowIt.Record())
		if s.row.table != last.table || s.row.key != last.key {
			return nil
		}
		if s.row.keyAt < last.keyAt {
			s.row, last = last, s.row
		}
		key, err := s.rowKey(&s.row)
		if err != nil {
			return err
		}
		t := c.tables.infos[s.row.table]
		if err := s.damage("B-STR-11", s.row.keyAt, fmt.Sprintf("row key occurs twice, first at byte %d", last.keyAt), t.keyspace+"/"+t.table+"/"+key); err != nil {
			return err
		}
		s.row = last
	}
}

// damage reports damage that was found when rows or nodes were sorted.
func (s *side) damage(id string, offset int64, message, path string) error {
	p := &dump.Problem{ID: id, Damage: true, Message: message, File: s.d.Name(), Offset: offset, Path: path}
	if h := s.d.Options().OnProblem; h != nil {
		return h(p)
	}
	return p
}

// rowKey reads the key of a row, decoded.
func (s *side) rowKey(r *rowRecord) (string, error) {
	if r.known != nil {
		return r.name, nil
	}
	b := make([]byte, r.place.Start-r.keyAt)
	if _, err := s.text.ReadAt(b, r.keyAt); err != nil && err != io.EOF {
		return "", err
	}
	if q := bytes.LastIndexByte(b, '"'); q > 0 {
		return string(jsonscan.AppendDecoded(nil, b[1:q])), nil
	}
	return "", fmt.Errorf("%s changed while it was read", s.d.Name())
}

// settleTimes leaves times where both sides have the column and they differ.
func (f *Field) settleTimes() {
	if f.Op != Modified || f.OldTime == f.NewTime {
		f.OldTime, f.NewTime = "", ""
	}
}

// emit puts a finished change into the result.
func (c *comparison) emit(ch *Change) error {
	if !c.o.shows(ch) {
		return nil
	}
	for i := range ch.Fields {
		ch.Fields[i].settleTimes()
	}
	slices.SortFunc(ch.Fields, func(x, y Field) int { return strings.Compare(x.Name, y.Name) })
	c.summary.add(ch)
	if err := c.linked.note(ch); err != nil {
		return err
	}
	e := encoder{b: orderKey(c.buf[:0], ch)}
	n := len(e.b)
	e.change(ch)
	e.b = binary.BigEndian.AppendUint32(e.b, uint32(n))
	c.buf = e.b[:0]
	return c.out.Add(e.b)
}

// orderKey is what the result is sorted by: kinds, then types by name and
// objects by fq_name and uuid, and the like.
func orderKey(b []byte, ch *Change) []byte {
	b = append(b, byte(slices.Index([]Kind{Object, Row, ZNode, Container, Member}, ch.Kind)))
	switch ch.Kind {
	case Object:
		b = orderPart(b, ch.Type)
		for _, p := range ch.FQName {
			b = orderPart(b, p)
		}
		return orderPart(append(b, 0, 0), ch.UUID)
	case Row, Container:
		b = orderPart(orderPart(b, ch.Keyspace), ch.Table)
		return orderPart(b, ch.Key)
	case ZNode:
		return orderPart(b, ch.Path)
	}
	return orderPart(b, ch.Name)
}

// orderPart appends a text so that a shorter one sorts before a longer one that
// begins with it, whatever follows.
func orderPart(b []byte, s string) []byte {
	for i := range len(s) {
		b = append(b, s[i])
		if s[i] == 0 {
			b = append(b, 0xff)
		}
	}
	return append(b, 0, 1)
}

// Changes gives the changes in order: types by name, objects by fq_name and
// uuid, then rows, nodes, containers, members. It can be called more than once.
func (r *Result) Changes() iter.Seq2[*Change, error] {
	return func(yield func(*Change, error) bool) {
		it, err := r.out.Sort()
		if err != nil {
			yield(nil, err)
			return
		}
		for it.Next() {
			rec := it.Record()
			n := binary.BigEndian.Uint32(rec[len(rec)-4:])
			d := decoder{b: rec[n : len(rec)-4], sources: r.sources, spool: r.fields}
			ch := d.change()
			if d.err() != nil {
				yield(nil, d.err())
				return
			}
			for i := range ch.Fields {
				ch.Fields[i].Edits = Edits(&ch.Fields[i])
			}
			if r.byName != nil {
				ch.byName = r.byName
				if err := r.byName.changeInB(ch); err != nil {
					yield(nil, err)
					return
				}
			}
			if !yield(ch, nil) {
				return
			}
		}
		if it.Err() != nil {
			yield(nil, it.Err())
		}
	}
}
