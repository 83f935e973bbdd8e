// Package keyset finds names that occur twice, among any number of names in
// bounded memory. A name is known by its 128-bit hash: two different names of
// one hash do not occur in practice (with 10^9 names, one chance in 10^20).
//
// Memory: nothing beyond 2 KiB for up to 64 names, then 24 bytes a slot of a
// table up to 32 MiB; what is more goes to a temporary file.
package keyset

import (
	"encoding/binary"

	"github.com/dumptool/dumptool/internal/spill"
)

// Hash is the 128-bit hash of a name.
type Hash struct{ Hi, Lo uint64 }

const (
	fewNames = 64
	// maxSlots bounds the table in memory: 24 bytes each, at most 3/4 full.
	maxSlots = 1 << 20
)

type entry struct {
	Hash
	off int64 // 0 marks an empty slot: offsets are kept plus one
}

// Set is a set of names, each with the offset where it stands.
type Set struct {
	dir    spill.Dir
	few    []entry
	table  []entry
	n      int // entries in table
	sorter *spill.Sorter
}

// New returns an empty set that spills to dir.
func New(dir spill.Dir) *Set { return &Set{dir: dir, few: make([]entry, 0, fewNames)} }

// Reset empties the set.
func (s *Set) Reset() {
	s.few = s.few[:0]
	if s.n > 0 {
		if len(s.table) > 4096 {
			s.table = nil
		} else {
			clear(s.table)
		}
		s.n = 0
	}
	if s.sorter != nil {
		s.sorter.Close()
		s.sorter = nil
	}
}

// Add puts a name in and tells if it was there, and where. A name that was
// spilled is found by Finish only.
func (s *Set) Add(h Hash, off int64) (first int64, dup bool, err error) {
	if s.n == 0 && s.sorter == nil {
		for i := range s.few {
			if s.few[i].Lo == h.Lo && s.few[i].Hi == h.Hi {
				return s.few[i].off - 1, true, nil
			}
		}
		if len(s.few) < fewNames {
			s.few = append(s.few, entry{h, off + 1})
			return 0, false, nil
		}
		if s.table == nil {
			s.table = make([]entry, 512)
		}
		for _, e := range s.few {
			s.insert(e)
		}
	}
	if 4*(s.n+1) > 3*len(s.table) {
		if err := s.grow(); err != nil {
			return 0, false, err
		}
	}
	if old := s.insert(entry{h, off + 1}); old != 0 {
		return old - 1, true, nil
	}
	return 0, false, nil
}

// insert returns the offset plus one of the name if it is there already.
func (s *Set) insert(e entry) int64 {
	mask := uint64(len(s.table) - 1)
	for i := e.Lo & mask; ; i = (i + 1) & mask {
		switch t := &s.table[i]; {
		case t.off == 0:
			*t = e
			s.n++
			return 0
		case t.Hash == e.Hash:
			return t.off
		}
	}
}

// grow doubles the table, or empties it into the temporary file.
func (s *Set) grow() error {
	old := s.table
	if len(old) < maxSlots {
		s.table = make([]entry, 2*max(len(old), 256))
		s.n = 0
		for _, e := range old {
			if e.off != 0 {
				s.insert(e)
			}
		}
		return nil
	}
	if err := s.flush(); err != nil {
		return err
	}
	clear(s.table)
	s.n = 0
	return nil
}

func (s *Set) flush() error {
	if s.sorter == nil {
		s.sorter = spill.NewSorter(s.dir, 16<<20)
	}
	var rec [24]byte
	for _, e := range s.table {
		if e.off == 0 {
			continue
		}
		binary.BigEndian.PutUint64(rec[:], e.Hi)
		binary.BigEndian.PutUint64(rec[8:], e.Lo)
		binary.BigEndian.PutUint64(rec[16:], uint64(e.off))
		if err := s.sorter.Add(rec[:]); err != nil {
			return err
		}
	}
	return nil
}

// Finish looks for names that occur twice among those that were spilled, and
// calls found for each with the offsets of its first and second place. The set
// is empty after it.
func (s *Set) Finish(found func(first, second int64) error) error {
	if s.sorter == nil {
		s.Reset()
		return nil
	}
	defer s.Reset()
	if err := s.flush(); err != nil {
		return err
	}
	s.table, s.n = nil, 0
	it, err := s.sorter.Sort()
	if err != nil {
		return err
	}
	var last [24]byte
	for it.Next() {
		rec := it.Record()
		if string(rec[:16]) == string(last[:16]) && last != [24]byte{} {
			first := int64(binary.BigEndian.Uint64(last[16:])) - 1
			second := int64(binary.BigEndian.Uint64(rec[16:])) - 1
			if err := found(first, second); err != nil {
				return err
			}
		}
		copy(last[:], rec)
	}
	return it.Err()
}
