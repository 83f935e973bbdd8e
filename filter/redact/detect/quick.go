package detect

import (
	"math/bits"
	"strings"

	"github.com/dumptool/dumptool/internal/bytemask"
)

// Shorter texts are looked at byte by byte sooner, and longer ones are few.
const (
	leastQuick = 16
	mostQuick  = 16 * bytemask.Size
)

// The classes of bytes that mayHoldQuick looks for. The letters are those that
// word can be satisfied with.
const (
	quickRun = iota
	quickSign
	quickWK
	quickC
	quickS
	quickR
	quickE
)

var quick = bytemask.New(
	func(c byte) bool { return roles[c] == inRun || roles[c] == looked },
	func(c byte) bool { return roles[c] == telling && c != '+' && c != '/' },
	letter("wk"), letter("c"), letter("s"), letter("r"), letter("e"),
)

// letter returns what tells if a byte is one of the letters, in any case.
func letter(of string) func(byte) bool {
	return func(c byte) bool { return strings.IndexByte(of, c|0x20) >= 0 }
}

// mayHoldQuick is mayHold by masks of 64 bytes at a time.
func mayHoldQuick(text []byte) bool {
	var runs [mostQuick/bytemask.Size + 1]uint64
	var block [1]bytemask.Block
	b := &block[0]
	before := uint64(0) // is the last byte before the block an s
	for at := 0; at < len(text); at += bytemask.Size {
		quick.Find(block[:], text[at:min(at+bytemask.Size, len(text))])
		runs[at/bytemask.Size] = b[quickRun]
		r, e := b[quickR]>>1, b[quickE]>>1
		if next := at + bytemask.Size; next < len(text) {
			r |= one(quick.Is(text[next], quickR)) << 63
			e |= one(quick.Is(text[next], quickE)) << 63
		}
		words := b[quickWK]&(b[quickS]<<1|before|e) | b[quickC]&r
		before = b[quickS] >> 63
		for ; words != 0; words &= words - 1 {
			i := at + bits.TrailingZeros64(words)
			if word(text, i, text[i]|0x20) {
				return true
			}
		}
		for signs := b[quickSign]; signs != 0; signs &= signs - 1 {
			i := at + bits.TrailingZeros64(signs)
			if tellingSign(text, i, text[i]) {
				return true
			}
		}
	}
	masks := runs[:bytemask.Blocks(len(text))+1]
	for start := bytemask.LongRun(masks, 0, len(text)); start < len(text); {
		end := bytemask.End(masks, start)
		if end-start >= leastRun && tellingRun(text[start:end]) {
			return true
		}
		start = bytemask.LongRun(masks, end, len(text))
	}
	return false
}

func one(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}
