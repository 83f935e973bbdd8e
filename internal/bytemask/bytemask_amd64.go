//go:build amd64 && !purego

package bytemask

import "github.com/klauspost/cpuid/v2"

var (
	useAVX2   = cpuid.CPU.Supports(cpuid.AVX2)
	useAVX512 = cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512VL, cpuid.AVX512VBMI)
)

// Fast tells if Find is much faster than a look at each byte.
func Fast() bool { return useAVX2 }

func (t *Table) find(dst []Block, text []byte) {
	switch {
	case useAVX512:
		findAVX512(&dst[0], &text[0], len(dst), t)
	case useAVX2:
		findAVX2(&dst[0], &text[0], len(dst), t)
	default:
		t.findGo(dst, text)
	}
}

// findAVX512 is findGo for n blocks at p.
//
//go:noescape
func findAVX512(dst *Block, p *byte, n int, t *Table)

// findAVX2 is findGo for n blocks at p.
//
//go:noescape
func findAVX2(dst *Block, p *byte, n int, t *Table)
