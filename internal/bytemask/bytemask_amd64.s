//go:build amd64 && !purego

#include "textflag.h"

// BIT fills a 64-byte vector with one bit of each byte.
#define BIT(value, z) \
	MOVL         $value, AX; \
	VPBROADCASTB AX, z

// func findAVX512(dst *Block, p *byte, n int, t *Table)
//
// The table is looked up by two registers of it at once; it takes the low seven
// bits of a byte. Z3 has the classes of the others.
TEXT ·findAVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         p+8(FP), SI
	MOVQ         n+16(FP), CX
	MOVQ         t+24(FP), DX
	VMOVDQU64    0(DX), Z0
	VMOVDQU64    64(DX), Z1
	VPBROADCASTB 128(DX), Z3
	BIT(0x01, Z16)
	BIT(0x02, Z17)
	BIT(0x04, Z18)
	BIT(0x08, Z19)
	BIT(0x10, Z20)
	BIT(0x20, Z21)
	BIT(0x40, Z22)
	BIT(0x80, Z23)

loop512:
	VMOVDQU64 (SI), Z10
	VMOVDQA64 Z10, Z11
	VPERMI2B  Z1, Z0, Z11
	VPMOVB2M  Z10, K1
	VMOVDQU8  Z3, K1, Z11
	VPTESTMB  Z16, Z11, K2
	KMOVQ     K2, AX
	MOVQ      AX, 0(DI)
	VPTESTMB  Z17, Z11, K3
	KMOVQ     K3, AX
	MOVQ      AX, 8(DI)
	VPTESTMB  Z18, Z11, K4
	KMOVQ     K4, AX
	MOVQ      AX, 16(DI)
	VPTESTMB  Z19, Z11, K5
	KMOVQ     K5, AX
	MOVQ      AX, 24(DI)
	VPTESTMB  Z20, Z11, K6
	KMOVQ     K6, AX
	MOVQ      AX, 32(DI)
	VPTESTMB  Z21, Z11, K7
	KMOVQ     K7, AX
	MOVQ      AX, 40(DI)
	VPTESTMB  Z22, Z11, K2
	KMOVQ     K2, AX
	MOVQ      AX, 48(DI)
	VPTESTMB  Z23, Z11, K3
	KMOVQ     K3, AX
	MOVQ      AX, 56(DI)
	ADDQ      $64, SI
	ADDQ      $64, DI
	DECQ      CX
	JNZ       loop512
	VZEROUPPER
	RET

// ROW adds to x and y the classes of the bytes of Y10 and Y11 whose high half is
// the number in Y15, of which the table has the sixteen bytes at off(DX). The
// shuffle gives nothing for bytes from 0x80 on.
#define ROW(off, x, y) \
	VBROADCASTI128 off(DX), Y0; \
	VPSHUFB        Y10, Y0, Y1; \
	VPSHUFB        Y11, Y0, Y2; \
	VPCMPEQB       Y15, Y8, Y3; \
	VPCMPEQB       Y15, Y9, Y4; \
	VPAND          Y3, Y1, Y1; \
	VPAND          Y4, Y2, Y2; \
	VPOR           Y1, x, x; \
	VPOR           Y2, y, y; \
	VPADDB         Y14, Y15, Y15

// CLASS stores the top bits of the bytes of Y12 and Y13, and moves on to the next.
#define CLASS(off) \
	VPMOVMSKB Y12, AX; \
	VPMOVMSKB Y13, BX; \
	SHLQ      $32, BX; \
	ORQ       BX, AX; \
	MOVQ      AX, off(DI); \
	VPADDB    Y12, Y12, Y12; \
	VPADDB    Y13, Y13, Y13

// func findAVX2(dst *Block, p *byte, n int, t *Table)
TEXT ·findAVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         p+8(FP), SI
	MOVQ         n+16(FP), CX
	MOVQ         t+24(FP), DX
	VPBROADCASTB 128(DX), Y5
	MOVL         $0x0f, AX
	VMOVD        AX, X6
	VPBROADCASTB X6, Y6
	MOVL         $1, AX
	VMOVD        AX, X14
	VPBROADCASTB X14, Y14

loop2:
	VMOVDQU (SI), Y10
	VMOVDQU 32(SI), Y11
	VPSRLW  $4, Y10, Y8
	VPSRLW  $4, Y11, Y9
	VPAND   Y6, Y8, Y8
	VPAND   Y6, Y9, Y9
	VPXOR   Y15, Y15, Y15
	VPXOR   Y7, Y7, Y7
	VPCMPGTB Y10, Y7, Y12
	VPCMPGTB Y11, Y7, Y13
	VPAND   Y5, Y12, Y12
	VPAND   Y5, Y13, Y13
	ROW(0, Y12, Y13)
	ROW(16, Y12, Y13)
	ROW(32, Y12, Y13)
	ROW(48, Y12, Y13)
	ROW(64, Y12, Y13)
	ROW(80, Y12, Y13)
	ROW(96, Y12, Y13)
	ROW(112, Y12, Y13)
	CLASS(56)
	CLASS(48)
	CLASS(40)
	CLASS(32)
	CLASS(24)
	CLASS(16)
	CLASS(8)
	CLASS(0)
	ADDQ    $64, SI
	ADDQ    $64, DI
	DECQ    CX
	JNZ     loop2
	VZEROUPPER
	RET
