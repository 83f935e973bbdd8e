package contrail

import (
	"fmt"
	"math/big"
	"net/netip"
)

// AddressIndex returns the index under which an address of a subnet is locked:
// the address as a number, divided by the allocation unit (at least 1).
func AddressIndex(addr netip.Addr, allocUnit uint64) string {
	v := new(big.Int).SetBytes(addr.AsSlice())
	if allocUnit > 1 {
		v.Quo(v, new(big.Int).SetUint64(allocUnit))
	}
	return fmt.Sprintf("%010d", v)
}

// Address returns the first of the addresses that a NodeAddress locks: the
// index times the allocation unit of the subnet, which the path doesn't tell.
// With 0 for a unit that isn't known it takes the smallest power of two that
// leads into the subnet. If the address is IPv4 or IPv6 is decided by the
// prefix. It fails for other kinds, and if the number is no address of that
// sort (B-SUB-9).
func (n Node) Address(allocUnit uint64) (netip.Addr, bool) {
	prefix, ok := n.Subnet()
	if !ok || !isDigits(n.Index) || len(n.Index) > 60 {
		return netip.Addr{}, false
	}
	v, _ := new(big.Int).SetString(string(n.Index), 10)
	if allocUnit > 0 {
		return bigAddr(v.Mul(v, new(big.Int).SetUint64(allocUnit)), prefix)
	}
	first, ok := bigAddr(v, prefix)
	for addr, fits := first, ok; fits; addr, fits = bigAddr(v.Lsh(v, 1), prefix) {
		if prefix.Contains(addr) {
			return addr, true
		}
		if v.Sign() == 0 {
			break
		}
	}
	return first, ok
}

// bigAddr makes an address of the family of prefix from its number.
func bigAddr(v *big.Int, prefix netip.Prefix) (netip.Addr, bool) {
	if v.BitLen() > prefix.Addr().BitLen() {
		return netip.Addr{}, false
	}
	return netip.AddrFromSlice(v.FillBytes(make([]byte, prefix.Addr().BitLen()/8)))
}

// Subnet returns the subnet of a NodeAddress as it stands in the path; bits of
// the host in it stay (B-SUB-2).
func (n Node) Subnet() (netip.Prefix, bool) {
	addr, err := netip.ParseAddr(string(n.Prefix))
	if n.Kind != NodeAddress || err != nil || int(n.Length) > addr.BitLen() {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(addr, int(n.Length)), true
}
