package contrail

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
)

// Subnet is a subnet of a virtual_network or of a network_ipam.
type Subnet struct {
	Text      string       // prefix and length as stored, joined by a slash; empty for flat subnets
	Prefix    netip.Prefix // not valid if the network takes its addresses from the IPAM (flat subnets)
	UUID      string       // may be empty
	Gateway   netip.Addr   // not valid if there is none
	DNS       netip.Addr   // not valid if there is none
	AllocUnit uint64       // addresses that are given out at a time, at least 1
	IPAM      string       // uuid of the network_ipam that a virtual_network has the subnet from
}

// Subnets returns the subnets that the references of a virtual_network to its
// IPAMs hold, or those of a network_ipam itself (flat subnets). What isn't a
// subnet is left out.
func (o *Object) Subnets() []Subnet {
	var list []Subnet
	for _, l := range o.RefsTo("network_ipam") {
		list = appendSubnets(list, member(l.Attr, "ipam_subnets"), l.UUID)
	}
	for _, p := range o.Props {
		switch {
		case p.Name != "ipam_subnets":
		case p.Kind == PropList:
			for _, e := range p.Elements {
				list = appendSubnet(list, e.Value, "")
			}
		case p.Kind == PropPlain:
			value := []byte(p.Value)
			if inner := member(value, "subnets"); inner != nil {
				value = inner
			}
			list = appendSubnets(list, value, "")
		}
	}
	return list
}

func appendSubnets(list []Subnet, value []byte, ipam string) []Subnet {
	if value == nil {
		return list
	}
	if root := rootSpan(value); value[root.start] == '[' {
		for e := range elements(value, root.start) {
			list = appendSubnet(list, e.of(value), ipam)
		}
	}
	return list
}

// appendSubnet reads one element of ipam_subnets.
func appendSubnet(list []Subnet, value json.RawMessage, ipam string) []Subnet {
	s := Subnet{IPAM: ipam, AllocUnit: 1}
	s.UUID = text(member(value, "subnet_uuid"))
	s.Gateway, _ = netip.ParseAddr(text(member(value, "default_gateway")))
	s.DNS, _ = netip.ParseAddr(text(member(value, "dns_server_address")))
	if unit, ok := uintValue(member(value, "alloc_unit")); ok && unit > 1 {
		s.AllocUnit = unit
	}
	if subnet := member(value, "subnet"); subnet != nil {
		addr, err := netip.ParseAddr(text(member(subnet, "ip_prefix")))
		bits, ok := uintValue(member(subnet, "ip_prefix_len"))
		if err == nil && ok && bits <= uint64(addr.BitLen()) {
			s.Prefix = netip.PrefixFrom(addr, int(bits))
			s.Text = text(member(subnet, "ip_prefix")) + "/" + strconv.FormatUint(bits, 10)
		}
	}
	if !s.Prefix.IsValid() && s.UUID == "" {
		return list
	}
	return append(list, s)
}

// Address returns the address of an instance_ip, floating_ip or alias_ip.
func (o *Object) Address() (netip.Addr, bool) {
	switch o.Type {
	case "instance_ip", "floating_ip", "alias_ip":
		addr, err := netip.ParseAddr(text(o.PropValue(o.Type + "_address")))
		return addr, err == nil
	}
	return netip.Addr{}, false
}

// AddressNode returns the node that locks an address for its object. Owner is
// the joined name of the virtual_network; of the network_ipam where that holds
// the subnet. It fails if the address isn't in the subnet.
func AddressNode(owner string, s Subnet, addr netip.Addr, uuid string) (ImpliedNode, bool) {
	if !s.Prefix.IsValid() || !s.Prefix.Contains(addr) {
		return ImpliedNode{}, false
	}
	path := fmt.Sprintf("api-server/subnets/%s:%s/%s", owner, s.Text, AddressIndex(addr, s.AllocUnit))
	return ImpliedNode{impliedPath(path), uuid}, true
}
