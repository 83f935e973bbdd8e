package leak

import (
	"encoding/binary"
	"math/bits"
)

// part is the number of bytes that are looked up in the filter.
const part = 5

// stride is the distance of the places that are looked up: a secret of the
// least length has a whole part at one of them.
const stride = leastSecret - part + 1

// set holds what is searched for anywhere in the text.
type set struct {
	needles []needle
	texts   []byte
	filter  []uint64 // bits, by hash of a part
	shift   uint
	heads   map[uint64]int32 // hash of a part: the first of chain with it
	chain   []link
	longest int
}

type needle struct {
	start, end int32 // of texts
	original   int32
}

type link struct {
	needle int32
	offset int8
	next   int32
}

func newSet() *set { return &set{heads: map[uint64]int32{}} }

// size estimates the memory of the set with its filter.
func (s *set) size() int64 {
	return int64(cap(s.texts)) + 24*int64(len(s.needles)) + int64(len(s.chain))*(12+40) + int64(len(s.chain))*32
}

func (s *set) add(text []byte, original int32) {
	n := int32(len(s.needles))
	start := int32(len(s.texts))
	s.texts = append(s.texts, text...)
	s.needles = append(s.needles, needle{start, int32(len(s.texts)), original})
	s.longest = max(s.longest, len(text))
	for offset := range stride {
		if offset+part > len(text) {
			break
		}
		var buf [8]byte
		copy(buf[:], text[offset:])
		h := hashPart(binary.LittleEndian.Uint64(buf[:]))
		next, ok := s.heads[h]
		if !ok {
			next = -1
		}
		s.heads[h] = int32(len(s.chain))
		s.chain = append(s.chain, link{n, int8(offset), next})
	}
}

const foldMask = 0x2020202020202020

// hashPart hashes the five bytes at the low end, in any case.
func hashPart(v uint64) uint64 { return (v | foldMask) << (64 - 8*part) * 0x9e3779b97f4a7c15 }

// seal makes the filter.
func (s *set) seal() { s.filter, s.shift = newFilter(len(s.heads), s.heads) }

// newFilter returns bits for hashes, and by how much a hash is shifted to give
// the number of its bit.
func newFilter[V any](n int, hashes map[uint64]V) ([]uint64, uint) {
	size := min(max(bits.Len(uint(n))+7, 12), 27)
	shift := uint(64 - size)
	filter := make([]uint64, 1<<size/64)
	for h := range hashes {
		b := h >> shift
		filter[b/64] |= 1 << (b % 64)
	}
	return filter, shift
}

// scan calls found for each occurrence that begins in text[from:limit]. What is
// behind limit is there for those that end behind it.
func (s *set) scan(text []byte, from, limit int, found func(original int32, start, end int)) {
	if len(s.needles) == 0 {
		return
	}
	last := min(len(text)-part, limit+stride)
	i := from
	// Four places at a time, few of which have one.
	const places = 4
	filter, shift := s.filter, s.shift&63
	for ; i <= last-(places-1)*stride && i+(places-1)*stride+8 <= len(text); i += places * stride {
		b := text[i : i+(places-1)*stride+8]
		h0 := hashPart(binary.LittleEndian.Uint64(b)) >> shift
		h1 := hashPart(binary.LittleEndian.Uint64(b[stride:])) >> shift
		h2 := hashPart(binary.LittleEndian.Uint64(b[2*stride:])) >> shift
		h3 := hashPart(binary.LittleEndian.Uint64(b[3*stride:])) >> shift
		some := filter[h0/64]>>(h0%64) | filter[h1/64]>>(h1%64) | filter[h2/64]>>(h2%64) | filter[h3/64]>>(h3%64)
		if some&1 == 0 {
			continue
		}
		for k := range places {
			s.at(text, i+k*stride, from, limit, found)
		}
	}
	for ; i <= last; i += stride {
		s.at(text, i, from, limit, found)
	}
}

// at looks for needles that have a part at text[i:].
func (s *set) at(text []byte, i, from, limit int, found func(original int32, start, end int)) {
	var v uint64
	if i+8 <= len(text) {
		v = binary.LittleEndian.Uint64(text[i:])
	} else {
		var buf [8]byte
		copy(buf[:], text[i:])
		v = binary.LittleEndian.Uint64(buf[:])
	}
	h := hashPart(v)
	b := h >> s.shift
	if s.filter[b/64]&(1<<(b%64)) == 0 {
		return
	}
	at, ok := s.heads[h]
	if !ok {
		return
	}
	for ; at >= 0; at = s.chain[at].next {
		l := s.chain[at]
		n := &s.needles[l.needle]
		start := i - int(l.offset)
		if start < from || start >= limit {
			continue
		}
		end := start + int(n.end-n.start)
		if end <= len(text) && equalFold(s.texts[n.start:n.end], text[start:end]) {
			found(n.original, start, end)
		}
	}
}

// equalFold compares texts of one length in any case of ASCII letters.
func equalFold(a, b []byte) bool {
	for i, c := range a {
		if fold(c) != fold(b[i]) {
			return false
		}
	}
	return true
}

func fold(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}
