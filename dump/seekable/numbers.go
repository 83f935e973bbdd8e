package seekable

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// How a list of numbers stands in a block: the number of the form, and 4 for what is listed being differences.
const (
	formEqual  = 0 // all are the same: that
	formBits   = 1 // the smallest, and by how much each is greater, in as many bits as the greatest of these needs
	formPacked = 2 // among the numbers that are packed together
	formMask   = 3
	deltas     = 4 // the first, and what is listed are the differences between the others and the one before, in zigzag
)

// zigzag makes small numbers of those that are near 0.
func zigzag(v uint64) uint64 { return v<<1 ^ uint64(int64(v)>>63) }

func unzigzag(v uint64) uint64 { return v>>1 ^ -(v & 1) }

// numbers writes lists of numbers, each in the form that takes the least.
type numbers struct {
	packed  []byte // what is packed together
	scratch []uint64
	counts  [256]uint32
}

// cost is what a list takes in its best form, in 256ths of a bit.
func (x *numbers) cost(list []uint64) (form byte, cost int) {
	least, most := list[0], list[0]
	for _, v := range list {
		least, most = min(least, v), max(most, v)
	}
	width := bits.Len64(most - least)
	if width == 0 {
		return formEqual, 0
	}
	cost = width * len(list) * 256
	if width > 24 || len(list) < 8 {
		return formBits, cost
	}
	// What packing makes of the bytes of the list is about their entropy, and a table for it.
	clear(x.counts[:])
	n := 0
	for _, v := range list {
		for ; v >= 0x80; v >>= 7 {
			x.counts[byte(v)|0x80]++
			n++
		}
		x.counts[v]++
		n++
	}
	const entryBits = 4 // that a byte takes in that table
	packed := n * log2(n)
	for _, c := range x.counts {
		if c > 0 {
			packed += entryBits*256 - int(c)*log2(int(c))
		}
	}
	if packed < cost {
		return formPacked, packed
	}
	return formBits, cost
}

// log2 returns the logarithm of n in 256ths, rounded.
func log2(n int) int {
	above := max(0, bits.Len(uint(n))-10)
	return smallLog2[n>>above] + above<<8
}

var smallLog2 = func() (t [1024]int) {
	for i := 1; i < len(t); i++ {
		t[i] = int(math.Round(256 * math.Log2(float64(i))))
	}
	return t
}()

// firstCost is about what the first number takes, in 256ths of a bit.
const firstCost = 32 * 256

// append appends a list, which is not empty.
func (x *numbers) append(dst []byte, list []uint64) []byte {
	form, cost := x.cost(list)
	var first []byte
	if form != formEqual {
		x.scratch = x.scratch[:0]
		for i, v := range list[1:] {
			x.scratch = append(x.scratch, zigzag(v-list[i]))
		}
		if other, less := x.cost(x.scratch); less+firstCost < cost {
			form = other | deltas
			first = binary.AppendUvarint(nil, list[0])
			list = x.scratch
		}
	}
	dst = append(append(dst, form), first...)
	switch form & formMask {
	case formEqual:
		return binary.AppendUvarint(dst, list[0])
	case formPacked:
		for _, v := range list {
			x.packed = binary.AppendUvarint(x.packed, v)
		}
		return dst
	}
	least, most := list[0], list[0]
	for _, v := range list {
		least, most = min(least, v), max(most, v)
	}
	width := bits.Len64(most - least)
	dst = append(binary.AppendUvarint(dst, least), byte(width))
	return appendBits(dst, list, least, width)
}

// appendBits appends how much each number is above the least, in so many bits, the lowest first.
func appendBits(dst []byte, list []uint64, least uint64, width int) []byte {
	var acc uint64
	n := 0
	for _, v := range list {
		v -= least
		for left := width; left > 0; {
			k := min(left, 64-n)
			acc |= v << n
			v >>= k - 1
			v >>= 1
			n += k
			left -= k
			for n >= 8 {
				dst = append(dst, byte(acc))
				acc >>= 8
				n -= 8
			}
		}
	}
	if n > 0 {
		dst = append(dst, byte(acc))
	}
	return dst
}

// bitsSize is how many bytes n numbers of a width take.
func bitsSize(n, width int) int { return (n*width + 7) / 8 }

// list is a list of numbers that is being read.
type list struct {
	form   byte
	first  uint64 // with deltas, which are the values behind it until finish
	values []uint64
}

// cutList reads a list from b into values, but for numbers that are packed, and returns the rest.
func cutList(b []byte, values []uint64) (l list, rest []byte, err error) {
	if len(b) == 0 || b[0]&^(formMask|deltas) != 0 || b[0]&formMask > formPacked {
		return l, nil, errBlock
	}
	l.form, b = b[0], b[1:]
	l.values = values
	listed := l.values
	if l.form&deltas != 0 {
		if b, err = uvarints(b, &l.first); err != nil {
			return l, nil, err
		}
		listed = l.values[1:]
	}
	switch l.form & formMask {
	case formEqual:
		var v uint64
		if b, err = uvarints(b, &v); err != nil {
			return l, nil, err
		}
		for i := range listed {
			listed[i] = v
		}
	case formBits:
		var least uint64
		if b, err = uvarints(b, &least); err != nil {
			return l, nil, err
		}
		if len(b) == 0 || b[0] > 64 {
			return l, nil, errBlock
		}
		width := int(b[0])
		size := bitsSize(len(listed), width)
		if b = b[1:]; len(b) < size {
			return l, nil, errBlock
		}
		readBits(listed, b[:size], least, width)
		b = b[size:]
	}
	return l, b, nil
}

func readBits(dst []uint64, b []byte, least uint64, width int) {
	at := 0
	for i := range dst {
		v := uint64(0)
		for got := 0; got < width; {
			k := min(8-at&7, width-got)
			v |= uint64(b[at>>3]>>(at&7)&(1<<k-1)) << got
			got += k
			at += k
		}
		dst[i] = least + v
	}
}

// finish reads the numbers that are packed, from the front of packed, and returns the rest of that.
func (l *list) finish(packed []byte) (rest []byte, err error) {
	listed := l.values
	if l.form&deltas != 0 {
		listed[0] = l.first
		listed = listed[1:]
	}
	if l.form&formMask == formPacked {
		for i := range listed {
			if packed, err = uvarints(packed, &listed[i]); err != nil {
				return nil, err
			}
		}
	}
	if l.form&deltas != 0 {
		for i, v := range listed {
			listed[i] = l.values[i] + unzigzag(v)
		}
	}
	return packed, nil
}
