package pseudonym

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
)

// covers are the outermost subnets of a dump. Of an address below one of them
// only the bits of the network are mapped, so that what is counted from its
// start stays: gateways, pools, the order of addresses, allocation units.
//
// The outermost one counts, not the longest: bits below it stay for all
// addresses alike, and no two become the same.
type covers struct {
	list []netip.Prefix // masked, sorted, not overlapping
}

// leastCover is the length of the shortest subnets that count: below a shorter
// one everything would stay as it is.
const leastCover = 8

// SetSubnets tells the subnets of the dump. The slice is not used afterwards.
func (m *Mapper) SetSubnets(list []netip.Prefix) {
	m.nets.list = Outermost(list)
	m.memo, m.addrs = newTextMemo(), newAddrMemo()
}

// Outermost sorts prefixes and leaves out those below others, in place.
func Outermost(list []netip.Prefix) []netip.Prefix {
	slices.SortFunc(list, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	kept := list[:0]
	for _, p := range list {
		if p.Bits() < leastCover {
			continue
		}
		if len(kept) > 0 && kept[len(kept)-1].Contains(p.Addr()) {
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// bits returns the length of the network part of an address: all of it if no
// subnet covers it.
func (c *covers) bits(addr netip.Addr) int {
	i := sort.Search(len(c.list), func(i int) bool { return c.list[i].Addr().Compare(addr) > 0 })
	if i > 0 && c.list[i-1].Contains(addr) {
		return c.list[i-1].Bits()
	}
	return addr.BitLen()
}

// block is a range of addresses with a meaning.
type block struct {
	netip.Prefix
	stays bool // so do all addresses in it; otherwise only its own bits
}

func blocks(stay bool, list ...string) []block {
	var all []block
	for _, p := range list {
		all = append(all, block{netip.MustParsePrefix(p), stay})
	}
	return all
}

var (
	blocks4 = append(blocks(true, "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"),
		blocks(false, "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")...)
	blocks6 = append(blocks(true, "::/8", "fe80::/10", "ff00::/8"), blocks(false, "fc00::/7", "2000::/3")...)
)

// address returns what stands for an address.
func (m *Mapper) address(addr netip.Addr) netip.Addr {
	s, ok := m.addrs.of(addr)
	if ok {
		return s.result
	}
	mapped := m.newAddress(addr)
	s.addr, s.result = addr, mapped
	return mapped
}

func (m *Mapper) newAddress(addr netip.Addr) netip.Addr {
	if addr.Is4In6() {
		v4 := m.address(addr.Unmap()).As4()
		return netip.AddrFrom16(netip.AddrFrom4(v4).As16())
	}
	c, list := m.v4, blocks4
	if addr.Is6() {
		c, list = m.v6, blocks6
	}
	zone := addr.Zone()
	addr = addr.WithZone("")
	// A bit stays if a block lies on either side of it, or all around it: that
	// is a matter of the bits before it alone.
	kept := 0
	for i := range list {
		b := &list[i]
		same := common(b.Addr(), addr)
		kept = max(kept, min(same, b.Bits()-1)+1)
		if b.stays && same >= b.Bits() {
			kept = addr.BitLen()
		}
	}
	keep := func(bit int) bool { return bit < kept }
	n := m.nets.bits(addr)
	eui := addr.Is6() && isEUI64(addr)
	if eui {
		n = min(n, 64)
	}
	mapped := c.Map(addr, n, keep)
	if eui {
		mapped = m.eui64(mapped)
	}
	return mapped.WithZone(zone)
}

// common returns how many bits two addresses of a family have in common.
func common(a, b netip.Addr) int {
	x, y := a.As16(), b.As16()
	n := 0
	for n < 128 && (x[n/8]^y[n/8])&(0x80>>(n%8)) == 0 {
		n++
	}
	if a.Is4() {
		n -= 96
	}
	return n
}

// isEUI64 tells if the host part of an address is made of a MAC address.
func isEUI64(addr netip.Addr) bool {
	b := addr.As16()
	return b[11] == 0xff && b[12] == 0xfe
}

// eui64 maps the MAC address in the host part.
func (m *Mapper) eui64(addr netip.Addr) netip.Addr {
	b := addr.As16()
	b[8] ^= 2
	var v uint64
	for _, i := range [...]int{8, 9, 10, 13, 14, 15} {
		v = v<<8 | uint64(b[i])
	}
	v = m.macValue(v)
	for k, i := range [...]int{15, 14, 13, 10, 9, 8} {
		b[i] = byte(v >> (8 * k))
	}
	b[8] ^= 2
	return netip.AddrFrom16(b)
}

// Address returns what stands for an address.
func (m *Mapper) Address(addr netip.Addr) netip.Addr { return m.address(addr) }

// Prefix returns what stands for an address with the length of a prefix. Where
// there is nothing behind the prefix, there is nothing behind what stands for
// it either.
func (m *Mapper) Prefix(addr netip.Addr, bits int) netip.Addr {
	mapped := m.address(addr)
	if p, err := addr.WithZone("").Prefix(bits); err == nil && p.Addr() == addr.WithZone("") {
		if q, err := mapped.WithZone("").Prefix(bits); err == nil {
			return q.Addr().WithZone(addr.Zone())
		}
	}
	return mapped
}

// prefixText replaces an address with the length of a prefix, or -1, that
// stands there as text.
func (m *Mapper) prefixText(addr netip.Addr, bits int, text []byte) []byte {
	mapped := m.Prefix(addr, bits)
	if mapped == addr {
		m.found(text, text, Address) // may be what stands for another one
		return text
	}
	p := []byte(respell(text, addr, mapped))
	m.found(text, p, Address)
	return p
}

func (m *Mapper) addressText(addr netip.Addr, text []byte) []byte {
	return m.prefixText(addr, -1, text)
}

// PrefixText replaces an address that stands beside the length of a prefix.
func (m *Mapper) PrefixText(text []byte, bits int) []byte {
	addr, err := netip.ParseAddr(string(text))
	if err != nil {
		return m.Text(text)
	}
	return m.prefixText(addr, bits, text)
}

// respell writes an address of IPv6 in full if text does.
func respell(text []byte, was, mapped netip.Addr) string {
	if was.Is6() && len(text) == 39 && was.String() != string(text) {
		return mapped.StringExpanded()
	}
	return mapped.String()
}

func reversedAddr(addr netip.Addr) netip.Addr {
	b := addr.As4()
	return netip.AddrFrom4([4]byte{b[3], b[2], b[1], b[0]})
}

func reversed(addr netip.Addr) []byte {
	b := addr.As4()
	return fmt.Appendf(nil, "%d.%d.%d.%d", b[3], b[2], b[1], b[0])
}
