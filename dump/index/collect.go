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
	tail   int  // bytes of the hashes at the end of the values
	rec    []byte
}

// add copies a record.
func (c *collector) add(key, value []byte) error {
	c.rec = append(AppendPart(c.rec[:0], key), value...)
	return c.sorter.Add(c.rec)
}

// addSummed copies a record of a table that will be compared. hash depends on the key alone.
func (c *collector) addSummed(key, value []byte, sums seekable.Sums, hash uint64) error {
	c.rec = AppendPart(c.rec[:0], key)
	c.rec = sums.Append(c.rec)
	c.rec = binary.BigEndian.AppendUint64(c.rec, hash)
	c.rec = append(c.rec, value...)
	return c.sorter.Add(c.rec)
}

const summedHead = seekable.SumsSize + 8

// write writes the table.
func (c *collector) write(w *seekable.Writer, name string) error {
	it, err := c.sorter.Sort()
	if err != nil {
		return err
	}
	t := w.Table(name)
	t.Tail(c.tail)
	for it.Next() {
		key, rest, ok := CutPart(it.Record())
		if !ok || c.summed && len(rest) < summedHead {
			return errors.New("a temporary file has changed")
		}
		if c.summed {
			err = t.AddSummed(key, rest[summedHead:], seekable.ParseSums(rest), binary.BigEndian.Uint64(rest[seekable.SumsSize:]))
		} else {
			err = t.Add(key, rest)
		}
		if err != nil {
			return err
		}
	}
	if it.Err() != nil {
		return it.Err()
	}
	return errors.Join(t.Close(), c.sorter.Close())
}
