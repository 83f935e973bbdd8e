package jsonscan

import (
	"math/bits"
	"slices"
)

// blocksAtOnce is how many blocks are indexed between two looks at the room for
// their positions.
const blocksAtOnce = 64

// appendIndex appends the positions of b, whose first byte is at position base:
// those of the bits that indexBlocks sets. It uses words, which has one for each
// block of b.
func appendIndex(dst []uint32, words []uint64, b []byte, base uint32, c *carry) []uint32 {
	if !useAVX512 {
		words = words[:len(b)/blockSize]
		indexBlocks(words, b, c)
		return appendPositions(dst, words, base)
	}
	for len(b) > 0 {
		n := min(len(b)/blockSize, blocksAtOnce)
		k, room := len(dst), (n+1)*blockSize
		if cap(dst)-k < room {
			dst = slices.Grow(dst, max(2*blocksAtOnce*blockSize, len(dst)))
		}
		k += indexPositionsAVX512(&dst[k : k+room][0], &b[0], n, base, c)
		dst = dst[:k]
		b = b[n*blockSize:]
		base += uint32(n * blockSize)
	}
	return dst
}

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
