//go:build amd64 && !purego

#include "textflag.h"
#include "masks_amd64.h"

// EVERYWHERE fills a 64-byte vector with one byte.
#define EVERYWHERE(value, z) \
	MOVL         $value, AX; \
	VPBROADCASTB AX, z

DATA iota<>+0x00(SB)/8, $0x0706050403020100
DATA iota<>+0x08(SB)/8, $0x0f0e0d0c0b0a0908
DATA iota<>+0x10(SB)/8, $0x1716151413121110
DATA iota<>+0x18(SB)/8, $0x1f1e1d1c1b1a1918
DATA iota<>+0x20(SB)/8, $0x2726252423222120
DATA iota<>+0x28(SB)/8, $0x2f2e2d2c2b2a2928
DATA iota<>+0x30(SB)/8, $0x3736353433323130
DATA iota<>+0x38(SB)/8, $0x3f3e3d3c3b3a3938
GLOBL iota<>(SB), RODATA|NOPTR, $64

// func indexPositionsAVX512(dst *uint32, p *byte, n int, base uint32, c *carry) int
//
// The steps and their names are those of combine in index.go, the registers
// those of indexBlocksAVX2. The word of a block does not leave its register: the
// numbers of its bits, from a vector of the numbers 0 to 63, become positions.
TEXT ·indexPositionsAVX512(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ p+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL base+24(FP), AX
	MOVQ c+32(FP), DX
	VPBROADCASTD AX, Z20
	MOVL $64, AX
	VPBROADCASTD AX, Z21
	VMOVDQU64 iota<>(SB), Z22
	LOAD_CARRY

	EVERYWHERE(0x22, Z0)
	EVERYWHERE(0x5c, Z1)
	EVERYWHERE(0x20, Z2)
	EVERYWHERE(0x7b, Z3)
	EVERYWHERE(0x7d, Z4)
	EVERYWHERE(0x3a, Z5)
	EVERYWHERE(0x2c, Z6)
	EVERYWHERE(0x1f, Z7)
	EVERYWHERE(0x7f, Z8)
	VPCMPEQB X9, X9, X9

loop:
	VMOVDQU64 (SI), Z10

	// AX quote, BX back
	VPCMPEQB Z0, Z10, K1
	VPCMPEQB Z1, Z10, K2
	KMOVQ    K1, AX
	KMOVQ    K2, BX

	// R11 op: with bit 0x20 set, brackets and braces are the same
	VPORQ    Z2, Z10, Z12
	VPCMPEQB Z3, Z12, K1
	VPCMPEQB Z4, Z12, K2
	VPCMPEQB Z5, Z12, K3
	VPCMPEQB Z6, Z12, K4
	KORQ     K1, K2, K1
	KORQ     K3, K4, K3
	KORQ     K1, K3, K1
	KMOVQ    K1, R11

	// R12 odd: at most 0x1f, or at least 0x7f
	VPCMPUB $2, Z7, Z10, K1
	VPCMPUB $5, Z8, Z10, K2
	KORQ    K1, K2, K1
	KMOVQ   K1, R12

	// R13 esc
	MOVQ  R9, R13
	TESTQ BX, BX
	JNZ   escapes
	XORQ  R9, R9

join:
	// R10 open, R14 in, and the rest of R12
	IN_STRING

	// open | op&^in | odd&in | back&^in
	ORQ   BX, R11
	ANDNQ R11, R14, R11
	ANDQ  R14, R12
	ORQ   R11, R10
	ORQ   R12, R10

	POPCNTQ       R10, R14
	KMOVQ         R10, K1
	VPCOMPRESSB.Z Z22, K1, Z12
	VPMOVZXBD     X12, Z13
	VPADDD        Z20, Z13, Z13
	VMOVDQU32     Z13, (DI)
	CMPQ          R14, $16
	JHI           many

next:
	LEAQ   (DI)(R14*4), DI
	VPADDD Z21, Z20, Z20
	ADDQ   $64, SI
	DECQ   CX
	JNZ    loop

	STORE_CARRY
	SUBQ dst+0(FP), DI
	SHRQ $2, DI
	MOVQ DI, ret+40(FP)
	VZEROUPPER
	RET

many:
	VEXTRACTI32X4 $1, Z12, X14
	VPMOVZXBD     X14, Z13
	VPADDD        Z20, Z13, Z13
	VMOVDQU32     Z13, 64(DI)
	VEXTRACTI32X4 $2, Z12, X14
	VPMOVZXBD     X14, Z13
	VPADDD        Z20, Z13, Z13
	VMOVDQU32     Z13, 128(DI)
	VEXTRACTI32X4 $3, Z12, X14
	VPMOVZXBD     X14, Z13
	VPADDD        Z20, Z13, Z13
	VMOVDQU32     Z13, 192(DI)
	JMP           next

escapes:
	ESCAPES
	JMP join
