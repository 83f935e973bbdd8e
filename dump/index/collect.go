package index

import (
	"encoding/binary"
	"errors"

	"github.com/dumptool/dumptool/dump/seekable"
	"github.com/dumptool/dumptool/internal/spill"
)

// collector gathers the records of one table, in any order.
type collector struct {
	sorter *spill.Sorter
	summed bool // with sums, and edges by hash
	shape  seekable.Shape
	about  bool // values are numbers of rows; see Sink.AddRow
	// is told the number of each row, and the records about it
	numbered func(about []byte, number uint64) error
	rec      []byte
}

// add copies a record.
func (c *collector) add(key, value []byte) error {
	c.rec = append(AppendPart(c.rec[:0], key), value...)
	return c.sorter.Add(c.rec)
}

// addSummed copies a record of a table that will be compared. hash depends on the key alone; about is kept with the record.
func (c *collector) addSummed(key, value []byte, sums seekable.Sums, hash uint64, about []byte) error {
	c.rec = AppendPart(c.rec[:0], key)
	c.rec = sums.Append(c.rec)
	c.rec = binary.BigEndian.AppendUint64(c.rec, hash)
	c.rec = binary.LittleEndian.AppendUint32(c.rec, uint32(len(value)))
	c.rec = append(c.rec, value...)
	c.rec = append(c.rec, about...)
	return c.sorter.Add(c.rec)
}

const summedHead = seekable.SumsSize + 8 + 4

var errChanged = errors.New("a temporary file has changed")

// write writes the table.
func (c *collector) write(w *seekable.Writer, name string) error {
	it, err := c.sorter.Sort()
	if err != nil {
		return err
	}
	t := w.Table(name)
	t.Shape(c.shape)
	var rows rowCounter
	var same repeated
	for rec, err := range sorted(it) {
		if err != nil {
			return err
		}
		key, rest, ok := CutPart(rec)
		if !ok {
			return errChanged
		}
		switch {
		case c.summed:
			err = c.writeSummed(t, key, rest, &rows)
		case c.about:
			err = same.write(t, key, rest)
		default:
			err = t.Add(key, rest)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), c.sorter.Close())
}

// writeSummed writes a record that addSummed has added.
func (c *collector) writeSummed(t *seekable.TableWriter, key, rest []byte, rows *rowCounter) error {
	if len(rest) < summedHead {
		return errChanged
	}
	size, value := binary.LittleEndian.Uint32(rest[summedHead-4:]), rest[summedHead:]
	if uint64(size) > uint64(len(value)) {
		return errChanged
	}
	value, about := value[:size], value[size:]
	if c.numbered != nil {
		number := rows.next(key)
		if len(about) > 0 {
			if err := c.numbered(about, number); err != nil {
				return err
			}
		}
	}
	return t.AddSummed(key, value, seekable.ParseSums(rest), binary.BigEndian.Uint64(rest[seekable.SumsSize:]))
}

// rowCounter counts the rows of each table, which come in order.
type rowCounter struct {
	table []byte
	count uint64
}

// next returns the number of the row with a key, from 0.
func (c *rowCounter) next(key []byte) uint64 {
	if table := tableOf(key); string(table) != string(c.table) {
		c.table = append(c.table[:0], table...)
		c.count = 0
	}
	c.count++
	return c.count - 1
}

// repeated tells records with the same key apart.
type repeated struct {
	key   []byte
	count uint32 // of records with that key; 0 at the beginning
	full  []byte
	value []byte
}

// write writes a record about a row, of whose number value has 8 bytes.
func (s *repeated) write(t *seekable.TableWriter, key, value []byte) error {
	if len(value) != 8 {
		return errChanged
	}
	s.value = binary.AppendUvarint(s.value[:0], binary.BigEndian.Uint64(value))
	if s.count > 0 && string(key) == string(s.key) {
		s.full = binary.BigEndian.AppendUint32(append(s.full[:0], key...), s.count)
		s.count++
		return t.Add(s.full, s.value)
	}
	s.key = append(s.key[:0], key...)
	s.count = 1
	return t.Add(key, s.value)
}
