package generate

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"math"
	"slices"
)

// sorter puts items in order without holding all of them: it goes over them
// as often as its bounds make necessary. Its memory is reused, so that only
// one loop over tokens and one over names can be under way.
type sorter struct {
	tokens int // items held at a time, of 16 bytes
	names  int // bytes of names held at a time, with namedSize for each

	placed []placedItem
	named  []namedItem
	text   []byte
}

type placedItem struct {
	token int64
	item  int
}

type namedItem struct {
	key       uint64 // the bytes after those that all names held share
	item      int
	from, end uint32
}

const namedSize = 24

// newSorter makes one that stays well below 64 MiB.
func newSorter() *sorter { return &sorter{tokens: 1 << 20, names: 24 << 20} }

// A keyFunc appends the key of an item; false means that there is no item.
type keyFunc func(dst []byte, i int) ([]byte, bool)

// byToken yields those of 0..n-1 that have a key in the order of the tokens
// of their keys.
func (s *sorter) byToken(n int, key keyFunc) iter.Seq[int] {
	return func(yield func(int) bool) {
		passes := (n + s.tokens - 1) / s.tokens
		// Tokens are as good as random, so that equal parts of the ring hold
		// about as many.
		width := uint64(math.MaxUint64)
		if passes > 1 {
			width = width/uint64(passes) + 1
		}
		part := slices.Grow(s.placed[:0], min(n, s.tokens+s.tokens/64))
		var buf []byte
		for pass := range uint64(passes) {
			part = part[:0]
			for i := range n {
				text, ok := key(buf[:0], i)
				buf = text
				if !ok {
					continue
				}
				t := token(text)
				if (uint64(t)^1<<63)/width == pass || passes == 1 {
					part = append(part, placedItem{t, i})
				}
			}
			s.placed = part
			slices.SortFunc(part, func(a, b placedItem) int {
				if a.token != b.token {
					return cmp.Compare(a.token, b.token)
				}
				return cmp.Compare(a.item, b.item)
			})
			for _, h := range part {
				if !yield(h.item) {
					return
				}
			}
		}
	}
}

// byName yields those of 0..n-1 that have a name, with the name, in the byte
// order of the names. A name is valid until the next one.
func (s *sorter) byName(n int, name keyFunc) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		splitters, names, size := s.splitters(n, name)
		part, text := slices.Grow(s.named[:0], names), slices.Grow(s.text[:0], size)
		for pass := range len(splitters) + 1 {
			part, text = part[:0], text[:0]
			for i := range n {
				from := len(text)
				longer, ok := name(text, i)
				text = longer
				if !ok ||
					pass > 0 && bytes.Compare(text[from:], splitters[pass-1]) < 0 ||
					pass < len(splitters) && bytes.Compare(text[from:], splitters[pass]) >= 0 {
					text = text[:from]
					continue
				}
				part = append(part, namedItem{0, i, uint32(from), uint32(len(text))})
			}
			s.named, s.text = part, text
			if len(part) == 0 {
				continue
			}
			shared := text[part[0].from:part[0].end]
			for _, h := range part {
				shared = shared[:commonPrefix(shared, text[h.from:h.end])]
			}
			for i, h := range part {
				var key [8]byte
				copy(key[:], text[int(h.from)+len(shared):h.end])
				part[i].key = binary.BigEndian.Uint64(key[:])
			}
			slices.SortFunc(part, func(a, b namedItem) int {
				if a.key != b.key {
					return cmp.Compare(a.key, b.key)
				}
				return bytes.Compare(text[a.from:a.end], text[b.from:b.end])
			})
			for _, h := range part {
				if !yield(h.item, text[h.from:h.end]) {
					return
				}
			}
		}
	}
}

func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// splitters part all names into portions of about what may be held, as a
// sample has it. It also tells how many names, and bytes of names, a portion
// is likely to have at most.
func (s *sorter) splitters(n int, name keyFunc) (splitters [][]byte, names, size int) {
	sampled := min(n, 1024)
	var sample [][]byte
	total := 0
	for i := range sampled {
		if text, ok := name(nil, scale(i, n, sampled)); ok {
			sample = append(sample, text)
			total += len(text)
		}
	}
	if len(sample) == 0 {
		return nil, 0, 0
	}
	slices.SortFunc(sample, bytes.Compare)
	portions := max(1, scaleUp(total+namedSize*len(sample), n, sampled*s.names))
	portions = min(portions, len(sample))
	for i := 1; i < portions; i++ {
		splitters = append(splitters, sample[scale(i, len(sample), portions)])
	}
	share := n/portions + n/portions/8 + 1
	return splitters, share, scaleUp(total, share, sampled)
}

// inOrder yields 0..n-1 in order, or in a keyed shuffled one.
func inOrder(n int, shuffled bool, key uint64) iter.Seq[int] {
	return func(yield func(int) bool) {
		if !shuffled {
			for i := range n {
				if !yield(i) {
					return
				}
			}
			return
		}
		p := newPermutation(n, key)
		for i := range n {
			if !yield(p.at(i)) {
				return
			}
		}
	}
}
