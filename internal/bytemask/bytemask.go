package bytemask

import "math/bits"

// Size is the number of bytes of a block.
const Size = 64

// Classes is how many classes of bytes there can be.
const Classes = 8

// Block has a word for each class; bit i of it tells if byte i of the block
// belongs to the class.
type Block [Classes]uint64

// Table has the classes of all bytes, as a bit each.
type Table struct {
	of   [128]uint8
	high uint8 // those of the bytes from 0x80 on, which are all alike
	// spread has the classes of a byte at the low end of a byte for each class.
	spread [256]uint64
}

// New returns the table of classes; the function tells if a byte belongs to one.
// It is not asked for other bytes above 0x80.
func New(in ...func(c byte) bool) *Table {
	t := new(Table)
	for class, is := range in {
		for c := range t.of {
			if is(byte(c)) {
				t.of[c] |= 1 << class
			}
		}
		if is(0x80) {
			t.high |= 1 << class
		}
	}
	for c := range t.spread {
		for class := range Classes {
			if t.Is(byte(c), class) {
				t.spread[c] |= 1 << (8 * class)
			}
		}
	}
	return t
}

// Is tells if a byte belongs to a class.
func (t *Table) Is(c byte, class int) bool {
	if c >= 0x80 {
		return t.high>>class&1 != 0
	}
	return t.of[c]>>class&1 != 0
}

// Blocks returns how many blocks a text of n bytes has.
func Blocks(n int) int { return (n + Size - 1) / Size }

// Find fills dst with the blocks of a text. Bits behind the end of the text are
// not set.
func (t *Table) Find(dst []Block, text []byte) {
	n := len(text) / Size
	if n > 0 {
		t.find(dst[:n], text[:n*Size])
	}
	if rest := text[n*Size:]; len(rest) > 0 {
		var last [Size]byte
		copy(last[:], rest)
		t.find(dst[n:n+1], last[:])
		for class := range dst[n] {
			dst[n][class] &= 1<<len(rest) - 1
		}
	}
}

// findGo is the portable implementation.
func (t *Table) findGo(dst []Block, text []byte) {
	for k := range dst {
		b := &dst[k]
		*b = Block{}
		for i := 0; i < Size; i += 8 {
			eight := text[k*Size+i : k*Size+i+8]
			// The classes of eight bytes, eight bits for each class.
			x := t.spread[eight[0]] | t.spread[eight[1]]<<1 | t.spread[eight[2]]<<2 | t.spread[eight[3]]<<3 |
				t.spread[eight[4]]<<4 | t.spread[eight[5]]<<5 | t.spread[eight[6]]<<6 | t.spread[eight[7]]<<7
			for class := range b {
				b[class] |= x >> (8 * class) & 0xff << i
			}
		}
	}
}

// LongRun returns where the first run of eight bits and more begins in the
// masks of a class, from a place on; what is set before that place doesn't count.
// It returns limit if there is none before it. The masks have one word more
// than there are blocks, which is 0.
func LongRun(masks []uint64, from, limit int) int {
	for k := from / 64; k*64 < limit; k++ {
		a, b := masks[k], masks[k+1]
		if k == from/64 {
			a &= ^uint64(0) << (from % 64)
		}
		if a == 0 {
			continue
		}
		// The beginnings of two, four and eight bits in a row.
		x := a & (a>>1 | b<<63)
		y := b & (b >> 1)
		x, y = x&(x>>2|y<<62), y&(y>>2)
		x &= x>>4 | y<<60
		if x != 0 {
			return min(k*64+bits.TrailingZeros64(x), limit)
		}
	}
	return limit
}

// End returns where the run ends in which a place is.
func End(masks []uint64, at int) int {
	k := at / 64
	if not := ^masks[k] & (^uint64(0) << (at % 64)); not != 0 {
		return k*64 + bits.TrailingZeros64(not)
	}
	for k++; k < len(masks); k++ {
		if not := ^masks[k]; not != 0 {
			return k*64 + bits.TrailingZeros64(not)
		}
	}
	return k * 64
}
