package seekable

import (
	"encoding/binary"
	"math/bits"
)

// Sums are two sums of hashes, each modulo 2^128. A table keeps them for all records below each of its blocks, so that
// two tables can be compared without reading what is equal.
type Sums struct{ ALo, AHi, BLo, BHi uint64 }

// SumsSize is the number of bytes that Append appends.
const SumsSize = 32

// Add adds t to s.
func (s *Sums) Add(t Sums) {
	var carry uint64
	s.ALo, carry = bits.Add64(s.ALo, t.ALo, 0)
	s.AHi, _ = bits.Add64(s.AHi, t.AHi, carry)
	s.BLo, carry = bits.Add64(s.BLo, t.BLo, 0)
	s.BHi, _ = bits.Add64(s.BHi, t.BHi, carry)
}

// Append appends the sums, little-endian.
func (s Sums) Append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint64(b, s.ALo)
	b = le.AppendUint64(b, s.AHi)
	b = le.AppendUint64(b, s.BLo)
	return le.AppendUint64(b, s.BHi)
}

// ParseSums reads what Append wrote from the start of b, which has at least SumsSize bytes.
func ParseSums(b []byte) Sums {
	le := binary.LittleEndian
	return Sums{le.Uint64(b), le.Uint64(b[8:]), le.Uint64(b[16:]), le.Uint64(b[24:])}
}
