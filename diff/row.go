package diff

import (
	"bytes"
	"encoding/binary"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsontree"
	"github.com/dumptool/dumptool/internal/spill"
)

// cell is a cell in memory.
type cell struct {
	hash  dump.Hash
	name  string
	text  []byte // the value: decoded text, or JSON; of a long value its hash
	long  int64  // bytes of a long value as it stands there, else 0
	time  string
	extra string
	shape dump.Shape
	place dump.Place // the whole member
}

// holdCell copies a cell.
func holdCell(c *dump.Cell) (cell, error) {
	h := cell{hash: c.NameHash(), name: c.Name.String(), time: string(c.Time), extra: string(c.Extra), shape: c.Shape,
		place: dump.Place{Start: c.Offset, End: c.End}}
	switch {
	case c.Value.Long() || c.Value.Size() > dump.LongValue:
		// The second is one that the reader had in its window by chance.
		var hasher dump.CellHasher
		u, err := hasher.Value(&c.Value)
		h.text, h.long = appendHash(nil, u), c.Value.Size()
		return h, err
	case c.Value.IsText:
		h.text = c.Value.Text().AppendDecoded(nil)
	default:
		h.text = bytes.Clone(c.Value.Raw())
	}
	return h, nil
}

const valueShapes = dump.BareText | dump.NotText

// sameValue tells if two cells are equal but for their times. In the object
// tables values are compared in their JSON meaning.
func (c *comparison) sameValue(a, b *cell, inMeaning bool) (bool, error) {
	if a.long > 0 || b.long > 0 {
		return c.sameLong(a, b, inMeaning)
	}
	inMeaning = inMeaning || a.shape&dump.NotText != 0
	return a.shape&valueShapes == b.shape&valueShapes && sameExtra(a, b) &&
		(bytes.Equal(a.text, b.text) || inMeaning && jsontree.EqualText(a.text, b.text)), nil
}

// sameExtra compares what follows the timestamps, as JSON.
func sameExtra(a, b *cell) bool {
	return a.extra == b.extra || jsontree.EqualText([]byte("["+a.extra+"]"), []byte("["+b.extra+"]"))
}

// wideRow is the length of text from which on a row is compared without
// holding it.
const wideRow = 4 << 20

// rowView is what is known of a row beside its differing cells.
type rowView struct {
	exists bool
	cells  int64
	typ    string
	fqName []string
}

func (v *rowView) see(c *cell) {
	v.exists = true
	v.cells++
	if c.long > 0 {
		return
	}
	switch c.name {
	case "type":
		if n, err := jsontree.Parse(c.text); err == nil && n.Kind == jsontree.String {
			v.typ = n.Text
		}
	case "fq_name":
		if n, err := jsontree.Parse(c.text); err == nil {
			if parts, ok := n.Strings(); ok {
				v.fqName = parts
			}
		}
	}
}

// cells calls f for each cell of a row.
func (s *side) cells(p dump.Place, f func(*dump.Cell) error) error {
	r := s.reader()
	text := s.text
	if s.index != nil {
		b, err := s.cache.row(s.text, p)
		if err != nil {
			return err
		}
		if b != nil {
			text = piece{b, p.Start}
		}
	}
	r.ResetRow(text, p)
	for r.Next() {
		if r.Kind() == dump.CellRead {
			if err := f(r.Cell()); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// cellsThatDiffer calls head once with what the two rows are, and then each for
// the cells that are not the same on both sides, times included.
func (c *comparison) cellsThatDiffer(a, b *rowRecord, head func(a, b *rowView) error, each func(a, b *cell) error) error {
	isWide := func(r *rowRecord) bool { return r != nil && r.place.End-r.place.Start > wideRow }
	switch {
	case a != nil && b != nil && a.wide:
		return c.blockCells(a, b, head, each)
	case b == nil && isWide(a):
		return c.allCells(0, a, head, func(x *cell) error { return each(x, nil) })
	case a == nil && isWide(b):
		return c.allCells(1, b, head, func(x *cell) error { return each(nil, x) })
	case isWide(a), isWide(b):
		return c.wideCells(a, b, head, each)
	}
	var rows [2][]cell
	var views [2]rowView
	err := c.both(a, b, func(i int, rec *rowRecord) error {
		views[i].exists = true
		return c.side(i).cells(rec.place, func(d *dump.Cell) error {
			h, err := holdCell(d)
			if err == nil {
				views[i].see(&h)
				rows[i] = append(rows[i], h)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	if err := head(&views[0], &views[1]); err != nil {
		return err
	}
	var index map[dump.Hash]int
	if len(rows[1]) > 32 {
		index = make(map[dump.Hash]int, len(rows[1]))
		for i := range rows[1] {
			index[rows[1][i].hash] = i
		}
	}
	used := make([]bool, len(rows[1]))
	for i := range rows[0] {
		x := &rows[0][i]
		j := find(rows[1], index, x.hash, i)
		if j < 0 {
			if err := each(x, nil); err != nil {
				return err
			}
			continue
		}
		used[j] = true
		if y := &rows[1][j]; !identical(x, y) {
			if err := each(x, y); err != nil {
				return err
			}
		}
	}
	for j := range rows[1] {
		if !used[j] {
			if err := each(nil, &rows[1][j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// both calls f for the rows that there are, at the same time where they have to be
// unpacked.
func (c *comparison) both(a, b *rowRecord, f func(i int, rec *rowRecord) error) error {
	var other chan error
	if a != nil && b != nil && c.indexed {
		other = make(chan error, 1)
		go func() { other <- f(1, b) }()
	}
	var err error
	if a != nil {
		err = f(0, a)
	}
	switch {
	case other != nil:
		if errB := <-other; err == nil {
			err = errB
		}
	case b != nil && err == nil:
		err = f(1, b)
	}
	return err
}

// find returns the position of a column, trying the same position first.
func find(row []cell, index map[dump.Hash]int, h dump.Hash, at int) int {
	if at < len(row) && row[at].hash == h {
		return at
	}
	if index != nil {
		if j, ok := index[h]; ok {
			return j
		}
		return -1
	}
	for j := range row {
		if row[j].hash == h {
			return j
		}
	}
	return -1
}

func identical(a, b *cell) bool {
	return a.time == b.time && a.shape&valueShapes == b.shape&valueShapes && (a.long > 0) == (b.long > 0) && a.extra == b.extra && bytes.Equal(a.text, b.text)
}

// allCells is cellsThatDiffer for a row that one side alone has and that is not
// held.
func (c *comparison) allCells(i int, rec *rowRecord, head func(a, b *rowView) error, each func(*cell) error) error {
	s := c.side(i)
	var views [2]rowView
	views[i].exists = true
	// The type stands last in its row: what the object is must be known before.
	err := s.cells(rec.place, func(d *dump.Cell) error {
		if !d.Name.Is("type") && !d.Name.Is("fq_name") {
			views[i].cells++
			return nil
		}
		h, err := holdCell(d)
		views[i].see(&h)
		return err
	})
	if err == nil {
		err = head(&views[0], &views[1])
	}
	if err != nil {
		return err
	}
	return s.cells(rec.place, func(d *dump.Cell) error {
		h, err := holdCell(d)
		if err != nil {
			return err
		}
		return each(&h)
	})
}

// wideCells is cellsThatDiffer for rows that are not held: the hashes of their
// cells are sorted and merged, and only cells that differ are read again.
func (c *comparison) wideCells(a, b *rowRecord, head func(a, b *rowView) error, each func(a, b *cell) error) error {
	var views [2]rowView
	var sorters [2]*spill.Sorter
	for i, rec := range []*rowRecord{a, b} {
		sorters[i] = spill.NewSorter(c.temp, c.memory/20)
		defer sorters[i].Close()
		views[i].exists = true
		if err := c.side(i).hashCells(rec.place, sorters[i], &views[i]); err != nil {
			return err
		}
	}
	if err := head(&views[0], &views[1]); err != nil {
		return err
	}
	return c.mergeCells(sorters, each)
}

// mergeCells merges two lists of records of hashCells and calls each for the
// cells that are not the same on both sides, in the order of the text.
func (c *comparison) mergeCells(sorters [2]*spill.Sorter, each func(a, b *cell) error) error {
	differ := spill.NewSorter(c.temp, c.memory/20)
	defer differ.Close()
	if err := c.differingPlaces(sorters, differ); err != nil {
		return err
	}
	it, err := differ.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		var pair [2]*cell
		rec := it.Record()[8:]
		for i := range pair {
			var p dump.Place
			p.Start, p.End = int64(binary.BigEndian.Uint64(rec[16*i:])), int64(binary.BigEndian.Uint64(rec[16*i+8:]))
			if p.End == 0 {
				continue
			}
			h, err := c.side(i).cellAt(p)
			if err != nil {
				return err
			}
			pair[i] = &h
		}
		if err := each(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return it.Err()
}

// differingPlaces finds the cells that are not the same on both sides by records
// of hashCells. It puts the places of each pair into differ, the place of one
// that is absent being zero, behind what they are to be sorted by.
func (c *comparison) differingPlaces(sorters [2]*spill.Sorter, differ *spill.Sorter) error {
	pairs, err := spill.NewPairs(sorters[0], sorters[1], func(rec []byte) []byte { return rec[:16] })
	if err != nil {
		return err
	}
	var rec []byte
	for pairs.Next() {
		a, b := pairs.Record(0), pairs.Record(1)
		if a != nil && b != nil && !c.o.Thorough && bytes.Equal(a[16:32], b[16:32]) {
			continue
		}
		rec = append(rec[:0], make([]byte, 8+32)...)
		if b != nil {
			copy(rec, b[32:40])
			copy(rec[24:], b[32:])
		}
		if a != nil {
			copy(rec, a[32:40])
			copy(rec[8:], a[32:])
		}
		if err := differ.Add(rec); err != nil {
			return err
		}
	}
	return pairs.Err()
}

// hashCells puts a record for each cell of a row into sorter: hash of the
// name, hash of all, place.
func (s *side) hashCells(p dump.Place, sorter *spill.Sorter, v *rowView) error {
	return s.cells(p, s.hashCell(sorter, v))
}

// hashCell returns what hashCells does with a cell.
func (s *side) hashCell(sorter *spill.Sorter, v *rowView) func(*dump.Cell) error {
	var h dump.CellHasher
	var rec []byte
	return func(d *dump.Cell) error {
		v.cells++
		if d.Name.Is("type") || d.Name.Is("fq_name") {
			held, err := holdCell(d)
			if err != nil {
				return err
			}
			v.cells--
			v.see(&held)
		}
		_, timed, err := h.Hash(d)
		if err != nil {
			return err
		}
		rec = appendHash(appendHash(rec[:0], d.NameHash()), timed)
		rec = binary.BigEndian.AppendUint64(rec, uint64(d.Offset))
		rec = binary.BigEndian.AppendUint64(rec, uint64(d.End))
		return sorter.Add(rec)
	}
}

// cellAt reads one cell again.
func (s *side) cellAt(p dump.Place) (h cell, err error) {
	r := s.reader()
	r.ResetCell(s.text, p)
	for r.Next() {
		if r.Kind() == dump.CellRead {
			if h, err = holdCell(r.Cell()); err != nil {
				return h, err
			}
		}
	}
	return h, r.Err()
}
