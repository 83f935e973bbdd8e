package jsonscan

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// reference sets the bits by walking over the bytes with the definition.
func reference(b []byte) []uint64 {
	dst := make([]uint64, len(b)/blockSize)
	in, esc := false, false
	for i, c := range b {
		set := false
		back := c == '\\' && !esc
		switch {
		case c == '"' && !esc:
			set = true
			in = !in
		case in:
			set = c < 0x20 || c >= 0x7f || esc && c != '"' && c != '\\'
		default:
			set = c == '\\'
			switch c | 0x20 {
			case '{', '}', ':', ',':
				set = true
			}
		}
		esc = back
		if set {
			dst[i/64] |= 1 << (i % 64)
		}
	}
	return dst
}

func TestIndexAgreesWithDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabets := [][]byte{
		[]byte(`\"`), []byte(`\"a`), []byte(`{}[]:,"\ a`), []byte("\"\\un\x7f\x80\xff\x1f\x00\n {,"), nil,
	}
	for _, alpha := range alphabets {
		for range 2000 {
			b := make([]byte, 64*(1+rng.IntN(6)))
			for i := range b {
				if alpha == nil {
					b[i] = byte(rng.Uint32())
				} else {
					b[i] = alpha[rng.IntN(len(alpha))]
				}
			}
			want := reference(b)
			check := func(name string, f func([]uint64, []byte, *carry)) {
				t.Helper()
				got := make([]uint64, len(want))
				var c carry
				cut := 64 * rng.IntN(len(want)+1)
				f(got[:cut/64], b[:cut], &c)
				f(got[cut/64:], b[cut:], &c)
				if !slices.Equal(got, want) {
					t.Fatalf("%s on %q:\n got %x\nwant %x", name, b, got, want)
				}
			}
			check("portable", indexBlocksGo)
			check("chosen", indexBlocks)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	text := bytes.Repeat([]byte(`"prop:display_name": ["\"vm-0001\"", 1600000000078912], `), 4096)
	text = text[:len(text)/64*64]
	dst := make([]uint64, len(text)/64)
	b.SetBytes(int64(len(text)))
	var c carry
	b.Run("chosen", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			indexBlocks(dst, text, &c)
		}
	})
	b.Run("portable", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			indexBlocksGo(dst, text, &c)
		}
	})
}
