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
