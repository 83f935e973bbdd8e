package jsonscan

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// bracesReference goes by the definition, byte by byte.
func bracesReference(text []byte) []Block {
	dst := make([]Block, len(text)/blockSize)
	in, esc := false, false
	for i, c := range text {
		bit := uint64(1) << (i % blockSize)
		b := &dst[i/blockSize]
		back := c == '\\' && !esc
		switch {
		case c == '"' && !esc:
			b.Quotes |= bit
			in = !in
		case in && (c < 0x20 || c >= 0x7f || esc && c != '"' && c != '\\'):
			b.Odd |= bit
		case !in && (c == '{' || c == '}'):
			b.Braces |= bit
		case !in && c == '\\':
			b.Odd |= bit
		}
		esc = back
	}
	return dst
}

func TestBracesAgreeWithDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	for _, alpha := range [][]byte{[]byte(`\"`), []byte(`\"{}a`), []byte("\"\\un\x7f\x80\xff\x1f\x00\n {},"), nil} {
		for range 2000 {
			text := make([]byte, blockSize*(1+rng.IntN(6)))
			for i := range text {
				if alpha == nil {
					text[i] = byte(rng.Uint32())
				} else {
					text[i] = alpha[rng.IntN(len(alpha))]
				}
			}
			want := bracesReference(text)
			cut := rng.IntN(len(want) + 1)
			var x Braces
			got := make([]Block, len(want))
			x.Find(got[:cut], text)
			x.Find(got[cut:], text[cut*blockSize:])
			if !slices.Equal(got, want) {
				t.Fatalf("chosen on %q:\n got %x\nwant %x", text, got, want)
			}
			var c carry
			findBracesGo(got[:cut], text, &c)
			findBracesGo(got[cut:], text[cut*blockSize:], &c)
			if !slices.Equal(got, want) {
				t.Fatalf("portable on %q:\n got %x\nwant %x", text, got, want)
			}
		}
	}
}

func BenchmarkBraces(b *testing.B) {
	text := bytes.Repeat([]byte(`"prop:display_name": ["\"vm-0001\"", 1600000000078912], `), 4096)
	text = text[:len(text)/blockSize*blockSize]
	dst := make([]Block, len(text)/blockSize)
	b.SetBytes(int64(len(text)))
	var x Braces
	for b.Loop() {
		x.Find(dst, text)
	}
}
