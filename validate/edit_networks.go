package validate

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

func subnetRow(key string) dump.Path {
	return dump.Path{Level: dump.AtRow, Keyspace: "useragent", Table: "useragent_keyval_table", Row: key}
}

// subnetRowEdit is the edit that gives the row of a subnet's uuid its value.
func subnetRowEdit(uuid string, u SubnetUse) Edit {
	p := subnetRow(uuid)
	p.Level, p.Column = dump.AtColumn, "value"
	return setCell(p, u.Network+" "+u.Text)
}

// splitSubnetKey takes "NETWORK PREFIX/LENGTH" apart.
func splitSubnetKey(text string) (network, subnet string, ok bool) {
	network, subnet, ok = strings.Cut(text, " ")
	return network, subnet, ok && contrail.ValidUUID(network) && strings.Contains(subnet, "/")
}

// staleSubnet tells if a row of useragent_keyval_table is that of a subnet which is gone, and not one of another program,
// nor the last place that has the uuid of a subnet.
func (r *run) staleSubnet(s *SubnetID) bool {
	if !contrail.ValidUUID(s.UUID) {
		return false
	}
	for _, value := range s.Stored {
		network, subnet, ok := splitSubnetKey(value)
		if !ok {
			return false
		}
		row := r.Row(network)
		if row == nil || row.Type != "virtual_network" {
			continue
		}
		n := r.NetworkOf(row)
		if len(n.Elements) == 0 && len(row.Each(contrail.ColumnRef, "network_ipam")) == 0 {
			return false // it lost its subnets
		}
		for _, e := range n.Elements {
			if !e.Complete && !e.Flat || e.UUID == s.UUID || !contrail.ValidUUID(e.UUID) && (e.Text == subnet || e.Flat) {
				return false
			}
		}
	}
	return true
}

// lockEdit is the edit that locks the address of the first holder. Of a lock that another holder has nothing is taken.
func (r *run) lockEdit(l *Lock) (edits []Edit, ok bool) {
	if len(l.Holders) == 0 || l.Known == nil || !l.Addr.IsValid() || lenientAddress(l.Holders[0].Text) != l.Addr {
		return nil, false // the last: alloc_unit can't be right
	}
	for _, n := range l.Locks {
		if slices.ContainsFunc(l.Holders, func(h HeldBy) bool { return h.UUID == n.Owner }) {
			return nil, false
		}
	}
	path := r.inv.cluster() + "/api-server/subnets/" + l.Owner + ":" + l.Subnet + "/" + padIndex(contrail.AddressIndex(l.Addr, l.Known.Unit))
	if len(l.Locks) > 0 {
		if !r.foreign(l.Locks[0].Owner) {
			return nil, false
		}
		path = l.Locks[0].Path
	}
	return []Edit{setNode(path, l.Holders[0].UUID)}, true
}

// wholeAddress tells if a node stands for the address of its owner as it is, though the subnet has an alloc_unit by which
// it would have to be divided.
func (r *run) wholeAddress(n *LockNode) bool {
	if !contrail.ValidUUID(n.Owner) {
		return false
	}
	row := r.Row(n.Owner)
	if row == nil || addressTypes[row.Type] == "" {
		return false
	}
	text, _ := textOf(row.Prop(addressTypes[row.Type]))
	a := lenientAddress(text)
	return a.IsValid() && contrail.AddressIndex(a, 1) == n.Index
}

func padIndex(digits string) string { return strings.Repeat("0", max(0, 10-len(digits))) + digits }

// foreign tells if the owner of a lock is an object that is no address, or gone: services lock under other names.
func (r *run) foreign(owner string) bool {
	if !contrail.ValidUUID(owner) {
		return false
	}
	row := r.Row(owner)
	return row == nil || addressTypes[row.Type] == "" || addressOf(row) != ""
}

// addressOf is the address of an address object that has one.
func addressOf(row *Row) string {
	text, _ := textOf(row.Prop(addressTypes[row.Type]))
	if a := lenientAddress(text); a.IsValid() {
		return a.String()
	}
	return ""
}

// unlockEdit removes or rewrites a lock of an address that its owner doesn't have. The lock of an address object whose
// own address can't be read, or whose network is lost, stays: the address may be in use.
func (r *run) unlockEdit(l *Lock, n *LockNode) (edits []Edit, ok bool) {
	if len(l.Holders) > 0 {
		if l.Locks[0].Path == n.Path {
			return r.lockEdit(l)
		}
		return []Edit{dropNode(n.Path).in(Clear)}, r.foreign(n.Owner)
	}
	if !contrail.ValidUUID(n.Owner) {
		return nil, false
	}
	row := r.Row(n.Owner)
	switch {
	case row == nil:
		return []Edit{dropNode(n.Path).since(n.Owner)}, true
	case addressTypes[row.Type] == "":
		return []Edit{dropNode(n.Path).in(Clear)}, true
	}
	a := addressOf(row)
	return []Edit{dropNode(n.Path).in(Clear)}, a != "" && l.Addr.IsValid() && a != l.Addr.String()
}

// subnetTree is the directory of a subnet in ZooKeeper.
func (r *run) subnetTree(owner, subnet string) Edit {
	return Edit{Op: DropTree, Path: nodeAt(r.inv.cluster() + "/api-server/subnets/" + owner + ":" + subnet), Stage: Clear}
}

// lostSubnets tells if the network or IPAM of a name is there, but perhaps not all of its subnets, so that locks of its
// addresses must stay.
func (r *run) lostSubnets(owner string) bool {
	for _, uuid := range r.Named("virtual_network", owner) {
		row := r.Row(uuid)
		if row == nil {
			continue
		}
		n := r.NetworkOf(row)
		if len(n.Subnets)+len(n.Elements) == 0 || len(n.Absent) > 0 || !r.Indexed(row) {
			return true
		}
		for _, s := range n.Subnets {
			if !s.Complete || !s.Prefix.IsValid() {
				return true
			}
		}
	}
	for _, uuid := range r.Named("network_ipam", owner) {
		row := r.Row(uuid)
		if row == nil {
			continue
		}
		subnets := r.flatSubnets(row)
		for _, s := range subnets {
			if !s.Complete || !s.Prefix.IsValid() {
				return true
			}
		}
		if method, _ := textOf(row.Prop("ipam_subnet_method")); method != flatSubnet || len(subnets) == 0 {
			return true
		}
	}
	return false
}

// maskedSubnet is the value of the column of a subnet, with the bits of the host cleared in it.
func (r *run) maskedSubnet(s *SubnetView) (Edit, bool) {
	prefix := gjson.Get(s.raw, "subnet.ip_prefix")
	if prefix.Index == 0 {
		return Edit{}, false
	}
	masked := s.raw[:prefix.Index] + jsonText(s.Prefix.Masked().Addr().String()) + s.raw[prefix.Index+len(prefix.Raw):]
	list := s.row.Kept()
	for i := range list {
		if c := &list[i]; string(c.Full) == s.column && c.JSON && strings.Count(string(c.Value), s.raw) == 1 {
			return setCell(objectCell(s.row.Key, s.column), strings.Replace(string(c.Value), s.raw, masked, 1)), true
		}
	}
	return Edit{}, false
}

func schemaRow(key string) dump.Path {
	return dump.Path{Level: dump.AtRow, Keyspace: "to_bgp_keyspace", Table: "route_target_table", Row: key}
}

// targetRefs are the edits that make, or take away, a reference to a route target with its back-reference.
func targetRefs(row, target *Row) (ref, back dump.Path) {
	return objectCell(row.Key, "ref:route_target:"+target.Key), objectCell(target.Key, "backref:"+row.Type+":"+row.Key)
}

// owner is whom two of ZooKeeper, route_target_table and the references agree about; empty if they don't.
func (s *System) agreed() string {
	config := ""
	if s.Row != nil && s.Owner != noOwner {
		config = s.Owner
	}
	switch {
	case s.HasNode && s.Node.Owner != "" && (s.Node.Owner == config || slices.Contains(s.Schema, s.Node.Owner)):
		return s.Node.Owner
	case config != "" && slices.Contains(s.Schema, config):
		return config
	}
	return ""
}

// targetNode is the edit that has ZooKeeper name an owner.
func (r *run) targetNode(s *System, owner string) Edit {
	path := s.Node.Path
	if !s.HasNode {
		path = r.inv.cluster() + contrail.RouteTargetSchemeOf(r.asn).Node(s.N, "").Path
	}
	return setNode(path, owner)
}

// inRange tells if the system gives out the number.
func (r *run) inRange(s *System) bool {
	scheme := contrail.RouteTargetSchemeOf(r.asn)
	return s.N >= scheme.First && s.N <= scheme.Last
}

// ownerLives tells if there is a routing instance or logical router of a name.
func (r *run) ownerLives(name string) bool {
	return len(r.Named("routing_instance", name)) > 0 || len(r.Named("logical_router", name)) > 0
}

func addressColumn(row *Row) dump.Path { return objectCell(row.Key, "prop:"+addressTypes[row.Type]) }
