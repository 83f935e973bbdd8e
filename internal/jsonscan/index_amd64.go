//go:build amd64 && !purego

package jsonscan

import "github.com/klauspost/cpuid/v2"

var useAVX2 = cpuid.CPU.Supports(cpuid.AVX2, cpuid.CLMUL, cpuid.BMI1)

// indexBlocksAVX2 is indexBlocks for n blocks at p.
//
//go:noescape
func indexBlocksAVX2(dst *uint64, p *byte, n int, c *carry)

// findBracesAVX2 is Braces.Find for n blocks at p.
//
//go:noescape
func findBracesAVX2(dst *Block, p *byte, n int, c *carry)
