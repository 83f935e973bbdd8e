package unload

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

// rowReader turns the cells of one unit into text.
type rowReader struct {
	keyspace []byte // quoted names, for the extras
	table    []byte
	number   uint16 // of the table in the plan
	part     *Part
	clock    func() time.Time
	pace     *pacer

	key    []byte
	open   bool
	sum    rowSum
	buf    []byte
	name   []byte
	keyRaw bool // the key isn't text
}

// rowSum is a hash of the names and write times of the cells of a row.
type rowSum struct {
	hi, lo, cells uint64
	newest        int64 // write time
	buf           []byte
}

// next makes it the sum of no cells.
func (s *rowSum) next() { *s = rowSum{buf: s.buf} }

func (s *rowSum) add(name []byte, time int64) {
	s.buf = binary.LittleEndian.AppendUint64(append(s.buf[:0], name...), uint64(time))
	sum := xxh3.Hash128(s.buf)
	s.hi += sum.Hi
	s.lo += sum.Lo
	s.cells++
	s.newest = max(s.newest, time)
}

// timesRecord appends the record of a row: table, key, pass, sum and newest
// write time. Records of
// one row stand side by side once they are sorted.
func timesRecord(dst []byte, table uint16, key []byte, pass byte, s *rowSum) []byte {
	dst = binary.BigEndian.AppendUint16(dst, table)
	dst = index.AppendPart(dst, key)
	dst = append(dst, pass)
	dst = binary.BigEndian.AppendUint64(dst, s.hi)
	dst = binary.BigEndian.AppendUint64(dst, s.lo)
	dst = binary.BigEndian.AppendUint64(dst, s.cells)
	return binary.BigEndian.AppendUint64(dst, uint64(s.newest))
}

// readRows reads a unit of a table into part.
func (u *unloader) readRows(ctx context.Context, x *unit, part *Part) error {
	t := &u.plan.Tables[x.Table]
	keyspace, _ := dump.AppendBytes(nil, []byte(t.Keyspace))
	table, _ := dump.AppendBytes(nil, []byte(t.Name))
	r := &rowReader{keyspace: keyspace, table: table, number: uint16(x.Table), part: part, clock: u.o.Clock, pace: u.pace}
	live := t.live()
	err := u.cassandra.Read(ctx, &live, x.Range, func(c *Cell) error { return r.cell(ctx, c) })
	if err == nil {
		err = r.endRow()
	}
	return err
}

func (r *rowReader) cell(ctx context.Context, c *Cell) error {
	b := r.buf[:0]
	if !r.open || !bytes.Equal(c.Key, r.key) {
		if err := r.endRow(); err != nil {
			return err
		}
		if r.part.Counts.Rows > 0 {
			b = append(b, ", "...)
		}
		r.part.Counts.Rows++
		r.open, r.key = true, append(r.key[:0], c.Key...)
		r.sum.next()
		var plain bool
		b, plain = dump.AppendBytes(b, c.Key)
		r.keyRaw = !plain
		b = append(b, ": {"...)
	} else {
		b = append(b, ", "...)
	}
	from := len(b)
	b, nameIsText := dump.AppendBytes(b, c.Name)
	r.name = append(r.name[:0], b[from:]...)
	b = append(b, ": ["...)
	b, valueIsText := dump.AppendBytes(b, c.Value)
	b = append(b, ", "...)
	b = strconv.AppendInt(b, c.Time, 10)
	b = append(b, ']')
	r.buf = b
	r.sum.add(c.Name, c.Time)
	counts := &r.part.Counts
	counts.Cells++
	counts.Newest = max(counts.Newest, c.Time)
	if c.Null {
		counts.Nulls++
	}
	if _, err := r.part.Text.Write(b); err != nil {
		return err
	}
	if c.TTL > 0 || r.keyRaw || !nameIsText || !valueIsText {
		if err := r.extra(c, nameIsText, valueIsText); err != nil {
			return err
		}
	}
	return r.pace.spend(ctx, len(b))
}

// extra notes what a dump has no room for.
func (r *rowReader) extra(c *Cell, nameIsText, valueIsText bool) error {
	var b []byte
	if r.part.Extras.Size() > 0 {
		b = append(b, ", "...)
	}
	b = append(append(append(b, '['), r.keyspace...), ", "...)
	b = append(append(b, r.table...), ", "...)
	b, _ = dump.AppendBytes(b, c.Key)
	b = append(append(b, ", "...), r.name...)
	b = append(b, ", {"...)
	sep := ""
	if c.TTL > 0 {
		b = append(b, `"expires": `...)
		b = strconv.AppendInt(b, r.clock().Unix()+int64(c.TTL), 10)
		sep = ", "
	}
	for _, x := range []struct {
		is   bool
		what string
	}{{r.keyRaw, "key"}, {!nameIsText, "name"}, {!valueIsText, "value"}} {
		if x.is {
			b = append(b, sep+`"`+x.what+`": "bytes"`...)
			sep = ", "
		}
	}
	b = append(b, "}]"...)
	_, err := r.part.Extras.Write(b)
	return err
}

func (r *rowReader) endRow() error {
	if !r.open {
		return nil
	}
	r.open = false
	if _, err := r.part.Text.Write([]byte("}")); err != nil {
		return err
	}
	rec := timesRecord(nil, r.number, r.key, 0, &r.sum)
	rec = append(binary.AppendUvarint(nil, uint64(len(rec))), rec...)
	_, err := r.part.Times.Write(rec)
	return err
}
