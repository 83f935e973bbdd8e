package generate

import "math/bits"

// Host numbers in a subnet: 1 is the gateway, 2 the DNS server, ports follow
// from 3. Floating and alias IPs come down from the top.
const (
	gatewayHost = 1
	dnsHost     = 2
	firstHost   = 3
)

// subnet4 is an IPv4 subnet with the unit that addresses are given out in.
type subnet4 struct {
	base uint32
	bits int // of the host part
	unit int
}

func (s subnet4) prefixLen() int          { return 32 - s.bits }
func (s subnet4) address(host int) uint32 { return s.base + uint32(host*s.unit) }
func (s subnet4) lastHost() int           { return (1<<s.bits - 2) / s.unit }

func (l *layout) tenantHostBits(unit int) int {
	most := func(n, owners int) int { return (n + owners - 1) / owners }
	hosts := firstHost + most(l.tenantPorts, l.networks) + 2 +
		most(l.count[floatingIP], l.tenants) + most(l.count[aliasIP], l.tenants) + hostsSpare
	return max(8, bits.Len(uint(hosts*unit+unit)))
}

// subnetOf is the IPv4 subnet of a network; ok is false where it has none.
// Tenants may use the same addresses as other tenants.
func (g *generator) subnetOf(network int) (s subnet4, ok bool) {
	switch j := network - specialNetworks; {
	case network == wideNetwork:
		return subnet4{172<<24 | 20<<16, 16, 1}, true
	case network == flatNetwork:
		return subnet4{100<<24 | 64<<16, 16, 1}, true
	case network == publicNetwork:
		return subnet4{203<<24 | 113<<8, 8, 1}, true
	case j >= 0 && j < g.networks:
		slot := uint32(j) % (1 << (24 - g.hostBits))
		s = subnet4{10<<24 | slot<<g.hostBits, g.hostBits, 1}
		if network%16 == 3 {
			s.unit = g.options.AllocUnit
		}
		return s, true
	}
	return s, false
}

// subnet6 is the /64 of a tenant network. Neither group is zero, so that the
// text form is the same for all: fd00:X:Y::H.
type subnet6 struct {
	x, y uint16
	unit int
}

func (g *generator) subnet6Of(network int) (s subnet6, ok bool) {
	j := network - specialNetworks
	if j < 0 || j >= g.networks {
		return s, false
	}
	v4, _ := g.subnetOf(network)
	return subnet6{uint16(0x1000 + j/0xffff), uint16(1 + j%0xffff), v4.unit}, true
}

func append4(dst []byte, address uint32) []byte {
	for shift := 24; shift >= 0; shift -= 8 {
		dst = appendUint(dst, uint64(address>>shift&0xff))
		if shift > 0 {
			dst = append(dst, '.')
		}
	}
	return dst
}

func (s subnet4) appendPrefix(dst []byte) []byte { return append4(dst, s.base) }

// appendCIDR appends prefix/length.
func (s subnet4) appendCIDR(dst []byte) []byte {
	return appendUint(append(append4(dst, s.base), '/'), uint64(s.prefixLen()))
}

func (s subnet6) appendPrefix(dst []byte) []byte {
	dst = appendShortHex(append(dst, "fd00:"...), uint64(s.x))
	dst = appendShortHex(append(dst, ':'), uint64(s.y))
	return append(dst, "::"...)
}

func (s subnet6) appendCIDR(dst []byte) []byte { return append(s.appendPrefix(dst), "/64"...) }

func (s subnet6) appendAddress(dst []byte, host int) []byte {
	return appendShortHex(s.appendPrefix(dst), uint64(host*s.unit))
}

// appendIndex appends the name of the ZooKeeper node that locks an address:
// the address as an integer divided by the unit.
func (s subnet4) appendIndex(dst []byte, host int) []byte {
	return appendPadded(dst, uint64(s.address(host))/uint64(s.unit), 10)
}

func (s subnet6) appendIndex(dst []byte, host int) []byte {
	hi, lo := 0xfd00<<48|uint64(s.x)<<32|uint64(s.y)<<16, uint64(host*s.unit)
	shift := bits.TrailingZeros(uint(s.unit))
	return appendWide(dst, hi>>shift, lo>>shift|hi<<(64-shift))
}

// Host numbers of what the layout places.

func (g *generator) hostOfPort(port int) int {
	switch {
	case port < g.widePorts:
		return firstHost + port
	case port < g.firstTenantPort():
		return firstHost + port - g.widePorts
	}
	network := g.networkOfPort(port)
	lo, hi := g.portsOf().items(network - specialNetworks)
	if port >= g.machinePorts() {
		return firstHost + hi - lo
	}
	return firstHost + port - g.firstTenantPort() - lo
}

func (g *generator) hostOfFloating(i int) int {
	tenant := g.floatingOf().owner(i)
	first, _ := g.floatingOf().items(tenant)
	s, _ := g.subnetOf(g.poolNetwork(tenant))
	return s.lastHost() - (i - first)
}

func (g *generator) hostOfAlias(i int) int {
	tenant := g.aliasOf().owner(i)
	first, _ := g.aliasOf().items(tenant)
	s, _ := g.subnetOf(g.poolNetwork(tenant))
	return s.lastHost() - g.floatingOf().count(tenant) - (i - first)
}

// spareHost is the first host number that changes may give to new addresses
// of a network.
func (g *generator) spareHost(network int) int {
	switch network {
	case wideNetwork:
		return firstHost + g.widePorts
	case flatNetwork:
		return firstHost + g.flatPorts
	}
	return firstHost + g.portsOf().count(network-specialNetworks) + 1
}

func (g *generator) subnetID(network, family int) uuid {
	return g.drawUUID(streamSubnet, uint64(2*network+family))
}

// Families, as subnetID counts them.
const (
	family4 = iota
	family6
)
