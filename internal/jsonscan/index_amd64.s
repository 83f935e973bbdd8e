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
	MOVQ 0(DX), R8
	MOVQ 8(DX), R9
	MOVQ $0x5555555555555555, R15

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
	VPCMPEQB Y0, Y10, Y12
	VPCMPEQB Y0, Y11, Y13
	MASK64(Y12, Y13, AX, R10)
	VPCMPEQB Y1, Y10, Y12
	VPCMPEQB Y1, Y11, Y13
	MASK64(Y12, Y13, BX, R10)

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

	// R12 odd: at most 0x1f, or 0x7f, or the top bit is set already
	VPMINUB  Y7, Y10, Y12
	VPCMPEQB Y12, Y10, Y12
	VPCMPEQB Y8, Y10, Y14
	VPOR     Y12, Y14, Y12
	VPOR     Y12, Y10, Y12
	VPMINUB  Y7, Y11, Y13
	VPCMPEQB Y13, Y11, Y13
	VPCMPEQB Y8, Y11, Y14
	VPOR     Y13, Y14, Y13
	VPOR     Y13, Y11, Y13
	MASK64(Y12, Y13, R12, R10)

	// R13 esc
	MOVQ  R9, R13
	TESTQ BX, BX
	JNZ   escapes
	XORQ  R9, R9

join:
	// R10 open, R14 in
	MOVQ      AX, R10
	ANDNQ     R10, R13, R10
	VMOVQ      R10, X12
	VPCLMULQDQ $0, X9, X12, X12
	VMOVQ      X12, R14
	XORQ      R8, R14
	MOVQ      R14, R8
	SARQ      $63, R8

	// odd |= esc &^ (quote | back)
	ORQ   BX, AX
	ANDNQ R13, AX, AX
	ORQ   AX, R12

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

	MOVQ R8, 0(DX)
	MOVQ R9, 8(DX)
	VZEROUPPER
	RET

escapes:
	// BX stays the mask of all backslashes; R14 those that are not escaped
	// by the block before, R12 is needed later and kept.
	ANDNQ BX, R9, R14   // back &^ escaped
	LEAQ  (R14)(R14*1), R13
	ORQ   R9, R13       // after
	MOVQ  R15, R10
	ORQ   R13, R10      // even | after
	ANDNQ R14, R10, R10 // oddStart
	XORQ  R9, R9
	ADDQ  R14, R10      // ends
	ADCQ  $0, R9
	ADDQ  R10, R10
	XORQ  R15, R10
	ANDQ  R10, R13      // esc
	JMP   join
