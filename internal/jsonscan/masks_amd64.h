// What the kernels have in common.

// MASK64 gathers the top bits of the bytes of two 32-byte vectors.
#define MASK64(lo, hi, dst, tmp) \
	VPMOVMSKB lo, dst; \
	VPMOVMSKB hi, tmp; \
	SHLQ      $32, tmp; \
	ORQ       tmp, dst

// BYTES fills a 32-byte vector with one byte.
#define BYTES(value, x, y) \
	MOVQ         $value, AX; \
	VMOVQ        AX, x; \
	VPBROADCASTB x, y

// The steps that are the same in all kernels, in the order they come in. Their names are those of combine in index.go.
// R8 is inString, R9 escaped, R15 the even bits, and Y9 or Z9 all ones; R10 and R14 are free before each of them.

// LOAD_CARRY loads what the last block left, from DX.
#define LOAD_CARRY \
	MOVQ 0(DX), R8; \
	MOVQ 8(DX), R9; \
	MOVQ $0x5555555555555555, R15

// QUOTE_BACK makes AX, quote, and BX, back, of the bytes in Y10 and Y11.
#define QUOTE_BACK \
	VPCMPEQB Y0, Y10, Y12; \
	VPCMPEQB Y0, Y11, Y13; \
	MASK64(Y12, Y13, AX, R10); \
	VPCMPEQB Y1, Y10, Y12; \
	VPCMPEQB Y1, Y11, Y13; \
	MASK64(Y12, Y13, BX, R10)

// ODD makes R12, odd, of the bytes in Y10 and Y11: at most 0x1f in Y7, or 0x7f in Y8, or the top bit is set already.
#define ODD \
	VPMINUB  Y7, Y10, Y12; \
	VPCMPEQB Y12, Y10, Y12; \
	VPCMPEQB Y8, Y10, Y14; \
	VPOR     Y12, Y14, Y12; \
	VPOR     Y12, Y10, Y12; \
	VPMINUB  Y7, Y11, Y13; \
	VPCMPEQB Y13, Y11, Y13; \
	VPCMPEQB Y8, Y11, Y14; \
	VPOR     Y13, Y14, Y13; \
	VPOR     Y13, Y11, Y13; \
	MASK64(Y12, Y13, R12, R10)

// ESCAPES makes R13, esc, of BX, which stays the mask of all backslashes. R14 are those that are not escaped by the
// block before.
#define ESCAPES \
	ANDNQ BX, R9, R14; /* back &^ escaped */ \
	LEAQ  (R14)(R14*1), R13; \
	ORQ   R9, R13; /* after */ \
	MOVQ  R15, R10; \
	ORQ   R13, R10; /* even | after */ \
	ANDNQ R14, R10, R10; /* oddStart */ \
	XORQ  R9, R9; \
	ADDQ  R14, R10; /* ends */ \
	ADCQ  $0, R9; \
	ADDQ  R10, R10; \
	XORQ  R15, R10; \
	ANDQ  R10, R13 /* esc */

// IN_STRING makes R10, open, and R14, in, of AX and R13, and puts esc &^ (quote | back) into R12.
#define IN_STRING \
	MOVQ       AX, R10; \
	ANDNQ      R10, R13, R10; \
	VMOVQ      R10, X12; \
	VPCLMULQDQ $0, X9, X12, X12; \
	VMOVQ      X12, R14; \
	XORQ       R8, R14; \
	MOVQ       R14, R8; \
	SARQ       $63, R8; \
	ORQ        BX, AX; \
	ANDNQ      R13, AX, AX; \
	ORQ        AX, R12

// STORE_CARRY stores what the next block needs.
#define STORE_CARRY \
	MOVQ R8, 0(DX); \
	MOVQ R9, 8(DX)
