//go:build amd64 && !purego

package jsonscan

import "github.com/klauspost/cpuid/v2"

var useAVX2 = cpuid.CPU.Supports(cpuid.AVX2, cpuid.CLMUL, cpuid.BMI1)

var useAVX512 = useAVX2 && cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512VL, cpuid.AVX512VBMI2, cpuid.POPCNT)

// indexPositionsAVX512 writes the positions of n blocks at p, the first byte of
// which is at position base, and returns how many they are. dst has room for 64
// for each block, and 64 more.
//
//go:noescape
func indexPositionsAVX512(dst *uint32, p *byte, n int, base uint32, c *carry) int

// indexBlocksAVX2 is indexBlocks for n blocks at p.
//
//go:noescape
func indexBlocksAVX2(dst *uint64, p *byte, n int, c *carry)

// findBracesAVX2 is Braces.Find for n blocks at p.
//
//go:noescape
func findBracesAVX2(dst *Block, p *byte, n int, c *carry)
