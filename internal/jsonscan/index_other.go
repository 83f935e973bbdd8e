//go:build !amd64 || purego

package jsonscan

const useAVX2, useAVX512 = false, false

func indexPositionsAVX512(*uint32, *byte, int, uint32, *carry) int {
	panic("unreachable: no AVX-512 on this platform")
}

func indexBlocksAVX2(*uint64, *byte, int, *carry) { panic("unreachable: no AVX2 on this platform") }

func findBracesAVX2(*Block, *byte, int, *carry) { panic("unreachable: no AVX2 on this platform") }
