package leak

import (
	"encoding/binary"
	"math/bits"
)

// part is the number of bytes that are looked up in the filter.
const part = 5

// set is what is searched for in one pass.
type set struct {
	stride  int
	needles []needle
	texts   []byte
	filter  []uint64 // bits, by hash of a part
	shift   uint
	heads   map[uint64]int32 // hash of a part: the first of chain with it
	chain   []link
	longest int
}

type needle struct {
	start, end  int32 // of texts
	original    int32
	exact, word bool
}

type link struct {
	needle int32
	offset int8
	next   int32
}

func newSet(stride int) *set {
	return &set{stride: stride, heads: map[uint64]int32{}}
}

// size estimates the memory of the set with its filter.
func (s *set) size() int64 {
	return int64(cap(s.texts)) + 24*int64(len(s.needles)) + int64(len(s.chain))*(12+40) + int64(len(s.chain))*4
}

func (s *set) add(f form, original int32) {
	n := int32(len(s.needles))
	start := int32(len(s.texts))
	s.texts = append(s.texts, f.text...)
	s.needles = append(s.needles, needle{start, int32(len(s.texts)), original, f.exact, f.word})
	s.longest = max(s.longest, len(f.text))
	for offset := range s.stride {
		if offset+part > len(f.text) {
			break
		}
		var buf [8]byte
		copy(buf[:], f.text[offset:])
		h := hashPart(binary.LittleEndian.Uint64(buf[:]))
		next, ok := s.heads[h]
		if !ok {
			next = -1
		}
		s.heads[h] = int32(len(s.chain))
		s.chain = append(s.chain, link{n, int8(offset), next})
	}
}

const (
	partMask = 1<<(8*part) - 1
	foldMask = 0x2020202020202020 & partMask
)

// hashPart hashes the five bytes at the low end, in any case.
func hashPart(v uint64) uint64 { return (v&partMask | foldMask) * 0x9e3779b97f4a7c15 }

// seal makes the filter.
func (s *set) seal() {
	size := bits.Len(uint(len(s.heads))) + 5
	size = min(max(size, 16), 27)
	s.shift = uint(64 - size)
	s.filter = make([]uint64, 1<<size/64)
	for h := range s.heads {
		b := h >> s.shift
		s.filter[b/64] |= 1 << (b % 64)
	}
}

// scan looks at text[from:], the places that are multiples of the stride when
// base is added, and calls found for each occurrence that begins before limit.
// Text behind limit has been read ahead.
func (s *set) scan(text []byte, base int64, limit int, found func(original int32, start, end int)) {
	i := int((int64(s.stride) - base%int64(s.stride)) % int64(s.stride))
	for ; i < len(text); i += s.stride {
		var v uint64
		switch {
		case i+8 <= len(text):
			v = binary.LittleEndian.Uint64(text[i:])
		case i+part <= len(text):
			var buf [8]byte
			copy(buf[:], text[i:])
			v = binary.LittleEndian.Uint64(buf[:])
		default:
			return
		}
		h := hashPart(v)
		b := h >> s.shift
		if s.filter[b/64]&(1<<(b%64)) == 0 {
			continue
		}
		at, ok := s.heads[h]
		if !ok {
			continue
		}
		for ; at >= 0; at = s.chain[at].next {
			l := s.chain[at]
			n := &s.needles[l.needle]
			start := i - int(l.offset)
			if start < 0 || start >= limit {
				continue
			}
			end := start + int(n.end-n.start)
			if end > len(text) || !s.is(n, text[start:end]) || n.word && !(border(text, start, -1) && border(text, end, 1)) {
				continue
			}
			found(n.original, start, end)
		}
	}
}

func (s *set) is(n *needle, text []byte) bool {
	want := s.texts[n.start:n.end]
	if n.exact {
		return string(want) == string(text)
	}
	for i, c := range want {
		if fold(c) != fold(text[i]) {
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

// border tells if a word ends at i, where dir says on which side other text is.
func border(text []byte, i, dir int) bool {
	if dir < 0 {
		if i == 0 || !isWord(text[i-1]) {
			return true
		}
		return i > 1 && text[i-2] == '\\' // the letter belongs to an escape
	}
	return i == len(text) || !isWord(text[i])
}

func isWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
}
