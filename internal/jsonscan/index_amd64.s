//go:build amd64 && !purego

#include "textflag.h"
#include "masks_amd64.h"

// func indexBlocksAVX2(dst *uint64, p *byte, n int, c *carry)
//
// The steps and their names are those of combine in index.go.
// R8 inString, R9 escaped, R15 the even bits.
TEXT ·indexBlocksAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ p+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ c+24(FP), DX
	LOAD_CARRY

	BYTES(0x22, X0, Y0)
	BYTES(0x5c, X1, Y1)
	BYTES(0x20, X2, Y2)
	BYTES(0x7b, X3, Y3)
	BYTES(0x7d, X4, Y4)
	BYTES(0x3a, X5, Y5)
	BYTES(0x2c, X6, Y6)
	BYTES(0x1f, X7, Y7)
	BYTES(0x7f, X8, Y8)
	VPCMPEQB X9, X9, X9

loop:
	VMOVDQU (SI), Y10
	VMOVDQU 32(SI), Y11

	// AX quote, BX back
	QUOTE_BACK

	// R11 op: with bit 0x20 set, brackets and braces are the same
	VPOR     Y2, Y10, Y12
	VPOR     Y2, Y11, Y13
	VPCMPEQB Y3, Y12, Y14
	VPCMPEQB Y4, Y12, Y15
	VPOR     Y14, Y15, Y14
	VPCMPEQB Y5, Y12, Y15
	VPOR     Y14, Y15, Y14
	VPCMPEQB Y6, Y12, Y15
	VPOR     Y14, Y15, Y12
	VPCMPEQB Y3, Y13, Y14
	VPCMPEQB Y4, Y13, Y15
	VPOR     Y14, Y15, Y14
	VPCMPEQB Y5, Y13, Y15
	VPOR     Y14, Y15, Y14
	VPCMPEQB Y6, Y13, Y15
	VPOR     Y14, Y15, Y13
	MASK64(Y12, Y13, R11, R10)

	// R12 odd
	ODD

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
	MOVQ  R10, (DI)

	ADDQ $64, SI
	ADDQ $8, DI
	DECQ CX
	JNZ  loop

	STORE_CARRY
	VZEROUPPER
	RET

escapes:
	ESCAPES
	JMP join
