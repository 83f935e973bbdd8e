package patch

import (
	"bytes"
	"context"
	"errors"
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

	indexed bool // both dumps have an index
	buf     []byte
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
	}
	var err error
	if m.indexed, err = m.useIndexes(); err != nil {
		return m.stats, err
	}
	for _, s := range m.sides {
		if m.indexed {
			g.Go(s.readIndex)
		} else {
			g.Go(func() error { return s.read(gctx) })
		}
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

// rows finds the rows that differ, sorts them by name and writes them.
func (m *maker) rows() error {
	changed := spill.NewSorter(m.temp, m.memory/8)
	defer changed.Close()
	find := m.mergeRows
	if m.indexed {
		find = m.indexedRows
	}
	if err := find(changed); err != nil {
		return err
	}
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

// mergeRows finds the rows that differ by the sorted records of both sides.
func (m *maker) mergeRows(changed *spill.Sorter) error {
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
		var places [2]*dump.Place
		for i, rec := range [][]byte{x, y} {
			if rec != nil {
				p := place(rec, rowPlace)
				places[i] = &p
			}
		}
		return m.addRow(changed, t[0], t[1], key, places)
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
	return errors.Join(m.sides[0].rows.Close(), m.sides[1].rows.Close())
}

// addRow notes a row that differs.
func (m *maker) addRow(changed *spill.Sorter, keyspace, table, key string, places [2]*dump.Place) error {
	b := appendName(appendName(appendName(m.buf[:0], keyspace), table), key)
	for _, p := range places {
		if p == nil {
			b = appendPlace(append(b, 0, 0), dump.Place{})
		} else {
			b = appendPlace(append(b, 1, 0), *p)
		}
	}
	m.buf = b
	return changed.Add(b)
}

// row writes a row that differs, and its cells.
func (m *maker) row(rec []byte) error {
	keyspace, rest := cutName(rec)
	table, rest := cutName(rest)
	key, rest := cutName(rest)
	var places [2]*dump.Place
	for i := range m.sides {
		if at := rest[i*18:]; at[0] == 1 {
			p := place(at, 2)
			places[i] = &p
		}
	}
	parts, known, err := m.blocks(keyspace, table, key, places)
	if err != nil {
		return err
	}
	var cells [2]*spill.Sorter
	for i, s := range m.sides {
		cells[i] = spill.NewSorter(m.temp, m.memory/16)
		defer cells[i].Close()
		switch {
		case known:
			for _, part := range parts[i] {
				s.reader().ResetCell(s.text, part.Place)
				if err := s.cells(cells[i]); err != nil {
					return err
				}
			}
		case places[i] != nil:
			s.reader().ResetRow(s.text, *places[i])
			if err := s.cells(cells[i]); err != nil {
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
			if same, err := sameCell(pair[0], pair[1], meaning, m.temp); err != nil || same {
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

// cells puts a record for each cell that the reader was set to into out.
func (s *side) cells(out *spill.Sorter) error {
	r := s.reader()
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
	find := m.mergeNodes
	if m.indexed {
		find = m.indexedNodes
	}
	if err := find(changed); err != nil {
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

// mergeNodes finds the nodes that differ by the sorted records of both sides.
func (m *maker) mergeNodes(changed *spill.Sorter) error {
	each := func(x, y []byte) error {
		if x != nil && y != nil && number(x, nodeSum) == number(y, nodeSum) {
			return nil
		}
		return m.addNode(changed, x, y)
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
	return merge(m.ctx, m.sides[0].nodes, m.sides[1].nodes, func(rec []byte) []byte { return rec[:nodeKeyBytes] }, each, twice)
}

// addNode notes a node that differs.
func (m *maker) addNode(changed *spill.Sorter, x, y []byte) error {
	i, rec := 0, x
	if x == nil {
		i, rec = 1, y
	}
	n, err := m.sides[i].nodeAt(rec)
	if err != nil {
		return err
	}
	if x != nil && y != nil {
		other, err := m.sides[1].nodeAt(y)
		if err != nil {
			return err
		}
		if same, err := sameNode(n, other, m.temp); err != nil || same {
			return err // only the path is written otherwise
		}
	}
	b := appendName(m.buf[:0], string(n.Normal))
	for _, rec := range [][]byte{x, y} {
		if rec == nil {
			b = appendPlace(append(b, 0, 0), dump.Place{})
		} else {
			b = appendPlace(append(b, 1, rec[nodeNested]), place(rec, nodePlace))
		}
	}
	m.buf = b
	return changed.Add(b)
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
			if same, err := sameMember(texts[0](), texts[1](), m.temp); err != nil {
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
