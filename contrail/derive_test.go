package contrail

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// In a consistent dump what rows imply is what index tables hold: no more, no
// less.
func TestIndexTablesFollowFromRows(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		if !d.consistent {
			return
		}
		tables := d.tables["config_db_uuid"]
		names, shares := map[string]bool{}, map[string]string{}
		for _, row := range sortedKeys(tables["obj_fq_name_table"]) {
			for column := range tables["obj_fq_name_table"][row] {
				names[row+"/"+column] = true
			}
		}
		for row, columns := range tables["obj_shared_table"] {
			for column, value := range columns {
				shares[row+"/"+column] = value
				if _, ok := ParseShareColumn([]byte(column)); !ok {
					t.Errorf("share column %q is refused", column)
				}
			}
		}
		for uuid, o := range d.objects() {
			raw, quoted, ok := o.NameColumns()
			switch {
			case !ok:
				t.Errorf("%s has no name", uuid)
			case names[o.Type+"/"+raw]:
				delete(names, o.Type+"/"+raw)
			case names[o.Type+"/"+quoted]:
				delete(names, o.Type+"/"+quoted)
			default:
				t.Errorf("no index column %q", raw)
			}
			for _, s := range o.Shares() {
				if got := shares[o.Type+"/"+s.Column]; got != s.Value {
					t.Errorf("share %s of %s: table has %q, perms2 %q", s.Column, o.Type, got, s.Value)
				}
				delete(shares, o.Type+"/"+s.Column)
			}
		}
		for column := range names {
			t.Errorf("index column %s follows from no row", column)
		}
		for column := range shares {
			t.Errorf("share column %s follows from no row", column)
		}
	})
}

func TestNameColumnsMatch(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		objects := d.objects()
		for _, columns := range d.tables["config_db_uuid"]["obj_fq_name_table"] {
			for column := range columns {
				name, uuid, ok := SplitNameColumn([]byte(column))
				if !ok {
					t.Errorf("%q is refused", column)
					continue
				}
				if o := objects[string(uuid)]; o != nil && MatchName(name, JoinName(o.FQName)) == OtherName && d.consistent {
					t.Errorf("%q is not the name %q", name, o.FQName)
				}
			}
		}
	})
}

// In a consistent dump every ZooKeeper node follows from rows.
func TestNodesFollowFromRows(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		objects := d.objects()
		byName := map[string]*Object{}
		for _, o := range objects {
			byName[o.Type+":"+JoinName(o.FQName)] = o
		}
		implied := map[string]string{}
		add := func(n ImpliedNode) { implied[n.Path] = n.Data }
		asn := uint32(64512)
		for _, o := range objects {
			for _, n := range o.ImpliedNodes() {
				add(n)
			}
			if v, ok := uintValue(o.PropValue("autonomous_system")); ok && o.Type == "global_system_config" {
				asn = uint32(v)
			}
			addr, ok := o.Address()
			if !ok {
				continue
			}
			network := ""
			for _, l := range o.RefsTo("virtual_network") {
				network = JoinName(l.FQName)
			}
			if o.Type != "instance_ip" {
				network = JoinName(o.FQName[:len(o.FQName)-2])
			}
			vn := byName["virtual_network:"+network]
			if vn == nil {
				continue
			}
			for _, s := range vn.Subnets() {
				if n, ok := AddressNode(network, s, addr, o.UUID); ok && s.Gateway != addr {
					add(n)
				}
				if s.Prefix.IsValid() {
					continue
				}
				flat := objects[s.IPAM]
				for _, s := range flat.Subnets() {
					if n, ok := AddressNode(JoinName(flat.FQName), s, addr, o.UUID); ok {
						add(n)
					}
				}
			}
		}
		for owner, columns := range d.tables["to_bgp_keyspace"]["route_target_table"] {
			number, ok := uintValue([]byte(columns["rtgt_num"]))
			if !ok {
				t.Errorf("rtgt_num %q", columns["rtgt_num"])
			}
			add(RouteTargetSchemeOf(asn).Node(number, owner))
		}
		for _, n := range d.nodes {
			prefix, rest := SplitCluster([]byte(n.path))
			node := Classify([]byte(n.path))
			if node.Kind == NodeUnknown || node.Kind == NodeDirectory {
				t.Errorf("%s is of kind %d", n.path, node.Kind)
			}
			if len(node.Index) > 0 && !node.WellFormedIndex() {
				t.Errorf("index of %s is not well formed", n.path)
			}
			if words := node.DescribeWithData([]byte(n.data), 0); words == "" || !strings.Contains(words, "→") && n.data != ReservedOwner {
				t.Errorf("%s is described as %q", n.path, words)
			}
			if owner, ok := node.Owner([]byte(n.data)); ok && d.consistent {
				if owner.UUID != "" && objects[owner.UUID] == nil {
					t.Errorf("owner %+v of %s has no row", owner, n.path)
				}
				if owner.Type != "" && owner.Name != "" && byName[owner.Type+":"+owner.Name] == nil {
					t.Errorf("owner %+v of %s has no row", owner, n.path)
				}
			}
			path := "/" + string(rest)
			if data, ok := implied[path]; ok && data == n.data {
				if back := (ImpliedNode{Path: path}).InCluster(string(prefix)); !bytes.Equal(NormalizePath([]byte(back)), NormalizePath([]byte(n.path))) {
					t.Errorf("%s in the cluster is %s", n.path, back)
				}
				delete(implied, path)
			} else if n.data != ReservedOwner && d.consistent {
				t.Errorf("%s = %q follows from nothing (%q)", n.path, n.data, data)
			}
		}
		if d.consistent {
			for path, data := range implied {
				// The made dumps beside the module know no ae-id-vpg.
				if !strings.Contains(path, "/ae-id-vpg/") || d.name == "small.json" {
					t.Errorf("no node %s = %q", path, data)
				}
			}
		}
	})
}

// In a consistent dump every link column has its opposite, with the same value.
func TestOpposites(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		for uuid, columns := range d.rows() {
			typ := d.object(uuid).Type
			for name, value := range columns {
				c := ParseColumn([]byte(name))
				other, ok := OppositeOf(typ, uuid, c)
				if ok != c.Kind.IsLink() {
					t.Errorf("%s: opposite %v", name, ok)
				}
				if !ok || !d.consistent {
					continue
				}
				got, ok := d.rows()[other.UUID][other.Column]
				if !ok || got != value {
					t.Errorf("row %s has no %s with the value of %s in row %s", other.UUID, other.Column, name, uuid)
				}
				back, _ := OppositeOf(string(c.Name), other.UUID, ParseColumn([]byte(other.Column)))
				if back.UUID != uuid || back.Column != name {
					t.Errorf("the opposite of the opposite of %s is %s", name, back.Column)
				}
			}
		}
	})
}

func TestImpliedNodesOfOldForms(t *testing.T) {
	tests := []struct {
		typ, name string
		props     map[string]string
		want      string // last of the nodes
	}{
		{"virtual_network", "n", map[string]string{"virtual_network_properties": `{"network_id": 9}`}, "/id/virtual-networks/0000000008 n"},
		{"virtual_network", "n", map[string]string{"virtual_network_network_id": `0`}, "/fq-name-to-uuid/virtual_network:n U"},
		{"virtual_network", "n", map[string]string{"virtual_network_network_id": `null`}, "/fq-name-to-uuid/virtual_network:n U"},
		{"virtual_network", "n", map[string]string{"virtual_network_network_id": `16777216`}, "/id/virtual-networks/0016777215 n"},
		{"security_group", "g", map[string]string{"security_group_id": `"8000004"`}, "/id/security-groups/id/0000000004 g"},
		{"security_group", "g", map[string]string{"security_group_id": `77`}, "/fq-name-to-uuid/security_group:g U"},
		{"tag_type", "label", map[string]string{"tag_type_id": `"0x0000"`}, "/fq-name-to-uuid/tag_type:label U"},
		{"tag", "rack=1", map[string]string{"tag_id": `"0x00FF0001"`}, "/id/tags/values/rack/0000000001 rack=1"},
		{"bgp_router", "r", map[string]string{"bgp_router_parameters": `{"source_port": 5}`}, "/fq-name-to-uuid/bgp_router:r U"},
		{"physical_interface", "xe-0/0//1", nil, "/fq-name-to-uuid/physical_interface:xe-0/0/1 U"},
	}
	for _, test := range tests {
		b := NewObjectBuilder("U")
		b.Add([]byte("type"), fmt.Appendf(nil, "%q", test.typ))
		b.Add([]byte("fq_name"), fmt.Appendf(nil, "[%q]", test.name))
		for name, value := range test.props {
			b.Add([]byte("prop:"+name), []byte(value))
		}
		nodes := b.Object().ImpliedNodes()
		last := nodes[len(nodes)-1]
		if got := last.Path + " " + last.Data; got != test.want {
			t.Errorf("%s %s %v: %s, want %s", test.typ, test.name, test.props, got, test.want)
		}
	}
	if nodes := NewObjectBuilder("U").Object().ImpliedNodes(); nodes != nil {
		t.Errorf("an empty row implies %v", nodes)
	}
}

func TestShares(t *testing.T) {
	b := NewObjectBuilder("00000005-1111-4222-8333-000000009aab")
	b.Add([]byte("prop:perms2"), []byte(`{"owner": "o", "global_access": "4", "share": [{"tenant": "t1", "tenant_access": 7},
		{"tenant": "domain:d1", "tenant_access": 0}, {"tenant": "a:b:c", "tenant_access": 7}, {"tenant": "t2"}, 5, {"tenant": null, "tenant_access": 1.5}]}`))
	got := fmt.Sprint(b.Object().Shares())
	want := "[{global::00000005-1111-4222-8333-000000009aab 4} {tenant:t1:00000005-1111-4222-8333-000000009aab 7} {domain:d1:00000005-1111-4222-8333-000000009aab 0}]"
	if got != want {
		t.Errorf("shares %s, want %s", got, want)
	}
	for _, perms := range []string{`null`, `[]`, `{"share": {}}`, `{"global_access": 0}`, `{`, ``} {
		b := NewObjectBuilder("U")
		b.Add([]byte("prop:perms2"), []byte(perms))
		if got := b.Object().Shares(); got != nil {
			t.Errorf("shares of %s: %v", perms, got)
		}
	}
}

func TestParseShareColumn(t *testing.T) {
	const u = "00000005-1111-4222-8333-000000009aab"
	for column, ok := range map[string]bool{
		"global::" + u: true, "tenant:x:" + u: true, "domain:x:" + u: true,
		"global:x:" + u: false, "tenant::" + u: false, "user:x:" + u: false, "global:" + u: false, "global::x": false, "": false,
		"tenant:a:b:" + u: false,
	} {
		c, got := ParseShareColumn([]byte(column))
		if got != ok {
			t.Errorf("%q: %v", column, got)
		}
		if joined := string(c.Type) + ":" + string(c.ID) + ":" + string(c.UUID); got && joined != column {
			t.Errorf("%q came apart as %q", column, joined)
		}
	}
}

func TestOppositeNeedsType(t *testing.T) {
	if _, ok := OppositeOf("", "u", ParseColumn([]byte("ref:a:b"))); ok {
		t.Error("an object without a type has an opposite")
	}
	got, ok := OppositeOf("virtual-network", "u", ParseColumn([]byte("relaxbackref:b")))
	if !ok || got != (Opposite{"b", "ref:virtual_network:u"}) {
		t.Errorf("opposite of relaxbackref: %+v", got)
	}
}
