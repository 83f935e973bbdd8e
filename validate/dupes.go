package validate

import (
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/keyset"
	"github.com/dumptool/dumptool/internal/spill"
)

// dupes finds names that occur more than once by their hashes; a second reading has to keep only those names.
type dupes struct {
	set    *keyset.Set
	wanted map[int64]struct{}
	all    bool // too many to list: all are wanted
	err    error
}

// manyDupes is how many hashes are listed: 16 bytes each, and as much again to find them.
const manyDupes = 1 << 19

func newDupes(dir spill.Dir) *dupes {
	return &dupes{set: keyset.New(dir), wanted: map[int64]struct{}{}}
}

// tag is what the set remembers in place of an offset: part of the hash, by which the name is found again.
func tag(h xxh3.Uint128) int64 { return int64(h.Lo >> 1) }

func (d *dupes) add(h xxh3.Uint128) {
	if err := d.set.AddLater(keyset.Hash{Hi: h.Hi, Lo: h.Lo}, tag(h), d.found); err != nil && d.err == nil {
		d.err = err
	}
}

func (d *dupes) found(first, _ int64) error {
	if len(d.wanted) >= manyDupes {
		d.all = true
		return nil
	}
	d.wanted[first] = struct{}{}
	return nil
}

// settle ends the adding.
func (d *dupes) settle() error { return firstError(d.err, d.set.Finish(d.found)) }

func (d *dupes) any() bool { return len(d.wanted) > 0 }

func (d *dupes) wants(h xxh3.Uint128) bool {
	if d.all {
		return true
	}
	_, wanted := d.wanted[tag(h)]
	return wanted
}

func (d *dupes) close() { d.set.Reset() }
