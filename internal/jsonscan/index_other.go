//go:build !amd64 || purego

package jsonscan

const useAVX2 = false

func indexBlocksAVX2(*uint64, *byte, int, *carry) { panic("unreachable: no AVX2 on this platform") }

func findBracesAVX2(*Block, *byte, int, *carry) { panic("unreachable: no AVX2 on this platform") }
