package generate

import (
	"math/big"
	"net/netip"
)

func bigInt(n int) *big.Int { return big.NewInt(int64(n)) }

func bigOf(ip netip.Addr) *big.Int { return new(big.Int).SetBytes(ip.AsSlice()) }

func lastAddress(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	last, _ := netip.AddrFromSlice(b)
	return last
}

// appendQuoted is text as a JSON string in ASCII, as values have it.
func appendQuoted(text string) []byte {
	return append(appendEscaped([]byte{'"'}, text), '"')
}
