package validate

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

const (
	numberNode byte = iota
	numberHolder
	numberSchema
)

// numberRecord begins a record about a number of an allocator, in memory that is used again.
func (r *run) numberRecord(a Allocator, scope string, n uint64, kind byte) []byte {
	var digits [20]byte
	h := hashID(string(rune(a)), scope, asText(strconv.AppendUint(digits[:0], n, 10)))
	b := append(append(r.noted[:0], h[:]...), kind, byte(a))
	return binary.AppendUvarint(appendText(b, scope), n)
}

// noteNumberNode keeps a node of an allocator.
func (r *run) noteNumberNode(n *Node) {
	var a Allocator
	scope := ""
	switch n.Kind {
	case contrail.NodeNetworkID:
		a = NetworkIDs
	case contrail.NodeSecurityGroupID:
		a = GroupIDs
	case contrail.NodeRouteTarget:
		a = TargetIDs
	case contrail.NodeTagType:
		a = TagTypeIDs
	case contrail.NodeTagValue:
		a, scope = TagValueIDs, asText(n.Scope)
	case contrail.NodeAggregate:
		a, scope = AggregateIDs, asText(n.Scope)
	default:
		return
	}
	if !isDecimal(n.Index) {
		return
	}
	index, err := strconv.ParseUint(asText(n.Index), 10, 64)
	if err != nil {
		return
	}
	r.noteNumberOwner(n, a, scope)
	if r.o.Edit != nil && (a == NetworkIDs || a == GroupIDs) {
		k := numberKey(a, index)
		r.numberNodes.add(append(k[:], n.Text...))
	}
	b := r.numberRecord(a, scope, index, numberNode)
	b = appendText(appendText(appendText(b, n.Normal), n.Sub), n.Text)
	if n.WellFormedIndex() {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	r.noted = binary.AppendUvarint(b, uint64(n.Offset))
	r.numbers.add(r.noted)
}

// holds keeps that an object has a number.
func (r *run) holds(a Allocator, scope string, n uint64, row *Row, more string) {
	b := r.numberRecord(a, scope, n, numberHolder)
	b = appendSortable(b, row.Name())
	r.noted = appendText(appendText(b, row.Key), more)
	r.numbers.add(r.noted)
}

// noteNumbers keeps the numbers that a row holds.
func (r *run) noteNumbers(row *Row) {
	switch row.Type {
	case "virtual_network":
		if n, ok := NetworkID(row); ok && n > 0 {
			r.inv.HeldNetworkIDs++
			r.holds(NetworkIDs, "", n-1, row, "")
		}
	case "security_group":
		if n, ok := uintOf(row.Prop("security_group_id")); ok && n >= contrail.FirstSecurityGroupID {
			r.inv.HeldGroupIDs++
			r.holds(GroupIDs, "", n-contrail.FirstSecurityGroupID, row, "")
		}
	case "route_target":
		if rt, ok := contrail.ParseRouteTarget(row.Name()); ok && !rt.Addr.IsValid() {
			r.holds(TargetIDs, "", rt.Number, row, strconv.FormatUint(uint64(rt.ASN), 10))
		}
	case "physical_interface":
		if len(row.FQName) != 3 {
			return
		}
		group := ""
		n, ok := uint64(0), false
		if refs := row.Each(contrail.ColumnBackref, "virtual_port_group"); len(refs) > 0 {
			group = string(refs[0].Key)
			n, ok = uintOf(attrOf(refs[0].Value).Get("ae_num"))
		}
		if digits, is := strings.CutPrefix(row.FQName[2], "ae"); is && isDecimal(digits) && len(digits) < 4 {
			if v, err := strconv.ParseUint(digits, 10, 64); err == nil && v < aggregates {
				n, ok = v, true
			}
		}
		if ok {
			r.holds(AggregateIDs, row.FQName[1], n, row, group)
		}
	case "tag_type":
		if n, ok := uintOf(row.Prop("tag_type_id")); ok {
			r.holds(TagTypeIDs, "", n, row, "")
		}
	case "tag":
		if typ, n, ok := TagValue(row); ok {
			r.holds(TagValueIDs, typ, n, row, "")
		}
	}
}

// aggregates is how many numbers of aggregated interfaces a router has.
const aggregates = 128

// NetworkID returns the id of a virtual_network, from its own property or from the older place.
func NetworkID(row *Row) (uint64, bool) {
	if v := row.Prop("virtual_network_network_id"); v.Exists() && v.Type != gjson.Null {
		return uintOf(v)
	}
	return uintOf(row.Prop("virtual_network_properties").Get("network_id"))
}

// TagValue returns the type of a tag and its number there, the low half of its id.
func TagValue(row *Row) (typ string, n uint64, ok bool) {
	n, ok = uintOf(row.Prop("tag_id"))
	typ, _ = textOf(row.Prop("tag_type_name"))
	if typ == "" && len(row.FQName) > 0 {
		typ, _, _ = strings.Cut(row.FQName[len(row.FQName)-1], "=")
	}
	return typ, n & 0xffff, ok && typ != ""
}

// schemaTarget keeps a cell of route_target_table.
func (r *run) schemaTarget(owner string, number []byte) {
	n, err := strconv.ParseUint(strings.TrimSpace(string(number)), 10, 64)
	if err != nil {
		return
	}
	r.inv.SchemaTargets++
	r.noted = appendText(r.numberRecord(TargetIDs, "", n, numberSchema), owner)
	r.numbers.add(r.noted)
}

// joinNumbers judges the numbers of all allocators.
func (r *run) joinNumbers() error {
	scheme := contrail.RouteTargetSchemeOf(r.asn)
	asnText := strconv.FormatUint(uint64(r.asn), 10)
	var n Number // texts in it are valid until the next
	var schema []string
	return r.numbers.groups(func(_ id, payloads [][]byte) error {
		n = Number{Nodes: n.Nodes[:0], Holders: n.Holders[:0]}
		schema = schema[:0]
		for _, p := range payloads {
			d := decoder{p}
			kind := d.byte()
			n.Allocator = Allocator(d.byte())
			n.Scope = d.view()
			n.N = d.uint()
			r.useNumber(n.Allocator, n.N)
			switch kind {
			case numberNode:
				node := NumberNode{Path: d.view(), Sub: d.view(), Owner: d.view()}
				node.WellFormed, node.at = d.byte() == 1, int64(d.uint())
				n.Nodes = append(n.Nodes, node)
			case numberHolder:
				h := Holder{Name: d.sortable(), UUID: d.view()}
				asn := d.view()
				if n.Allocator == AggregateIDs {
					h.Group, asn = asn, ""
				}
				if n.Allocator == TargetIDs && (asn != asnText || n.N < scheme.First) {
					continue
				}
				if k, _ := keyOf(h.UUID); n.Allocator <= TargetIDs && !r.indexed(k) {
					continue // as the original, which goes by the index
				}
				n.Holders = append(n.Holders, h)
			case numberSchema:
				schema = append(schema, d.view())
			}
		}
		r.noteUnheld(&n)
		r.hooks.number.call(&n)
		if n.Allocator == TargetIDs {
			r.joinTarget(&n, schema, scheme)
		}
		return r.failure()
	})
}

// joinTarget judges one number of the system route targets.
func (r *run) joinTarget(n *Number, schema []string, scheme contrail.RouteTargetScheme) {
	s := System{N: n.N, Schema: schema, Target: contrail.RouteTarget{ASN: r.asn, Number: n.N}.String()}
	for _, node := range n.Nodes {
		if node.Sub == scheme.Sub {
			s.Node, s.HasNode = node, true
		}
	}
	for i := range n.Holders {
		if s.Row = r.Row(n.Holders[i].UUID); s.Row != nil {
			break
		}
	}
	if !s.HasNode && s.Row == nil && len(schema) == 0 {
		return
	}
	if s.Row != nil {
		s.Routers = r.holdersOf(s.Row.Backrefs("logical_router"))
		s.RIs = r.holdersOf(s.Row.Backrefs("routing_instance"))
		s.Owner = ownerOf(&s)
		r.inv.SystemTargets++
	}
	if !s.HasNode && s.agreed() != "" && r.inRange(&s) {
		r.inv.AgreedTargets++
	}
	r.hooks.system.call(&s)
}

func (r *run) holdersOf(uuids []string) []*Holder {
	var list []*Holder
	for _, u := range uuids {
		h := &Holder{UUID: u, Row: r.Row(u)}
		if h.Row != nil {
			h.Name = h.Row.Name()
		}
		list = append(list, h)
	}
	return list
}

// noOwner is what the original says of a route target that nobody has.
const noOwner = "No Routing Instance or Logical Router associated"

// ownerOf is who owns a route target by its back-references: the one that ZooKeeper names if it is among them (the
// original takes the last, which can be the instance of a service chain), a router before instances.
func ownerOf(s *System) string {
	for _, list := range [][]*Holder{s.Routers, s.RIs} {
		last := ""
		for _, h := range list {
			if h.Name != "" {
				last = h.Name
				if s.HasNode && h.Name == s.Node.Owner {
					return h.Name
				}
			}
		}
		switch {
		case last != "":
			return last
		case len(list) > 0:
			return noOwner
		}
	}
	return noOwner
}
