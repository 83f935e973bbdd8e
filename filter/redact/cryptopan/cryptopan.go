// Package cryptopan replaces addresses by others such that two addresses with
// the first n bits in common still have exactly n bits in common: Crypto-PAn
// of J. Xu, J. Fan, M. Ammar and S. Moon (IMW 2001, ICNP 2002).
//
// Whether a bit is flipped depends on the bits before it alone. So a caller can
// leave some of them as they are (see Map) and the whole stays a permutation,
// as long as that choice too depends on nothing but the bits before.
package cryptopan

import (
	"crypto/aes"
	"crypto/cipher"
	"net/netip"
)

// KeySize is the length of a key in bytes: half of it for AES, half for the
// padding.
const KeySize = 32

// Cipher maps addresses under one key. It is not for use by several goroutines.
type Cipher struct {
	block   cipher.Block
	pad     [aes.BlockSize]byte
	in, out [aes.BlockSize]byte
}

// New returns the cipher of a key.
func New(key [KeySize]byte) *Cipher {
	block, err := aes.NewCipher(key[:aes.BlockSize])
	if err != nil {
		panic(err) // the length is right
	}
	c := &Cipher{block: block}
	block.Encrypt(c.pad[:], key[aes.BlockSize:])
	return c
}

// Address maps all bits of an address.
func (c *Cipher) Address(addr netip.Addr) netip.Addr {
	return c.Map(addr, addr.BitLen(), nil)
}

// Map maps the first n bits of an address but those that keep wants as they
// are; keep is asked about the bit at an index, counted from 0. What comes
// behind the n bits stays.
func (c *Cipher) Map(addr netip.Addr, n int, keep func(bit int) bool) netip.Addr {
	from := addr.AsSlice()
	to := addr.AsSlice()
	for bit := range min(n, len(from)*8) {
		if keep != nil && keep(bit) {
			continue
		}
		if c.flips(from, bit) {
			to[bit/8] ^= 0x80 >> (bit % 8)
		}
	}
	mapped, _ := netip.AddrFromSlice(to)
	return mapped.WithZone(addr.Zone())
}

// flips tells if the bit behind the first n bits of an address changes.
func (c *Cipher) flips(addr []byte, n int) bool {
	c.in = c.pad
	copy(c.in[:n/8], addr)
	if rest := n % 8; rest > 0 {
		mask := byte(0xff) << (8 - rest)
		c.in[n/8] = addr[n/8]&mask | c.pad[n/8]&^mask
	}
	c.block.Encrypt(c.out[:], c.in[:])
	return c.out[0]&0x80 != 0
}
