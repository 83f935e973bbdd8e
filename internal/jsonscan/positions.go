package jsonscan

import (
	"math/bits"
	"slices"
)

// appendPositions appends the positions of the bits of words; the first bit
// stands for position base.
func appendPositions(dst []uint32, words []uint64, base uint32) []uint32 {
	for _, w := range words {
		n := bits.OnesCount64(w)
		k := len(dst)
		if cap(dst)-k < blockSize {
			dst = slices.Grow(dst, max(4096, 2*len(dst)))
		}
		// Eight at a time: what is written beyond n is overwritten next.
		out := dst[k : k+blockSize]
		for j := 0; j < n; j += 8 {
			o := out[j : j+8 : j+8]
			o[0] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[1] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[2] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[3] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[4] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[5] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[6] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
			o[7] = base + uint32(bits.TrailingZeros64(w))
			w &= w - 1
		}
		dst = dst[:k+n]
		base += blockSize
	}
	return dst
}
