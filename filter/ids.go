package filter

import (
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// ids gives numbers from zero on to names, which it knows by their hashes.
//
// Memory: 16 bytes a name, and 6 to 12 to find it.
type ids struct {
	chunks [][]dump.Hash
	n      uint32
	table  []uint32 // number + 1, by hash; 0 is free
}

const chunkBits = 14

func (s *ids) hash(id uint32) dump.Hash {
	return s.chunks[id>>chunkBits][id&(1<<chunkBits-1)]
}

// slot returns where a name stands in the table, or the free place for it.
func (s *ids) slot(h dump.Hash) uint32 {
	mask := uint32(len(s.table) - 1)
	i := uint32(h.Lo) & mask
	for s.table[i] != 0 && s.hash(s.table[i]-1) != h {
		i = (i + 1) & mask
	}
	return i
}

// find returns the number of a name that has one.
func (s *ids) find(h dump.Hash) (uint32, bool) {
	if s.n == 0 {
		return 0, false
	}
	id := s.table[s.slot(h)]
	return id - 1, id != 0
}

// intern returns the number of a name.
func (s *ids) intern(h dump.Hash) uint32 {
	if uint64(s.n+1)*4 > uint64(len(s.table))*3 {
		s.table = make([]uint32, max(1024, 2*len(s.table)))
		for id := range s.n {
			s.table[s.slot(s.hash(id))] = id + 1
		}
	}
	i := s.slot(h)
	if s.table[i] != 0 {
		return s.table[i] - 1
	}
	id := s.n
	if id&(1<<chunkBits-1) == 0 {
		s.chunks = append(s.chunks, make([]dump.Hash, 0, 1<<chunkBits))
	}
	last := len(s.chunks) - 1
	s.chunks[last] = append(s.chunks[last], h)
	s.n++
	s.table[i] = id + 1
	return id
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
