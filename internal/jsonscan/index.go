package jsonscan

import "math/bits"

// blockSize is the number of bytes that one word of the index stands for.
const blockSize = 64

// carry is what one block hands to the next.
type carry struct {
	inString uint64 // all ones if the next block begins inside of a string
	escaped  uint64 // 1 if the first byte of the next block is escaped
}

// indexBlocks writes one word for each 64 bytes of b: a bit is set where there
// is
//   - a quote that begins or ends a string,
//   - one of { } [ ] : , outside of a string,
//   - inside of a string: a control character, DEL, a byte above 0x7f, or the
//     character after a backslash unless that is a quote or a backslash,
//   - a backslash outside of a string.
//
// Outside of strings also 0x0c and 0x1a are set; they are no white space, so
// the scanner meets and refuses them. len(b) is a multiple of 64 and dst has a
// word for each block. All implementations give the same bits.
func indexBlocks(dst []uint64, b []byte, c *carry) {
	if len(b) == 0 {
		return
	}
	if useAVX2 {
		indexBlocksAVX2(&dst[0], &b[0], len(b)/blockSize, c)
		return
	}
	indexBlocksGo(dst, b, c)
}

// byte classes of the portable implementation
const (
	classQuote = 1 << iota
	classBackslash
	classOp
	classOdd
)

var classes = classTable()

func classTable() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		if c < 0x20 || c >= 0x7f {
			t[i] |= classOdd
		}
		switch c | 0x20 {
		case '{', '}', ':', ',':
			t[i] |= classOp
		}
		switch c {
		case '"':
			t[i] |= classQuote
		case '\\':
			t[i] |= classBackslash
		}
	}
	return t
}

// indexBlocksGo is the portable implementation.
func indexBlocksGo(dst []uint64, b []byte, c *carry) {
	for k := range dst[:len(b)/blockSize] {
		block := b[k*blockSize : k*blockSize+blockSize]
		var quote, back, op, odd uint64
		for i, ch := range block {
			cl := uint64(classes[ch])
			quote |= (cl & classQuote) << i
			back |= (cl & classBackslash) >> 1 << i
			op |= (cl & classOp) >> 2 << i
			odd |= (cl & classOdd) >> 3 << i
		}
		dst[k] = combine(quote, back, op, odd, c)
	}
}

// combine makes the word of a block from the masks of its byte classes.
func combine(quote, back, op, odd uint64, c *carry) uint64 {
	esc := escapedBytes(back, c)
	open := quote &^ esc
	in := prefixXOR(open) ^ c.inString
	c.inString = uint64(int64(in) >> 63)
	odd |= esc &^ (quote | back)
	return open | op&^in | odd&in | back&^in
}

// escapedBytes tells which bytes have an odd run of backslashes before them.
func escapedBytes(back uint64, c *carry) uint64 {
	if back == 0 {
		esc := c.escaped
		c.escaped = 0
		return esc
	}
	const even = 0x5555555555555555
	back &^= c.escaped
	after := back<<1 | c.escaped
	// A run that begins at an odd position and is added to the backslashes
	// carries past its end: the parity of where it ends tells the parity of
	// its length.
	oddStart := back &^ even &^ after
	ends, over := bits.Add64(oddStart, back, 0)
	c.escaped = over
	return (even ^ ends<<1) & after
}

// prefixXOR sets each bit to the parity of the bits up to and with it.
func prefixXOR(x uint64) uint64 {
	x ^= x << 1
	x ^= x << 2
	x ^= x << 4
	x ^= x << 8
	x ^= x << 16
	x ^= x << 32
	return x
}
