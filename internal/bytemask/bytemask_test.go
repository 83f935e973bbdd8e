package bytemask

import (
	"math/rand/v2"
	"testing"
)

func testTable(r *rand.Rand) *Table {
	var in []func(byte) bool
	for range Classes {
		var has [256]bool
		for c := range has {
			has[c] = r.IntN(2) == 0
		}
		in = append(in, func(c byte) bool { return has[c] })
	}
	return New(in...)
}

// TestFind compares what Find says of random texts with the classes of their
// bytes, whatever the processor has.
func TestFind(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		table := testTable(r)
		text := make([]byte, r.IntN(400))
		for i := range text {
			text[i] = byte(r.Uint32())
		}
		for _, find := range finders(table) {
			dst := make([]Block, Blocks(len(text))+1)
			find(dst, text)
			for i := range (len(dst) - 1) * Size {
				for class := range Classes {
					want := i < len(text) && table.Is(text[i], class)
					if got := dst[i/Size][class]>>(i%Size)&1 != 0; got != want {
						t.Fatalf("class %d of byte %d of %q: %v", class, i, text, got)
					}
				}
			}
		}
	}
}

func BenchmarkFind(b *testing.B) {
	table := testTable(rand.New(rand.NewPCG(1, 2)))
	text := make([]byte, 4096)
	dst := make([]Block, Blocks(len(text)))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		table.Find(dst, text)
	}
}
