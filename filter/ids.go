package filter

import (
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// ids gives numbers from zero on to names, which it knows by their hashes.
//
// Memory: 16 bytes a name, and 11 to 22 to find it.
type ids struct {
	chunks [][]dump.Hash
	n      uint32
	// By hash: in the lower half number + 1, 0 for none, in the upper half a part
	// of the hash, so that seldom a name is looked at in vain.
	table []uint64
}

const (
	chunkBits = 14
	partMask  = 1<<64 - 1<<32
)

func (s *ids) hash(id uint32) *dump.Hash {
	return &s.chunks[id>>chunkBits][id&(1<<chunkBits-1)]
}

// slot returns where a name stands in the table, or the free place for it.
func (s *ids) slot(h dump.Hash) uint64 {
	mask := uint64(len(s.table) - 1)
	i := h.Lo & mask
	for {
		t := s.table[i]
		if t == 0 || (t^h.Hi)&partMask == 0 && *s.hash(uint32(t) - 1) == h {
			return i
		}
		i = (i + 1) & mask
	}
}

// find returns the number of a name that has one.
func (s *ids) find(h dump.Hash) (uint32, bool) {
	if s.n == 0 {
		return 0, false
	}
	t := uint32(s.table[s.slot(h)])
	return t - 1, t != 0
}

// intern returns the number of a name.
func (s *ids) intern(h dump.Hash) uint32 {
	if (uint64(s.n)+1)*4 > uint64(len(s.table))*3 {
		s.grow()
	}
	i := s.slot(h)
	if t := uint32(s.table[i]); t != 0 {
		return t - 1
	}
	id := s.n
	if id&(1<<chunkBits-1) == 0 {
		s.chunks = append(s.chunks, make([]dump.Hash, 0, 1<<chunkBits))
	}
	last := len(s.chunks) - 1
	s.chunks[last] = append(s.chunks[last], h)
	s.n++
	s.table[i] = h.Hi&partMask | uint64(id+1)
	return id
}

// grow doubles the table.
func (s *ids) grow() {
	s.table = make([]uint64, max(1024, 2*len(s.table)))
	mask := uint64(len(s.table) - 1)
	for id := range s.n {
		h := s.hash(id)
		i := h.Lo & mask
		for s.table[i] != 0 {
			i = (i + 1) & mask
		}
		s.table[i] = h.Hi&partMask | uint64(id+1)
	}
}

// hashName hashes a decoded name as dump.HashText does a text.
func hashName(name []byte) dump.Hash {
	for _, c := range name {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted := contrail.AppendJSONString(nil, name, true)
			return dump.HashText(dump.Text{Raw: quoted[1 : len(quoted)-1]})
		}
	}
	return dump.HashText(dump.Text{Raw: name, Canonical: true})
}
