package index

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sort"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

// errNoSlice is the error of a text that doesn't consist of whole tables of its source.
var errNoSlice = errors.New("not a slice")

// Carrier is a Feeder that can tell what its tables become if some tables of a dump are left out, or all nodes.
type Carrier interface {
	Feeder
	// Carry says which of its tables stay as they are, and adds records to the others.
	Carry(hasTable func(keyspace, table string) bool, hasNodes bool, s Sink) (stay []string, err error)
}

// slicer makes an indexed dump of whole tables of another one, out of their frames and of their blocks of the index: what was
// copied is not read again.
type slicer struct {
	ctx      context.Context
	o        Options
	parts    *parts
	x        *Index
	skeleton *Skeleton
	text     []byte    // skeleton of the result
	held     []holding // the missing pieces that the result has, in its order
	builder  *Builder  // of what there is little of
	shifts   []int64   // by missing piece of the source: how far it has moved; gone where it isn't in the result
	rows     *dump.Reader
}

// holding says that a missing piece of the source is missing at a place of the result's skeleton too.
type holding struct {
	at    int64
	piece int // of the source's
}

// gone is no distance that anything can move: nothing moves towards the end.
const gone = 1 << 62

// slice writes the parts in the indexed form. Before anything is written, the error is errNoSlice for what is no slice.
func slice(ctx context.Context, w io.Writer, p *parts, o Options) error {
	if p.source == nil || o.Opaque || p.source.Locator().Version != seekable.Version {
		return errNoSlice
	}
	if _, ok := o.Feeder.(Carrier); !ok && o.Feeder != nil {
		return errNoSlice
	}
	x, err := New(p.source)
	if errors.Is(err, ErrNone) {
		return errNoSlice
	}
	if err != nil {
		return err
	}
	s := &slicer{ctx: ctx, o: o, parts: p, x: x, builder: newBuilder(o)}
	defer s.builder.close()
	s.skeleton, err = x.Skeleton(p.source)
	if errors.Is(err, ErrNoSkeleton) {
		return errNoSlice
	}
	if err != nil {
		return err
	}
	if err := s.assemble(); err != nil {
		return err
	}
	if err := s.read(); err != nil {
		return err
	}
	return s.write(w)
}

// assemble puts the skeleton of the result together.
func (s *slicer) assemble() error {
	missing := s.skeleton.missing
	at, next := int64(0), 0
	for _, x := range s.parts.all {
		if x.put != nil {
			s.text = append(s.text, x.put...)
			continue
		}
		if x.place.Start < at {
			return errNoSlice
		}
		at = x.place.End
		from := x.place.Start
		for next < len(missing) && missing[next].place.End <= from && missing[next].place.Start < from {
			next++
		}
		for ; next < len(missing) && missing[next].place.Start < x.place.End; next++ {
			p := missing[next].place
			if p.Start < from || p.End > x.place.End {
				return errNoSlice
			}
			s.append(from, p.Start)
			s.held = append(s.held, holding{int64(len(s.text)), next})
			from = p.End
		}
		s.append(from, x.place.End)
	}
	return nil
}

// append appends a part of the source's skeleton, given by its place in the text.
func (s *slicer) append(from, to int64) {
	a, b := s.skeleton.place(from), s.skeleton.place(to)
	s.text = append(s.text, s.skeleton.Text[a:max(a, b)]...)
}

// target returns where a place of the result's skeleton is in its text.
func (s *slicer) target(off int64) int64 {
	at := off
	for _, h := range s.held {
		if h.at >= off {
			break
		}
		p := s.skeleton.missing[h.piece].place
		at += p.End - p.Start
	}
	return at
}

// read goes through the skeleton of the result, which has to be a dump with those tables that were copied.
func (s *slicer) read() error {
	s.shifts = make([]int64, len(s.skeleton.missing))
	for i := range s.shifts {
		s.shifts[i] = gone
	}
	moved := int64(0)
	for _, h := range s.held {
		p := s.skeleton.missing[h.piece].place
		s.shifts[h.piece] = h.at + moved - p.Start
		if s.shifts[h.piece] > 0 {
			return errNoSlice
		}
		moved += p.End - p.Start
	}
	o := s.o.Dump
	o.OnProblem = nil
	r := dump.NewReader(bytes.NewReader(s.text), s.o.Name, o)
	defer r.Close()
	tables := map[[2]string]int{}
	for i, t := range s.skeleton.Tables {
		tables[[2]string{t.Keyspace, t.Name}] = i
	}
	met := 0
	for r.Next() {
		var err error
		switch r.Kind() {
		case dump.KeyspaceStart:
			err = s.builder.keyspace(r.Keyspace())
		case dump.TableEnd:
			i, known := tables[[2]string{r.Keyspace(), r.Table()}]
			open, end := r.Span()
			j := sort.Search(len(s.held), func(j int) bool { return s.held[j].at > open })
			if !known || j == len(s.held) || s.held[j].at != open+1 || end != open+2 || s.skeleton.missing[s.held[j].piece].table != i {
				return errNoSlice
			}
			met++
			err = s.table(&s.skeleton.Tables[i], s.target(open))
		case dump.RowStart, dump.ZNodeRead:
			return errNoSlice // it was not copied
		case dump.ZooKeeperEnd:
			if s.nodes() != gone {
				met++
			}
		case dump.MemberRead:
			m := *r.Member()
			m.Offset, m.End = s.target(m.Offset), s.target(m.End)
			err = s.builder.member(&m)
		}
		if err != nil {
			return err
		}
	}
	if r.Err() != nil || met != len(s.held) {
		return errNoSlice
	}
	s.builder.layout = r.Layout()
	return nil
}

// nodes returns how far the nodes have moved.
func (s *slicer) nodes() int64 {
	for i, m := range s.skeleton.missing {
		if m.table == nodesMissing {
			return s.shifts[i]
		}
	}
	return gone
}

// table notes a table that has moved.
func (s *slicer) table(t *Table, open int64) error {
	name := s.builder.appendText(s.builder.appendText(nil, t.Keyspace), t.Name)
	v := binary.AppendUvarint(nil, uint64(open))
	for _, n := range []int64{t.Rows, t.Cells, t.Bytes} {
		v = binary.AppendUvarint(v, uint64(n))
	}
	for _, text := range [][]byte{t.Oldest, t.Newest} {
		v = binary.AppendUvarint(v, uint64(len(text)))
		v = append(v, text...)
	}
	sums := seekable.Sums{ALo: t.Untimed.Lo, AHi: t.Untimed.Hi, BLo: t.Timed.Lo, BHi: t.Timed.Hi}
	return s.builder.collector(tablesTable).add(name, sums.Append(v))
}

// write writes frames and tables.
func (s *slicer) write(w io.Writer) error {
	sw, err := seekable.NewWriter(w, seekable.Options{Tool: s.o.Tool, Workers: s.o.workers()})
	if err != nil {
		return err
	}
	defer sw.Abort()
	if err := s.parts.copyFrames(s.ctx, sw); err != nil {
		return err
	}
	if err := s.writeTables(sw); err != nil {
		return err
	}
	return sw.Close()
}

func (s *slicer) writeTables(w *seekable.Writer) error {
	nodes := s.nodes()
	if nodes != gone {
		n, err := s.x.Nodes()
		if err != nil {
			return err
		}
		s.builder.nodes = n
	}
	if err := s.builder.facts(); err != nil {
		return err
	}
	for _, t := range []struct {
		name  string
		write func(*seekable.Writer) error
	}{
		{keyspacesTable, nil}, {tablesTable, nil}, {rowsTable, s.copyRows}, {columnsTable, s.copyColumns},
		{znodesTable, s.copyNodes}, {membersTable, nil}, {infoTable, nil},
	} {
		write := t.write
		if write == nil {
			write = func(w *seekable.Writer) error { return s.builder.collector(t.name).write(w, t.name) }
		}
		if err := write(w); err != nil {
			return err
		}
		delete(s.builder.own, t.name)
	}
	return s.carry(w)
}

// carry writes the tables of the feeder.
func (s *slicer) carry(w *seekable.Writer) error {
	if s.o.Feeder == nil {
		return nil
	}
	has := func(keyspace, table string) bool {
		for i, m := range s.skeleton.missing {
			if m.table >= 0 && s.skeleton.Tables[m.table].Keyspace == keyspace && s.skeleton.Tables[m.table].Name == table {
				return s.shifts[i] != gone
			}
		}
		return false
	}
	stay, err := s.o.Feeder.(Carrier).Carry(has, s.nodes() != gone, s.builder)
	if err != nil {
		return err
	}
	for _, name := range stay {
		t, err := s.x.Section(name)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		if err := w.CopyTable(t); err != nil {
			return err
		}
	}
	return s.builder.writeFed(w)
}

// shiftOf returns how far what stands at a place of the source has moved.
func (s *slicer) shiftOf(off int64) int64 {
	missing := s.skeleton.missing
	i := sort.Search(len(missing), func(i int) bool { return missing[i].place.End > off })
	if i == len(missing) || off < missing[i].place.Start {
		return gone
	}
	return s.shifts[i]
}

// move returns a value with another place, which stands behind the first bytes of it.
func move(value []byte, before int, shift int64) ([]byte, error) {
	place, n := binary.Uvarint(value[before:])
	if n <= 0 || place > 1<<62 || int64(place)+shift < 0 {
		return nil, errRecord
	}
	moved := append(make([]byte, 0, len(value)), value[:before]...)
	moved = binary.AppendUvarint(moved, uint64(int64(place)+shift))
	return append(moved, value[before+n:]...), nil
}

// copyRows copies the blocks of the rows that are kept.
func (s *slicer) copyRows(w *seekable.Writer) error {
	src, err := s.x.section(rowsTable)
	if err != nil {
		return err
	}
	t := w.Table(rowsTable)
	t.Shape(shapes[rowsTable])
	byKey := map[string]int64{} // shifts by keyspace and table as they stand in keys
	for i, m := range s.skeleton.missing {
		if m.table >= 0 {
			byKey[string(tableKey(s.skeleton.Tables[m.table].Keyspace, s.skeleton.Tables[m.table].Name))] = s.shifts[i]
		}
	}
	shiftOf := func(key []byte) (int64, error) {
		shift, known := byKey[string(tableOf(key))]
		if !known {
			return 0, errRecord
		}
		return shift, nil
	}
	var before *seekable.Leaf
	put := func(l, next *seekable.Leaf) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		shift, err := shiftOf(l.First)
		if err != nil {
			return err
		}
		if next != nil && (shift == 0 || shift == gone) && bytes.HasPrefix(next.First, tableOf(l.First)) {
			// All of it is of one table: there is nothing to look at.
			if shift == gone {
				return nil
			}
			return t.CopyLeaf(l)
		}
		recs, err := l.Records()
		if err != nil {
			return err
		}
		kept := 0
		for _, rec := range recs {
			shift, err := shiftOf(rec.Key)
			if err != nil {
				return err
			}
			if shift != gone {
				kept++
			}
		}
		switch kept {
		case 0:
			return nil
		case len(recs):
			return t.EditLeaf(l, func(key, value []byte) ([]byte, error) {
				shift, err := shiftOf(key)
				if err != nil {
					return nil, err
				}
				return move(value, 0, shift)
			})
		}
		for _, rec := range recs {
			if shift, err := shiftOf(rec.Key); err != nil || shift == gone {
				if err != nil {
					return err
				}
				continue
			}
			if err := s.addRow(t, rec); err != nil {
				return err
			}
		}
		return nil
	}
	for l, err := range src.Leaves() {
		if err != nil {
			return err
		}
		if before != nil {
			if err := put(before, l); err != nil {
				return err
			}
		}
		before = l
	}
	if before != nil {
		if err := put(before, nil); err != nil {
			return err
		}
	}
	return t.Close()
}

// tableOf returns the beginning of the key of a row that is the same for all rows of its table.
func tableOf(key []byte) []byte {
	_, rest, _ := CutPart(key)
	_, rest, _ = CutPart(rest)
	return key[:len(key)-len(rest)]
}

// addRow adds the record of a row whose neighbours are gone. What it adds to the sums has to be found out from its cells: a record
// has only halves of their hashes.
func (s *slicer) addRow(t *seekable.TableWriter, rec seekable.Record) error {
	row, err := parseRow(rec)
	if err != nil {
		return err
	}
	if s.rows == nil {
		o := s.o.Dump
		o.OnProblem = func(*dump.Problem) error { return nil }
		s.rows = dump.RowReader(s.parts.source, row.Place, s.o.Name, o)
	} else {
		s.rows.ResetRow(s.parts.source, row.Place)
	}
	var sums cellSums
	for s.rows.Next() {
		if s.rows.Kind() != dump.CellRead {
			continue
		}
		untimed, timed, err := s.builder.hasher.Hash(s.rows.Cell())
		if err != nil {
			return err
		}
		sums.untimed.Add(untimed)
		sums.timed.Add(timed)
	}
	if err := s.rows.Err(); err != nil {
		return err
	}
	if sums.untimed.Lo&hashMask != row.Untimed || sums.timed.Lo&hashMask != row.Timed {
		return errRecord
	}
	value, err := move(rec.Value, 0, s.shiftOf(row.KeyAt))
	if err != nil {
		return err
	}
	h := hashOf(rec.Key)
	return t.AddSummed(rec.Key, value, rowSums(h, sums), h.Lo)
}

// copyColumns copies the blocks of wide rows. Their keys are places.
func (s *slicer) copyColumns(w *seekable.Writer) error {
	src, err := s.x.section(columnsTable)
	if err != nil {
		return err
	}
	t := w.Table(columnsTable)
	t.Shape(shapes[columnsTable])
	c := src.From(nil)
	var key []byte
	for c.Next() {
		rec := c.Record()
		if len(rec.Key) != 16 {
			return errRecord
		}
		row := int64(binary.BigEndian.Uint64(rec.Key) & (1<<62 - 1))
		shift := s.shiftOf(row)
		if shift == gone {
			continue
		}
		key = binary.BigEndian.AppendUint64(key[:0], uint64(row+shift))
		key = binary.BigEndian.AppendUint64(key, uint64(int64(binary.BigEndian.Uint64(rec.Key[8:])&(1<<62-1))+shift))
		if err := t.Add(key, rec.Value); err != nil {
			return err
		}
	}
	return errors.Join(c.Err(), t.Close())
}

// copyNodes copies the blocks of all nodes.
func (s *slicer) copyNodes(w *seekable.Writer) error {
	src, err := s.x.section(znodesTable)
	if err != nil {
		return err
	}
	t := w.Table(znodesTable)
	t.Shape(shapes[znodesTable])
	shift := s.nodes()
	if shift == gone {
		return t.Close()
	}
	for l, err := range src.Leaves() {
		if err == nil {
			err = s.ctx.Err()
		}
		if err != nil {
			return err
		}
		if shift == 0 {
			err = t.CopyLeaf(l)
		} else {
			err = t.EditLeaf(l, func(_, value []byte) ([]byte, error) {
				_, n := binary.Uvarint(value) // flags
				if n <= 0 {
					return nil, errRecord
				}
				return move(value, n, shift)
			})
		}
		if err != nil {
			return err
		}
	}
	return t.Close()
}
