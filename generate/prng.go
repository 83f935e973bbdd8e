package generate

import "math/bits"

// mix is the finaliser of splitmix64: a bijection of 64 bits that leaves no
// visible relation between neighbouring inputs.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Streams keep the draws for different purposes apart: the same number asked
// of two streams gives unrelated answers.
const (
	streamObject    uint64 = iota << 56 // uuids of the objects
	streamRecreated                     // uuids of objects created a second time
	streamAdded                         // uuids of objects added by a change
	streamSubnet                        // subnet uuids
	streamRule                          // uuids of rules inside values
	streamValue                         // choices inside values
	streamSecret                        // passwords and keys
	streamOrder                         // shuffled orders
	streamChange                        // choice of what is changed
)

// draw is the PRNG: the same stream and number always give the same 64 bits
// under one seed, whatever was drawn before.
func (g *generator) draw(stream, number uint64) uint64 {
	return mix(g.seed ^ mix(stream|number))
}

// uuid is a random (version 4) uuid as its two halves.
type uuid struct{ hi, lo uint64 }

func (g *generator) drawUUID(stream, number uint64) uuid {
	hi := g.draw(stream, number)
	lo := mix(hi ^ g.seed)
	return uuid{hi&^0xf000 | 0x4000, lo&^(3<<62) | 2<<62}
}

// permutation is a keyed bijection of [0, n): a four round Feistel network
// on the next even number of bits, walked until it lands inside.
type permutation struct {
	n    uint64
	key  uint64
	half uint
}

func newPermutation(n int, key uint64) permutation {
	width := uint(bits.Len64(uint64(max(n, 2) - 1)))
	return permutation{n: uint64(n), key: key, half: (width + 1) / 2}
}

func (p permutation) at(i int) int {
	mask := uint64(1)<<p.half - 1
	x := uint64(i)
	for {
		left, right := x>>p.half, x&mask
		for round := range uint64(4) {
			left, right = right, left^mix(p.key^right<<8^round)&mask
		}
		x = left<<p.half | right
		if x < p.n {
			return int(x)
		}
	}
}
