package leak

import (
	"math/bits"

	"github.com/dumptool/dumptool/internal/bytemask"
)

// The classes of bytes that tell where a text may be decoded.
const (
	classRun = iota // letters of base64, among them hexadecimal digits
	classBackslash
	classLetter // u and x, of escapes
	classPercent
	classHex
)

var classes = bytemask.New(
	func(c byte) bool { return isRun[c] },
	func(c byte) bool { return c == '\\' },
	func(c byte) bool { return c == 'u' || c == 'x' },
	func(c byte) bool { return c == '%' },
	isHex,
)

// masks has a bit for each byte of a text.
type masks struct {
	run     []uint64 // letters of base64; a word more than there are blocks
	special []uint64 // a percent sign, or a backslash before u or x
	hex     []uint64 // hexadecimal digits; a word more
}

// masksOf returns the masks of a text, of which giveMasks is to be told when
// they are not needed any more.
func (w *worker) masksOf(text []byte) *masks {
	var m *masks
	if k := len(w.freeMasks); k > 0 {
		m = w.freeMasks[k-1]
		w.freeMasks = w.freeMasks[:k-1]
	} else {
		m = new(masks)
	}
	n := bytemask.Blocks(len(text))
	if cap(m.run) < n+1 {
		m.run, m.special, m.hex = make([]uint64, n+1), make([]uint64, n+1), make([]uint64, n+1)
	}
	m.run, m.special, m.hex = m.run[:n+1], m.special[:n+1], m.hex[:n+1]
	m.run[n], m.special[n], m.hex[n] = 0, 0, 0
	for k := 0; k < n; k += len(w.blocks) {
		end := min(k+len(w.blocks), n)
		classes.Find(w.blocks[:], text[k*bytemask.Size:min(end*bytemask.Size, len(text))])
		for i := range end - k {
			b := &w.blocks[i]
			m.run[k+i], m.hex[k+i] = b[classRun], b[classHex]
			m.special[k+i] = b[classPercent] | b[classBackslash]&(b[classLetter]>>1)
			if b[classLetter]&1 != 0 && k+i > 0 && text[(k+i)*bytemask.Size-1] == '\\' {
				m.special[k+i-1] |= 1 << 63
			}
		}
	}
	return m
}

func (w *worker) giveMasks(m *masks) { w.freeMasks = append(w.freeMasks, m) }

// nextPairs returns the next place where two digits stand, and behind them,
// after one other sign each, seven times two more; limit if there is none before
// it.
func (m *masks) nextPairs(from, limit int) int {
	for k := from / 64; k*64 < limit; k++ {
		a, b := m.hex[k], m.hex[k+1]
		x, y := a&(a>>1|b<<63)&^(a>>2|b<<62), b&(b>>1)&^(b>>2)
		x, y = x&(x>>3|y<<61), y&(y>>3)
		x, y = x&(x>>6|y<<58), y&(y>>6)
		if k == from/64 {
			x &= ^uint64(0) << (from % 64)
		}
		if x &= x>>12 | y<<52; x != 0 {
			return min(k*64+bits.TrailingZeros64(x), limit)
		}
	}
	return limit
}

// nextSpecial returns the next place that is special, from a place on; limit if
// there is none before it.
func (m *masks) nextSpecial(from, limit int) int {
	if from >= limit {
		return limit
	}
	k := from / 64
	for s := m.special[k] & (^uint64(0) << (from % 64)); ; s = m.special[k] {
		if s != 0 {
			return min(k*64+bits.TrailingZeros64(s), limit)
		}
		if k++; k*64 >= limit {
			return limit
		}
	}
}
