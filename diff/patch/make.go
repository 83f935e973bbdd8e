package patch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

const defaultMemory = 256 << 20

// Stats counts what a patch holds, or what was applied.
type Stats struct {
	Keyspaces, Tables, Rows, Cells, Nodes, Members int64
}

// Total is the number of lines between the first and the last.
func (s *Stats) Total() int64 {
	return s.Keyspaces + s.Tables + s.Rows + s.Cells + s.Nodes + s.Members
}

// maker is one run of Write.
type maker struct {
	ctx    context.Context
	sides  [2]*side
	temp   spill.Dir
	memory int64
	out    *lineWriter
	stats  Stats
}

// Write compares two dumps and writes what turns a into b.
func Write(ctx context.Context, w io.Writer, a, b *dump.Dump) (Stats, error) {
	o := a.Options()
	m := &maker{ctx: ctx, temp: o.Temp, memory: o.Memory, out: newLineWriter(w)}
	if m.memory <= 0 {
		m.memory = defaultMemory
	}
	g, gctx := errgroup.WithContext(ctx)
	for i, d := range []*dump.Dump{a, b} {
		s := newSide(d, m.temp, m.memory)
		defer s.close()
		m.sides[i] = s
		g.Go(func() error { return s.read(gctx) })
	}
	if err := g.Wait(); err != nil {
		return m.stats, err
	}
	for _, step := range []func() error{m.out.head, m.containers, m.rows, m.nodes, m.members, m.out.end} {
		if err := step(); err != nil {
			return m.stats, err
		}
	}
	return m.stats, nil
}

// containers writes the keyspaces and tables that one side lacks.
func (m *maker) containers() error {
	a, b := m.sides[0], m.sides[1]
	err := lacking(a.keyspaces, b.keyspaces, func(x, y string) int { return bytes.Compare([]byte(x), []byte(y)) }, func(name string, o op) error {
		m.stats.Keyspaces++
		return m.out.keyspace(o, name)
	})
	if err != nil {
		return err
	}
	return lacking(a.tables, b.tables, func(x, y [2]string) int { return slices.Compare(x[:], y[:]) }, func(name [2]string, o op) error {
		m.stats.Tables++
		return m.out.table(o, name[0], name[1])
	})
}

// lacking calls f for what only one of two sets holds, in order.
func lacking[T comparable](a, b map[T]bool, compare func(x, y T) int, f func(T, op) error) error {
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, name := range slices.SortedFunc(maps.Keys(all), compare) {
		var err error
		switch {
		case !a[name]:
			err = f(name, added)
		case !b[name]:
			err = f(name, removed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// placesBytes is the end of the record of a row or node that differs: for each
// side if it has it, if it is nested, and where.
const placesBytes = 2 * (2 + 16)

// rows finds the rows that differ, sorts them by name and writes them.
func (m *maker) rows() error {
	changed := spill.NewSorter(m.temp, m.memory/8)
	defer changed.Close()
	var buf []byte
	each := func(x, y []byte) error {
		if x != nil && y != nil && number(x, rowSum) == number(y, rowSum) {
			return nil
		}
		s, rec := m.sides[0], x
		if x == nil {
			s, rec = m.sides[1], y
		}
		key, err := s.key(rec)
		if err != nil {
			return err
		}
		t := s.hashes[uint64(number(rec, 0))]
		buf = appendName(appendName(appendName(buf[:0], t[0]), t[1]), key)
		for _, rec := range [][]byte{x, y} {
			if rec == nil {
				buf = appendPlace(append(buf, 0, 0), dump.Place{})
			} else {
				buf = appendPlace(append(buf, 1, 0), place(rec, rowPlace))
			}
		}
		return changed.Add(buf)
	}
	twice := func(i int, first, second []byte) error {
		s := m.sides[i]
		if number(first, rowNameAt) > number(second, rowNameAt) {
			first, second = second, first
		}
		key, err := s.key(second)
		if err != nil {
			return err
		}
		t := s.hashes[uint64(number(second, 0))]
		return s.twice("B-STR-11", number(second, rowNameAt), fmt.Sprintf("row key occurs twice, first at byte %d", number(first, rowNameAt)),
			dump.Path{Level: dump.AtRow, Keyspace: t[0], Table: t[1], Row: key}.String())
	}
	if err := merge(m.ctx, m.sides[0].rows, m.sides[1].rows, func(rec []byte) []byte { return rec[:rowKeyBytes] }, each, twice); err != nil {
		return err
	}
	// Their memory is not needed any more.
	m.sides[0].rows.Close()
	m.sides[1].rows.Close()
	it, err := changed.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		if err := m.row(it.Record()); err != nil {
			return err
		}
	}
	return it.Err()
}

// row writes a row that differs, and its cells.
func (m *maker) row(rec []byte) error {
	keyspace, rest := cutName(rec)
	table, rest := cutName(rest)
	key, rest := cutName(rest)
	var cells [2]*spill.Sorter
	for i, s := range m.sides {
		cells[i] = spill.NewSorter(m.temp, m.memory/16)
		defer cells[i].Close()
		if at := rest[i*18:]; at[0] == 1 {
			if err := s.cells(place(at, 2), cells[i]); err != nil {
				return err
			}
		}
	}
	what := modified
	switch {
	case rest[0] == 0:
		what = added
	case rest[18] == 0:
		what = removed
	}
	begun := false
	begin := func() error {
		if begun {
			return nil
		}
		begun = true
		m.stats.Rows++
		return m.out.row(what, keyspace, table, key)
	}
	if what != modified {
		if err := begin(); err != nil {
			return err
		}
	}
	meaning := byMeaning(keyspace, table)
	return merge(m.ctx, cells[0], cells[1], func(rec []byte) []byte { return rec[:len(rec)-cellTail] }, func(x, y []byte) error {
		if x != nil && y != nil && bytes.Equal(x[len(x)-cellTail:len(x)-16], y[len(y)-cellTail:len(y)-16]) {
			return nil
		}
		var pair [2]*dump.Cell
		var sides [2]func() error
		name := ""
		for i, rec := range [][]byte{x, y} {
			if rec == nil {
				continue
			}
			c, err := m.sides[i].cellAt(place(rec, len(rec)-16))
			if err != nil {
				return err
			}
			pair[i] = c
			sides[i] = func() error { return m.out.cell(c) }
			name, _ = cutName(rec)
		}
		if x != nil && y != nil {
			if same, err := sameCell(pair[0], pair[1], meaning); err != nil || same {
				return err
			}
		}
		if err := begin(); err != nil {
			return err
		}
		m.stats.Cells++
		return m.out.pair("cell", name, sides[0], sides[1])
	}, func(int, []byte, []byte) error { return nil })
}

// cellTail is the end of the record of a cell: hash of all, place.
const cellTail = 16 + 16

// cells puts a record for each cell of a row into out.
func (s *side) cells(p dump.Place, out *spill.Sorter) error {
	r := s.reader()
	r.ResetRow(s.text, p)
	for r.Next() {
		if r.Kind() != dump.CellRead {
			continue
		}
		c := r.Cell()
		_, timed, err := s.hasher.Hash(c)
		if err != nil {
			return err
		}
		s.buf = appendName(s.buf[:0], c.Name.String())
		var sum [16]byte
		putHash(sum[:], timed)
		s.buf = appendPlace(append(s.buf, sum[:]...), dump.Place{Start: c.Offset, End: c.End})
		if err := out.Add(s.buf); err != nil {
			return err
		}
	}
	return r.Err()
}

// nodes finds the nodes that differ, sorts them by path and writes them. So
// parents come before children.
func (m *maker) nodes() error {
	changed := spill.NewSorter(m.temp, m.memory/8)
	defer changed.Close()
	var buf []byte
	each := func(x, y []byte) error {
		if x != nil && y != nil && number(x, nodeSum) == number(y, nodeSum) {
			return nil
		}
		i, rec := 0, x
		if x == nil {
			i, rec = 1, y
		}
		n, err := m.sides[i].nodeAt(rec)
		if err != nil {
			return err
		}
		buf = appendName(buf[:0], string(n.Normal))
		for _, rec := range [][]byte{x, y} {
			if rec == nil {
				buf = appendPlace(append(buf, 0, 0), dump.Place{})
			} else {
				buf = appendPlace(append(buf, 1, rec[nodeNested]), place(rec, nodePlace))
			}
		}
		return changed.Add(buf)
	}
	twice := func(i int, first, second []byte) error {
		n, err := m.sides[i].nodeAt(second)
		if err != nil {
			return err
		}
		offset := number(second, nodePlace)
		if second[nodeNested] == 1 {
			offset = -1
		}
		return m.sides[i].twice("B-STR-12", offset, "path occurs twice", dump.Path{Level: dump.AtZNode, Node: string(n.Normal)}.String())
	}
	if err := merge(m.ctx, m.sides[0].nodes, m.sides[1].nodes, func(rec []byte) []byte { return rec[:nodeKeyBytes] }, each, twice); err != nil {
		return err
	}
	it, err := changed.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		path, rest := cutName(it.Record())
		var sides [2]func() error
		for i := range m.sides {
			at := rest[i*18:]
			if at[0] == 0 {
				continue
			}
			rec := append(make([]byte, nodeNested), at[1:18]...)
			sides[i] = func() error {
				n, err := m.sides[i].nodeAt(rec)
				if err != nil {
					return err
				}
				return m.out.node(n)
			}
		}
		m.stats.Nodes++
		if err := m.out.pair("node", path, sides[0], sides[1]); err != nil {
			return err
		}
	}
	return it.Err()
}

// members writes the unknown members of the top level that differ.
func (m *maker) members() error {
	all := map[string]bool{}
	for _, s := range m.sides {
		for name := range s.members {
			all[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		var sides [2]func() error
		var texts [2]func() *io.SectionReader
		for i, s := range m.sides {
			if p, ok := s.members[name]; ok {
				texts[i] = func() *io.SectionReader { return io.NewSectionReader(s.text, p.Start, p.End-p.Start) }
				sides[i] = func() error { return m.out.json(texts[i]()) }
			}
		}
		if sides[0] != nil && sides[1] != nil {
			if same, err := sameMember(texts[0](), texts[1]()); err != nil {
				return err
			} else if same {
				continue
			}
		}
		m.stats.Members++
		if err := m.out.pair("member", name, sides[0], sides[1]); err != nil {
			return err
		}
	}
	return nil
}
