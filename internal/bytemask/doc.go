// Package bytemask tells for 64 bytes of a text at a time which of them belong
// to classes of bytes that the caller chooses: one bit for each byte, one word
// for each class. It uses AVX-512 or AVX2 where there are, with the same answer
// as without.
package bytemask
