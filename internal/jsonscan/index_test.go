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

// The positions are those of the bits, however full blocks are and whatever was
// there before.
func TestPositionsAgreeWithDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	alphabets := []string{`\"`, `\"a`, `{}[]:,`, `{}[]:,"\ a`, "\"\\un\x7f\x80\xff\x1f\x00\n {,", "a", `aaaaaaaaaaaa"`, `aaaaaa:a"`}
	for round := range 4000 {
		alpha := alphabets[round%len(alphabets)]
		b := make([]byte, 64*(1+rng.IntN(5)))
		if round%50 == 0 {
			b = make([]byte, 64*(100+rng.IntN(100)))
		}
		for i := range b {
			b[i] = alpha[rng.IntN(len(alpha))]
		}
		base := uint32(rng.IntN(1 << 20))
		want := []uint32{7}
		for i, w := range reference(b) {
			for k := range uint32(64) {
				if w>>k&1 != 0 {
					want = append(want, base+uint32(i)*64+k)
				}
			}
		}
		words := make([]uint64, len(b)/64)
		for _, wide := range []bool{false, useAVX512} {
			got := []uint32{7}
			var c carry
			cut := 64 * rng.IntN(len(words)+1)
			for _, part := range [][2]int{{0, cut}, {cut, len(b)}} {
				text, at := b[part[0]:part[1]], base+uint32(part[0])
				if wide {
					got = appendIndex(got, words, text, at, &c)
				} else {
					indexBlocks(words[:len(text)/64], text, &c)
					got = appendPositions(got, words[:len(text)/64], at)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("wide %v on %q: %v instead of %v", wide, b, got, want)
			}
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
	b.Run("positions", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		var idx []uint32
		for b.Loop() {
			idx = appendIndex(idx[:0], dst, text, 0, &c)
		}
	})
	b.Run("positions of words", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		var idx []uint32
		for b.Loop() {
			indexBlocks(dst, text, &c)
			idx = appendPositions(idx[:0], dst, 0)
		}
	})
	b.Run("portable", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			indexBlocksGo(dst, text, &c)
		}
	})
}
