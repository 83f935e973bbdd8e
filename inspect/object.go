package inspect

import (
	"fmt"
	"io"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// The memory of one object. A link takes about 1 KiB from its cell to its JSON,
// names included.
const (
	bytesPerLink = 2 << 10
	// smallRow is the size up to which a row is read without looking at it
	// first.
	smallRow = 4 << 20
)

// objectReader makes objects of rows that may be larger than memory.
type objectReader struct {
	text   io.ReaderAt
	rows   *dump.Reader
	memory int64
	name   []byte
}

func newObjectReader(text io.ReaderAt, d *dump.Dump) *objectReader {
	return &objectReader{text: text, rows: dump.NewReader(nil, d.Name(), d.Options()), memory: memoryOf(d)}
}

// defaultMemory is the budget where the options of a dump name none.
const defaultMemory = 256 << 20

// memoryOf returns the budget for what is built on top of a reading.
func memoryOf(d *dump.Dump) int64 {
	if m := d.Options().Memory; m > 0 {
		return m
	}
	return defaultMemory
}

func (o *objectReader) close() error { return o.rows.Close() }

// read makes the object. cut tells that it isn't complete: it has not all of
// the links, but says how many there are, or not all values.
func (o *objectReader) read(r row) (obj *contrail.Object, cut bool, err error) {
	b := contrail.NewObjectBuilder(r.key)
	if r.End-r.Start > smallRow {
		limit, limited, err := o.linkLimit(r)
		if err != nil {
			return nil, false, err
		}
		if limited {
			b.LimitLinks(limit)
			cut = true
		}
	}
	f := filler{builder: b, room: o.memory / 16}
	o.rows.ResetRow(o.text, r.Place)
	for o.rows.Next() {
		if o.rows.Kind() == dump.CellRead {
			if err := f.add(o.rows.Cell()); err != nil {
				return nil, false, err
			}
		}
	}
	if err := o.rows.Err(); err != nil {
		return nil, false, err
	}
	return b.Object(), cut || f.cut, nil
}

// linkLimit counts the links of a row, and tells how many of each group fit
// into memory if not all of them do.
func (o *objectReader) linkLimit(r row) (limit int, limited bool, err error) {
	groups := map[string]int{}
	o.rows.ResetRow(o.text, r.Place)
	for o.rows.Next() {
		if o.rows.Kind() != dump.CellRead {
			continue
		}
		o.name = o.rows.Cell().Name.AppendDecoded(o.name[:0])
		switch col := contrail.ParseColumn(o.name); col.Kind {
		case contrail.ColumnRef, contrail.ColumnBackref, contrail.ColumnChild:
			groups[string(o.name[:len(o.name)-len(col.Key)])]++
		}
	}
	if err := o.rows.Err(); err != nil {
		return 0, false, err
	}
	limit, limited = fairShare(groups, int(o.memory/bytesPerLink))
	return limit, limited, nil
}

// fairShare returns the largest n for which no more than most things are left
// if each group keeps n at most.
func fairShare(groups map[string]int, most int) (n int, limited bool) {
	sizes := make([]int, 0, len(groups))
	for _, size := range groups {
		sizes = append(sizes, size)
	}
	slices.Sort(sizes)
	for i, size := range sizes {
		left := len(sizes) - i
		if size*left > most {
			return most / left, true
		}
		most -= size
	}
	return 0, false
}

// filler hands the cells of a row to a builder.
type filler struct {
	builder     *contrail.ObjectBuilder
	room        int64 // for what is no link
	cut         bool
	name, value []byte
}

// cellBytes is what a cell takes in memory beside its name and value.
const cellBytes = 200

func (f *filler) add(c *dump.Cell) error {
	f.name = c.Name.AppendDecoded(f.name[:0])
	v := &c.Value
	switch contrail.ParseColumn(f.name).Kind {
	case contrail.ColumnRef, contrail.ColumnBackref, contrail.ColumnChild:
		// The builder limits their number. Only an attribute can be large.
		if v.Size() < cellBytes {
			break
		}
		fallthrough
	default:
		need := int64(len(f.name)) + v.Size() + cellBytes
		if need > f.room {
			f.cut = true
			if f.room -= cellBytes; f.room > 0 {
				f.builder.AddOpaque(f.name, fmt.Appendf(nil, "(%d bytes, not shown)", v.Size()))
			}
			return nil
		}
		f.room -= need
	}
	raw := v.Raw()
	if v.Long() {
		var err error
		if raw, err = io.ReadAll(v.Open()); err != nil {
			return err
		}
	}
	if !v.IsText {
		f.builder.AddOpaque(f.name, raw)
		return nil
	}
	f.value = dump.Text{Raw: raw}.AppendDecoded(f.value[:0])
	f.builder.Add(f.name, f.value)
	return nil
}
