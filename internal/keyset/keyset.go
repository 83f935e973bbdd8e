// Package keyset finds names that occur twice, among any number of names in
// bounded memory. A name is known by its 128-bit hash: two different names of
// one hash do not occur in practice (with 10^9 names, one chance in 10^20).
//
// Memory of a set: 24 bytes a name and 8 to 16 to find it (with AddLater, no more
// than 1 MiB for all), up to 32 MiB; what is more goes to a temporary file.
package keyset

import (
	"encoding/binary"

	"github.com/dumptool/dumptool/internal/spill"
)

// Hash is the 128-bit hash of a name.
type Hash struct{ Hi, Lo uint64 }

const (
	// fewNames are looked through one after the other.
	fewNames = 32
	// maxNames bounds what is held in memory; see grow for the slots.
	maxNames  = 3 << 18
	chunkBits = 12
	chunkSize = 1 << chunkBits
)

type entry struct {
	Hash
	off int64
}

// Set is a set of names, each with the offset where it stands.
type Set struct {
	dir spill.Dir
	// The entries in the order in which they came, in chunks, so that they
	// never move.
	chunks []*[chunkSize]entry
	n      int
	// Slots are an open hash table: the upper half of a slot is a part of the
	// hash, the lower half the number of the entry plus one, 0 for none. They
	// are small, so that a look-up seldom misses the processor's cache.
	slots   []uint64
	indexed int    // entries that have a slot, or a mark
	late    bool   // there may be entries that were not looked for
	touched uint64 // has no meaning; reading ahead needs somewhere to go
	sorter  *spill.Sorter

	marks    []uint64 // see mark
	marked   bool     // all indexed entries have one
	suspects []uint32 // entries
}

// New returns an empty set that spills to dir.
func New(dir spill.Dir) *Set { return &Set{dir: dir} }

// Reset empties the set.
func (s *Set) Reset() {
	s.clear()
	if s.sorter != nil {
		s.sorter.Close()
		s.sorter = nil
	}
}

// clear empties what is in memory, and gives it back where it is much.
func (s *Set) clear() {
	if len(s.chunks) > 1 {
		s.chunks = s.chunks[:1:1]
	}
	if s.indexed > 0 {
		if len(s.slots) > 2*chunkSize {
			s.slots = nil
		} else {
			clear(s.slots)
		}
	}
	s.unmark()
	s.n, s.indexed, s.late = 0, 0, false
}

// Add puts a name in and tells if it was there, and where. A name that was
// spilled is found by Finish only.
func (s *Set) Add(h Hash, off int64) (first int64, dup bool, err error) {
	if s.n < fewNames {
		for i := range s.n {
			if e := &s.chunks[0][i]; e.Lo == h.Lo && e.Hi == h.Hi {
				return e.off, true, nil
			}
		}
		return 0, false, s.push(h, off)
	}
	for s.indexed < s.n {
		if first, dup := s.index(s.indexed); dup {
			return first, true, nil
		}
	}
	if err := s.push(h, off); err != nil {
		return 0, false, err
	}
	if first, dup := s.index(s.n - 1); dup {
		s.n--
		s.indexed--
		return first, true, nil
	}
	return 0, false, nil
}

// push appends an entry without looking for others of the same name.
func (s *Set) push(h Hash, off int64) error {
	if s.n == maxNames {
		if err := s.flush(); err != nil {
			return err
		}
		s.clear()
	}
	if s.n>>chunkBits == len(s.chunks) {
		s.chunks = append(s.chunks, new([chunkSize]entry))
	}
	*s.at(s.n) = entry{h, off}
	s.n++
	return nil
}

func (s *Set) at(i int) *entry { return &s.chunks[i>>chunkBits][i&(chunkSize-1)] }

// index gives the next entry, i, a slot, unless there is one of the same name.
func (s *Set) index(i int) (first int64, dup bool) {
	if 4*(i+1) > 3*len(s.slots) {
		s.grow()
	}
	s.indexed = i + 1
	e := s.at(i)
	mask := uint64(len(s.slots) - 1)
	part := e.Hi &^ (1<<32 - 1)
	for k := e.Lo & mask; ; k = (k + 1) & mask {
		t := s.slots[k]
		if t == 0 {
			s.slots[k] = part | uint64(i+1)
			return 0, false
		}
		if (t^part)>>32 == 0 {
			if old := s.at(int(uint32(t)) - 1); old.Hash == e.Hash {
				return old.off, true
			}
		}
	}
}

// grow doubles the slots. Those for maxNames take 8 MiB.
func (s *Set) grow() {
	s.slots = make([]uint64, max(128, 2*len(s.slots)))
	mask := uint64(len(s.slots) - 1)
	for i := range s.indexed {
		e := s.at(i)
		k := e.Lo & mask
		for s.slots[k] != 0 {
			k = (k + 1) & mask
		}
		s.slots[k] = e.Hi&^(1<<32-1) | uint64(i+1)
	}
}

func (s *Set) flush() error {
	if s.sorter == nil {
		s.sorter = spill.NewSorter(s.dir, 16<<20)
	}
	var rec [24]byte
	for i := range s.n {
		e := s.at(i)
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
	defer s.Reset()
	if s.sorter == nil {
		switch {
		case s.marked:
			return s.resolve(found)
		case s.late:
			return s.settle(found)
		}
		return nil
	}
	if err := s.flush(); err != nil {
		return err
	}
	s.clear()
	it, err := s.sorter.Sort()
	if err != nil {
		return err
	}
	var last [24]byte
	for any := false; it.Next(); any = true {
		rec := it.Record()
		if any && string(rec[:16]) == string(last[:16]) {
			first := int64(binary.BigEndian.Uint64(last[16:]))
			second := int64(binary.BigEndian.Uint64(rec[16:]))
			if err := found(first, second); err != nil {
				return err
			}
		}
		copy(last[:], rec)
	}
	return it.Err()
}
