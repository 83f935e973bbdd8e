package validate

import (
	"encoding/binary"

	"github.com/dumptool/dumptool/internal/spill"
)

// dupes finds names that occur more than once by their hashes; a second reading has to keep only those names. That two
// different names have one hash does no harm.
type dupes struct {
	sorter *spill.Sorter
	wanted map[uint64]struct{}
	all    bool // too many to list: all are wanted
	err    error
}

// manyDupes is how many hashes are listed: 8 bytes each, and twice as much again to find them.
const manyDupes = 1 << 19

func newDupes(sorter *spill.Sorter) *dupes {
	return &dupes{sorter: sorter, wanted: map[uint64]struct{}{}}
}

func (d *dupes) add(hash uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], hash)
	if err := d.sorter.Add(b[:]); err != nil && d.err == nil {
		d.err = err
	}
}

// settle ends the adding.
func (d *dupes) settle() error {
	it, err := d.sorter.Sort()
	if err := firstError(d.err, err); err != nil {
		return err
	}
	last, begun := uint64(0), false
	for it.Next() {
		h := binary.BigEndian.Uint64(it.Record())
		if begun && h == last {
			if len(d.wanted) >= manyDupes {
				d.all = true
				break
			}
			d.wanted[h] = struct{}{}
		}
		last, begun = h, true
	}
	return firstError(it.Err(), d.sorter.Close())
}

func (d *dupes) any() bool { return len(d.wanted) > 0 }

func (d *dupes) wants(hash uint64) bool {
	if d.all {
		return true
	}
	_, wanted := d.wanted[hash]
	return wanted
}

func (d *dupes) close() { d.sorter.Close() }
