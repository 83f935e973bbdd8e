//go:build amd64 && !purego

#include "textflag.h"
#include "masks_amd64.h"

// func findBracesAVX2(dst *Block, p *byte, n int, c *carry)
//
// The steps and their names are those of findBracesGo in braces.go.
// R8 inString, R9 escaped, R15 the even bits.
TEXT ·findBracesAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ p+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ c+24(FP), DX
	LOAD_CARRY

	BYTES(0x22, X0, Y0)
	BYTES(0x5c, X1, Y1)
	BYTES(0x7b, X3, Y3)
	BYTES(0x7d, X4, Y4)
	BYTES(0x1f, X7, Y7)
	BYTES(0x7f, X8, Y8)
	VPCMPEQB X9, X9, X9

loop:
	VMOVDQU (SI), Y10
	VMOVDQU 32(SI), Y11

	// AX quote, BX back
	QUOTE_BACK

	// R11 brace
	VPCMPEQB Y3, Y10, Y12
	VPCMPEQB Y4, Y10, Y14
	VPOR     Y12, Y14, Y12
	VPCMPEQB Y3, Y11, Y13
	VPCMPEQB Y4, Y11, Y14
	VPOR     Y13, Y14, Y13
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

	// braces, quotes, odd
	ANDNQ R11, R14, R11
	MOVQ  R11, (DI)
	MOVQ  R10, 8(DI)
	ANDQ  R14, R12
	ANDNQ BX, R14, BX
	ORQ   BX, R12
	MOVQ  R12, 16(DI)

	ADDQ $64, SI
	ADDQ $24, DI
	DECQ CX
	JNZ  loop

	STORE_CARRY
	VZEROUPPER
	RET

escapes:
	ESCAPES
	JMP join
