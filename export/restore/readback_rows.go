package restore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// compareRows compares the rows of both sides.
func (c *comparison) compareRows() error {
	var err error
	c.rows, err = spill.NewPairs(c.sides[0].rows, c.sides[1].rows, func(rec []byte) []byte { return rec[:rowIdentity] })
	if err != nil {
		return err
	}
	for c.rows.Next() {
		a, b := c.rows.Record(0), c.rows.Record(1)
		switch {
		case a != nil && b != nil && bytes.Equal(a[rowIdentity:rowSum], b[rowIdentity:rowSum]):
		case b == nil && c.others.missing():
		default:
			if err := c.row(); err != nil {
				return err
			}
		}
	}
	return c.rows.Err()
}

// row compares the cells of a row that one or both sides have.
func (c *comparison) row() error {
	temp, memory := c.survey.dump.Options().Temp, c.survey.dump.Options().Memory/32
	cells := spill.NewSorter(temp, memory) // hash of the name, side, hash of the cell, place
	defer cells.Close()
	var b []byte
	var identity []byte
	for i := range c.sides {
		rec := c.rows.Record(i)
		if rec == nil {
			continue
		}
		identity = rec[:rowIdentity]
		x := &c.sides[i]
		at := rec[rowSum+8:]
		place := dump.Place{Start: int64(binary.BigEndian.Uint64(at)), End: int64(binary.BigEndian.Uint64(at[8:]))}
		if x.one == nil {
			x.one = dump.RowReader(x.text, place, x.d.Name(), x.d.Options())
		} else {
			x.one.ResetRow(x.text, place)
		}
		h := cellHasher{now: c.plan.Timestamp.Mode == "now", at: c.plan.Timestamp.Microseconds, wanted: i == 0}
		for x.one.Next() {
			if x.one.Kind() != dump.CellRead {
				continue
			}
			cell := x.one.Cell()
			hash, err := h.hash(cell)
			if err != nil {
				return err
			}
			b = appendHash(b[:0], cell.NameHash())
			b = append(b, byte(i))
			b = appendHash(b, hash)
			b = binary.BigEndian.AppendUint64(b, uint64(cell.Offset))
			b = binary.BigEndian.AppendUint64(b, uint64(cell.End))
			if err := cells.Add(b); err != nil {
				return err
			}
		}
		if err := x.one.Err(); err != nil {
			return err
		}
	}
	return c.cells(identity, cells)
}

// cells compares the sorted cells of a row.
func (c *comparison) cells(identity []byte, sorter *spill.Sorter) error {
	it, err := sorter.Sort()
	if err != nil {
		return err
	}
	row := &differing{comparison: c, identity: identity}
	var pending []byte
	settle := func() error {
		if pending == nil {
			return nil
		}
		p := pending
		pending = nil
		if p[16] == 0 {
			if c.others.missing() {
				return nil
			}
			gone, err := c.expired(identity, p[:16])
			if err != nil || gone {
				return err
			}
			return row.cell(p, nil)
		}
		return row.cell(nil, p)
	}
	for it.Next() {
		rec := it.Record()
		if pending != nil && bytes.Equal(pending[:16], rec[:16]) {
			a, b := pending, bytes.Clone(rec)
			pending = nil
			if !bytes.Equal(a[17:33], b[17:33]) {
				if err := row.cell(a, b); err != nil {
					return err
				}
			}
			continue
		}
		if err := settle(); err != nil {
			return err
		}
		pending = bytes.Clone(rec)
	}
	if it.Err() != nil {
		return it.Err()
	}
	return settle()
}

// differing writes the cells of a row that differ.
type differing struct {
	comparison *comparison
	identity   []byte
	begun      [2]bool
}

// cell writes a cell that differs, given its records; nil where it is missing.
func (r *differing) cell(wanted, found []byte) error {
	c := r.comparison
	if !r.begun[0] && !r.begun[1] {
		c.d.Rows++
	}
	c.d.Cells++
	if c.others != nil {
		r.begun[0] = true
		return r.stranger(wanted, found)
	}
	for i, rec := range [][]byte{wanted, found} {
		if rec == nil {
			continue
		}
		at := binary.BigEndian.Uint64(rec[33:])
		end := binary.BigEndian.Uint64(rec[41:])
		text := make([]byte, end-at)
		if _, err := c.sides[i].text.ReadAt(text, int64(at)); err != nil && err != io.EOF {
			return fmt.Errorf("read %s again: %w", c.sides[i].d.Name(), err)
		}
		if i == 0 && c.plan.Timestamp.Mode == "now" {
			text = withTime(text, c.plan.Timestamp.Microseconds)
		}
		if !r.begun[i] {
			r.begun[i] = true
			key, err := c.key(i)
			if err != nil {
				return err
			}
			table := c.names[binary.BigEndian.Uint32(r.identity)]
			if err := c.out.row(i, table, key); err != nil {
				return err
			}
		}
		if err := c.out.cell(i, text); err != nil {
			return err
		}
	}
	return nil
}

// key returns the text of the key of the row that a side stands at, with its quotes.
func (c *comparison) key(side int) ([]byte, error) {
	x := &c.sides[side]
	rec := c.rows.Record(side)[rowSum:]
	at, cells := int64(binary.BigEndian.Uint64(rec)), int64(binary.BigEndian.Uint64(rec[8:]))
	text := make([]byte, cells-at)
	if _, err := x.text.ReadAt(text, at); err != nil {
		return nil, fmt.Errorf("read %s again: %w", x.d.Name(), err)
	}
	return text[:bytes.LastIndexByte(text, '"')+1], nil
}
