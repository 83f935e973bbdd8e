package generate

import "math/bits"

// Everything that belongs to something else is dealt out by two rules, both
// of which can be read backwards, so that back-references need no memory.

// A split deals n items over a number of owners in order, as evenly as whole
// numbers allow.
type split struct{ n, owners int }

func (s split) owner(item int) int { return scale(item, s.owners, s.n) }

// items is the half-open range of items that an owner has.
func (s split) items(owner int) (lo, hi int) {
	return scaleUp(owner, s.n, s.owners), scaleUp(owner+1, s.n, s.owners)
}

func (s split) first(owner int) int {
	lo, _ := s.items(owner)
	return lo
}

func (s split) count(owner int) int {
	lo, hi := s.items(owner)
	return hi - lo
}

// A choice picks some of n items, evenly spaced.
type choice struct{ n, chosen int }

// item is the place of the e-th chosen one.
func (c choice) item(e int) int { return scale(e, c.n, c.chosen) }

// ordinal tells whether an item is chosen, and as which.
func (c choice) ordinal(item int) (e int, ok bool) {
	if c.chosen == 0 {
		return 0, false
	}
	e = scaleUp(item, c.chosen, c.n)
	return e, e < c.chosen && c.item(e) == item
}

// before counts the chosen ones that lie before an item.
func (c choice) before(item int) int { return min(c.chosen, scaleUp(item, c.chosen, c.n)) }

// scale is a*b/c rounded down, scaleUp rounded up; the product may have 128
// bits. c is never 0 where a range is not empty.
func scale(a, b, c int) int {
	if c == 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int(q)
}

func scaleUp(a, b, c int) int {
	if c == 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c-1), 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(c))
	return int(q)
}
