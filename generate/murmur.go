package generate

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// token is the place of a row key on Cassandra's ring: the first half of the
// 128 bit Murmur3 hash as Murmur3Partitioner takes it, that is with the tail
// bytes sign-extended, and with the smallest token moved to the largest.
func token(key []byte) int64 {
	const c1, c2 = 0x87c37b91114253d5, 0x4cf5ad432745937f
	var h1, h2 uint64
	scramble1 := func(k uint64) uint64 { return bits.RotateLeft64(k*c1, 31) * c2 }
	scramble2 := func(k uint64) uint64 { return bits.RotateLeft64(k*c2, 33) * c1 }
	rest := key
	for len(rest) >= 16 {
		h1 ^= scramble1(binary.LittleEndian.Uint64(rest))
		h1 = (bits.RotateLeft64(h1, 27)+h2)*5 + 0x52dce729
		h2 ^= scramble2(binary.LittleEndian.Uint64(rest[8:]))
		h2 = (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
		rest = rest[16:]
	}
	var k1, k2 uint64
	for i, b := range rest {
		signed := uint64(int64(int8(b)))
		if i < 8 {
			k1 ^= signed << (8 * i)
		} else {
			k2 ^= signed << (8 * (i - 8))
		}
	}
	h2 ^= scramble2(k2)
	h1 ^= scramble1(k1)
	h1 ^= uint64(len(key))
	h2 ^= uint64(len(key))
	h1 += h2
	h2 += h1
	avalanche := func(h uint64) uint64 {
		h = (h ^ h>>33) * 0xff51afd7ed558ccd
		h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
		return h ^ h>>33
	}
	t := int64(avalanche(h1) + avalanche(h2))
	if t == math.MinInt64 {
		return math.MaxInt64
	}
	return t
}
