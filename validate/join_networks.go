package validate

import (
	"net/netip"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

const flatSubnet = "flat-subnet"

// NetworkOf returns a virtual network with its subnets.
func (r *run) NetworkOf(row *Row) *Network {
	if n, ok := r.networkCache[row.id]; ok {
		return n
	}
	n := &Network{Row: row}
	for _, c := range row.Each(contrail.ColumnRef, "network_ipam") {
		r.subnetsOfRef(n, c)
	}
	const cached = 256
	if len(r.networkOrder) >= cached {
		delete(r.networkCache, r.networkOrder[0])
		r.networkOrder = r.networkOrder[1:]
	}
	r.networkCache[row.id] = n
	r.networkOrder = append(r.networkOrder, row.id)
	return n
}

func (r *run) subnetsOfRef(n *Network, c *Column) {
	column := asText(c.Full)
	ipam, flat := r.ipam(asText(c.Key))
	if ipam == nil {
		n.Absent = append(n.Absent, column)
	}
	attrOf(c.Value).Get("ipam_subnets").ForEach(func(_, e gjson.Result) bool {
		if !e.IsObject() {
			return true
		}
		s := subnetView(e, n.Row.Name(), n.Row, column)
		switch {
		case flat || ipam == nil && !s.hasSubnet:
			s.Flat = true
			s.HasElement = s.hasOwnUUID
		default:
			s.HasElement = s.hasSubnet
		}
		if s.HasElement {
			n.Elements = append(n.Elements, s)
		}
		if !s.Flat {
			n.Subnets = append(n.Subnets, s)
		}
		return true
	})
	if flat {
		n.Subnets = append(n.Subnets, r.flatSubnets(ipam)...)
	}
}

// usedIPAM is an IPAM that networks refer to: nil if it doesn't exist.
type usedIPAM struct {
	row  *Row
	flat bool
}

// ipam returns the IPAM of a reference, and if it is one of the method flat-subnet. Many networks have the same one.
func (r *run) ipam(uuid string) (*Row, bool) {
	k, _ := keyOf(uuid)
	if x, ok := r.ipams[k]; ok {
		return x.row, x.flat
	}
	const cached = 512
	if len(r.ipams) >= cached {
		clear(r.ipams)
	}
	x := usedIPAM{row: r.row(k)}
	if x.row != nil && !x.row.has(hasName) && x.row.prop("ipam_subnet_method") == nil {
		x.row = nil
	}
	if x.row != nil {
		method, _ := textOf(x.row.Prop("ipam_subnet_method"))
		x.flat = method == flatSubnet
	}
	r.ipams[k] = x
	return x.row, x.flat
}

// flatSubnets are the subnets that an IPAM itself holds.
func (r *run) flatSubnets(ipam *Row) []SubnetView {
	owner := ipam.Name()
	if owner == "" {
		owner = ipam.Key
	}
	var list []SubnetView
	for _, c := range ipam.Each(contrail.ColumnPropList, "ipam_subnets") {
		if c.JSON {
			list = append(list, subnetView(gjson.Parse(asText(c.Value)), owner, ipam, asText(c.Full)))
		}
	}
	whole := ipam.Prop("ipam_subnets") // before it became a list property
	if whole.IsObject() {
		whole = whole.Get("subnets")
	}
	if whole.IsArray() {
		whole.ForEach(func(_, e gjson.Result) bool {
			list = append(list, subnetView(e, owner, ipam, "prop:ipam_subnets"))
			return true
		})
	}
	for i := range list {
		list[i].Flat = true
	}
	return list
}

// subnetView reads an element of ipam_subnets, which stands in a column of a row.
func subnetView(e gjson.Result, owner string, row *Row, column string) SubnetView {
	s := SubnetView{Owner: owner, row: row, column: column, Unit: 1, raw: e.Raw}
	var prefix, length gjson.Result
	first := func(to *gjson.Result, v gjson.Result) {
		if !to.Exists() {
			*to = v // of repeated members the first counts
		}
	}
	var uuid, gateway, dns, unit gjson.Result
	e.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "subnet_uuid":
			first(&uuid, v)
		case "default_gateway":
			first(&gateway, v)
		case "dns_server_address":
			first(&dns, v)
		case "alloc_unit":
			first(&unit, v)
		case "subnet":
			if s.hasSubnet {
				break
			}
			s.hasSubnet = true
			v.ForEach(func(k, v gjson.Result) bool {
				switch k.Str {
				case "ip_prefix":
					first(&prefix, v)
				case "ip_prefix_len":
					first(&length, v)
				}
				return true
			})
		}
		return true
	})
	s.hasOwnUUID = uuid.Exists()
	if given(uuid) {
		s.UUID, _ = textOf(uuid)
		s.HasUUID = true
	}
	s.Complete = given(prefix) && given(length)
	text, _ := textOf(prefix)
	s.Text = text + "/" + length.String()
	if n, ok := uintOf(length); ok {
		s.Text = text + "/" + strconv.FormatUint(n, 10)
		if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" && n <= uint64(a.BitLen()) {
			s.Prefix = netip.PrefixFrom(a, int(n))
		}
	}
	s.Gateway, s.DNS = namedAddress(gateway), namedAddress(dns)
	if n, ok := uintOf(unit); ok && n > 1 {
		s.Unit = n
	}
	return s
}

func given(v gjson.Result) bool { return v.Exists() && v.Type != gjson.Null }

// namedAddress reads the gateway or DNS server of a subnet, which is often said not to be there.
func namedAddress(v gjson.Result) netip.Addr {
	text, _ := textOf(v)
	a, err := netip.ParseAddr(text)
	if err != nil || a.IsUnspecified() {
		return netip.Addr{}
	}
	return a
}

// Contains tells if an address lies in the subnet.
func (s *SubnetView) Contains(a netip.Addr) bool {
	return s.Prefix.IsValid() && a.IsValid() && s.Prefix.Contains(a.Unmap().WithZone("")) && s.Prefix.Addr().Is4() == a.Is4()
}

// Broadcast returns the last address of the subnet.
func (s *SubnetView) Broadcast() netip.Addr {
	b := s.Prefix.Masked().Addr().AsSlice()
	for i := s.Prefix.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// Special tells of the addresses that may be locked without an object.
func (s *SubnetView) Special(a netip.Addr) bool {
	return s.Prefix.IsValid() && (a == s.Gateway || a == s.DNS || a == s.Prefix.Addr() || a == s.Prefix.Masked().Addr() || a == s.Broadcast())
}

// joinNetwork judges a network and keeps what joins need of it.
func (r *run) joinNetwork(row *Row) {
	if row.FQName == nil {
		return
	}
	n := r.NetworkOf(row)
	r.hooks.network.call(n)
	for i := range n.Elements {
		s := &n.Elements[i]
		text := s.Text
		if s.Flat {
			text = "0.0.0.0/0"
		}
		if !s.HasUUID || !s.Flat && !s.Complete || !r.Indexed(row) {
			continue
		}
		r.subnetCount[1]++
		h := hashID(s.UUID)
		b := append(h[:], subnetUsed)
		b = appendText(appendText(b, s.UUID), row.Key)
		r.subnetIDs.add(appendText(appendText(b, text), s.column))
	}
	if !r.Indexed(row) {
		return
	}
	for i := range n.Subnets {
		if s := &n.Subnets[i]; s.Complete {
			r.locks.declare(s)
		}
	}
}

const (
	subnetUsed byte = iota
	subnetStored
	subnetKey
)

// subnetText takes the value of a row of useragent_keyval_table.
func (r *run) subnetText(key, value string) {
	if isSubnetKey(key) {
		h := hashID(value)
		r.noted = append(append(r.noted[:0], h[:]...), subnetKey)
		r.noted = appendText(appendText(r.noted, value), key)
		r.subnetIDs.add(r.noted)
		return
	}
	r.subnetCount[0]++
	h := hashID(key)
	r.noted = append(append(r.noted[:0], h[:]...), subnetStored)
	r.noted = appendText(appendText(r.noted, key), value)
	r.subnetIDs.add(r.noted)
}

// isSubnetKey tells if a row key of useragent_keyval_table is one of a subnet, "NETWORK PREFIX/LENGTH"; any other is
// taken as the uuid of one.
func isSubnetKey(key string) bool {
	space, slash := -1, -1
	for i := range len(key) {
		switch key[i] {
		case ' ':
			if space < 0 {
				space = i
			}
		case '/':
			slash = i
		}
	}
	return space >= 0 && slash > space
}

// joinSubnetIDs judges the uuids of subnets.
func (r *run) joinSubnetIDs() error {
	return r.subnetIDs.groups(func(_ id, payloads [][]byte) error {
		var s SubnetID
		for _, p := range payloads {
			d := decoder{p}
			kind := d.byte()
			s.UUID = d.text()
			switch kind {
			case subnetUsed:
				s.Subnets = append(s.Subnets, SubnetUse{d.text(), d.text(), d.text()})
			case subnetStored:
				s.Stored = append(s.Stored, d.text())
			case subnetKey:
				s.Keys = append(s.Keys, d.text())
			}
		}
		r.hooks.subnetID.call(&s)
		return r.failure()
	})
}
