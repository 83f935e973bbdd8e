package validate

import (
	"net/netip"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

// addressTypes are the objects that have an address of a network.
var addressTypes = map[string]string{
	"instance_ip": "instance_ip_address",
	"floating_ip": "floating_ip_address",
	"alias_ip":    "alias_ip_address",
}

var addressRank = map[string]byte{"instance_ip": 0, "floating_ip": 1, "alias_ip": 2}

// noteAddress keeps an object that has an address with those of the same network.
func (r *run) noteAddress(row *Row) {
	h := hashID("uuid", networkUUID(row))
	if row.Type != "instance_ip" {
		h = hashID("name", networkName(row))
	}
	r.noted = r.appendRow(append(r.noted[:0], h[:]...), row, row.info.address)
	r.addresses.add(r.noted)
}

// networkUUID is the network of an instance_ip.
func networkUUID(row *Row) string {
	if refs := row.Refs("virtual_network"); len(refs) > 0 {
		return refs[0]
	}
	return ""
}

// networkName is the network of a floating_ip or alias_ip: its name without the pool and itself.
func networkName(row *Row) string {
	if len(row.FQName) < 3 {
		return ""
	}
	return row.name[:len(row.name)-len(row.FQName[len(row.FQName)-1])-len(row.FQName[len(row.FQName)-2])-2]
}

// joinAddresses judges the addresses of one network after the other.
func (r *run) joinAddresses() error {
	it, err := r.addresses.sorter.Sort()
	if err != nil || r.addresses.count == 0 {
		return err
	}
	var last id
	var network, h Held
	known := false
	for it.Next() {
		rec := it.Record()
		var k, own id
		copy(k[:], rec)
		copy(own[:], rec[len(k):])
		row := r.decodeRow(own, rec[len(k)+len(own):])
		if !known || k != last {
			network = Held{}
			r.findNetwork(&network, row)
			last, known = k, true
		}
		h = network
		h.Row = row
		r.joinAddress(&h)
		if err := r.failure(); err != nil {
			return err
		}
	}
	return it.Err()
}

func (r *run) findNetwork(h *Held, row *Row) {
	uuid := ""
	if row.Type == "instance_ip" {
		uuid = networkUUID(row)
	} else if name := networkName(row); name != "" {
		h.ByName = true
		if list := r.ByName("virtual_network", name); len(list) > 0 {
			uuid = list[0]
		} else if list := r.Named("virtual_network", name); len(list) > 0 {
			uuid = list[0]
		}
	}
	if uuid == "" {
		return
	}
	if net := r.Row(uuid); net != nil && net.Type == "virtual_network" && net.FQName != nil {
		h.Network = r.NetworkOf(net)
		h.Indexed = r.Indexed(net)
	}
}

func (r *run) joinAddress(h *Held) {
	row := h.Row
	if !r.Indexed(row) {
		return // as the original, which goes by the index
	}
	prop := addressTypes[row.Type]
	h.Kubernetes = row.Type == "floating_ip" && len(row.FQName) <= 2 && contrail.NormalizeType(row.ParentType) != "floating_ip_pool"
	h.Present = row.prop(prop) != nil
	v := row.Prop(prop)
	h.Text = v.Raw
	if s, ok := textOf(v); ok {
		h.Text, h.IsText = s, true
		h.Addr = lenientAddress(s)
	}
	if v.Type == gjson.Null && v.Exists() {
		h.Text = "null"
	}
	if h.Network != nil && h.Addr.IsValid() {
		for i := range h.Network.Subnets {
			if s := &h.Network.Subnets[i]; s.Contains(h.Addr) {
				h.Subnet = s
				break
			}
		}
	}
	r.hooks.held.call(h)
	if h.Subnet != nil && !h.Kubernetes && h.Addr != h.Subnet.Gateway {
		if !h.Indexed {
			r.locks.declare(h.Subnet) // handled all the same (M-IPA-6)
		}
		r.locks.hold(h)
	}
}

// lenientAddress reads an address without a zone.
func lenientAddress(text string) netip.Addr {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return a
	}
	return lenientIPv4(text)
}

// lenientIPv4 reads an IPv4 address with leading zeros, which some programs take.
func lenientIPv4(s string) netip.Addr {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return netip.Addr{}
	}
	for i, p := range parts {
		if !isDecimal(p) {
			return netip.Addr{}
		}
		if p = strings.TrimLeft(p, "0"); p == "" {
			p = "0"
		}
		parts[i] = p
	}
	a, _ := netip.ParseAddr(strings.Join(parts, "."))
	return a
}
