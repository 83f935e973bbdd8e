package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestConsistent(t *testing.T) {
	for _, o := range []Options{
		{Objects: MinObjects},
		{Objects: 151, Seed: 2},
		{Objects: 350, Seed: 3, ClusterID: "c7"},
		{Objects: 1000, Seed: 4, FourByteASN: true, TokenOrder: true},
		{Objects: 1234, Seed: 5, AllocUnit: 4, UnsortedColumns: true},
		{Objects: 5100, Seed: 6, ZooKeeperFirst: true, ClusterID: "c7", FourByteASN: true, Indent: 2},
	} {
		t.Run(fmt.Sprintf("%d seed %d", o.Objects, o.Seed), func(t *testing.T) {
			checkConsistent(t, generated(t, o), o)
		})
	}
}

// checker looks at a parsed dump with the rules of the checks in mind. It
// knows the format, not the layout.
type checker struct {
	*testing.T
	*parsed
	options Options
	objects map[string]*object
	named   map[string]*object // by type and joined name
	prefix  string             // of ZooKeeper paths
	asn     int
	used    map[string]bool // nodes that something accounts for
}

type object struct {
	id, typ string
	name    []string
	row     parsedRow
	parent  string
}

func (o *object) joined() string { return strings.Join(o.name, ":") }

func (o *object) String() string { return o.typ + " " + o.joined() + " " + o.id }

// links are the uuids in the columns that begin with a prefix.
func (o *object) links(prefix string) []string {
	var ids []string
	for column := range o.row {
		if id, ok := strings.CutPrefix(column, prefix); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (o *object) prop(name string) string { return o.row["prop:"+name].value }

func checkConsistent(t *testing.T, text []byte, o Options) {
	t.Helper()
	c := &checker{
		T: t, parsed: parse(t, text), options: o,
		objects: map[string]*object{}, named: map[string]*object{}, used: map[string]bool{},
	}
	c.prefix = "/"
	if o.ClusterID != "" {
		c.prefix = o.ClusterID + "/"
	}
	for id, row := range c.parsed.objects() {
		x := &object{id: id, row: row, typ: decode[string](t, row["type"].value), name: decode[[]string](t, row["fq_name"].value)}
		for column := range row {
			if rest, ok := strings.CutPrefix(column, "parent:"); ok {
				_, x.parent, _ = strings.Cut(rest, ":")
			}
		}
		c.objects[id] = x
		if other := c.named[x.typ+" "+x.joined()]; other != nil {
			t.Errorf("%v and %v have one name", x, other)
		}
		c.named[x.typ+" "+x.joined()] = x
	}
	gsc := c.named["global_system_config default-global-system-config"]
	if gsc == nil {
		t.Fatal("no global_system_config")
	}
	c.asn = decode[int](t, gsc.prop("autonomous_system"))
	for _, must := range []string{
		"domain default-domain", "project default-domain:default-project", "policy_management default-policy-management",
		"global_vrouter_config default-global-system-config:default-global-vrouter-config",
		"virtual_network default-domain:default-project:ip-fabric", "security_group default-domain:default-project:__no_rule__",
	} {
		if c.named[must] == nil {
			t.Errorf("no %s", must)
		}
	}
	for _, x := range c.objects {
		c.metadata(x)
		c.family(x)
		c.references(x)
	}
	c.index()
	c.shared()
	c.nodeShapes()
	c.names()
	c.ids()
	c.targets()
	c.tags()
	c.bonds()
	c.addresses()
	c.ports()
	for keyspace, tables := range c.keyspaces {
		for table, rows := range tables {
			for key, row := range rows {
				if len(row) == 0 {
					t.Errorf("row %s/%s/%s is empty", keyspace, table, key)
				}
			}
		}
	}
	for _, n := range c.nodes {
		if !c.used[n.path] {
			t.Errorf("nothing accounts for node %s", n.path)
		}
	}
}

func (c *checker) metadata(x *object) {
	perms := decode[struct {
		UUID struct {
			High uint64 `json:"uuid_mslong"`
			Low  uint64 `json:"uuid_lslong"`
		}
		Created      string
		LastModified string `json:"last_modified"`
	}](c, x.prop("id_perms"))
	if got := fmt.Sprintf("%016x%016x", perms.UUID.High, perms.UUID.Low); got != strings.ReplaceAll(x.id, "-", "") {
		c.Errorf("%v: id_perms has uuid %s", x, got)
	}
	const form = "2006-01-02T15:04:05.000000"
	for _, text := range []string{perms.Created, perms.LastModified} {
		if at, err := time.Parse(form, text); err != nil || at.Format(form) != text {
			c.Errorf("%v: time %q", x, text)
		}
	}
	if perms.Created > perms.LastModified {
		c.Errorf("%v: modified before it was created", x)
	}
	newest := int64(0)
	for column, cell := range x.row {
		if len(strconv.FormatInt(cell.at, 10)) != 16 {
			c.Errorf("%v %s: timestamp %d", x, column, cell.at)
		}
		if !json.Valid([]byte(cell.value)) {
			c.Errorf("%v %s: not JSON: %s", x, column, cell.value)
		}
		if column != "META:latest_col_ts" {
			newest = max(newest, cell.at)
		}
	}
	if meta := x.row["META:latest_col_ts"]; meta.value != "null" || meta.at < newest {
		c.Errorf("%v: META:latest_col_ts is %+v, the newest column has %d", x, meta, newest)
	}
	limit := c.options.GeneratedAt
	if limit.IsZero() {
		limit = time.Date(2021, 6, 1, 0, 0, 0, 0, time.UTC)
	}
	if newest > limit.UnixMicro() {
		c.Errorf("%v: written after the export", x)
	}
	if id, _, _ := strings.Cut(x.name[len(x.name)-1], ":"); strings.Count(id, "-") == 4 && len(id) == 36 && id != x.id {
		c.Errorf("%v: name is the uuid of another", x)
	}
}

// family checks parent and children both ways.
func (c *checker) family(x *object) {
	parentType, has := x.row["parent_type"]
	if has != (x.parent != "") {
		c.Errorf("%v: parent and parent_type don't agree", x)
	}
	if has {
		p := c.objects[x.parent]
		switch {
		case p == nil:
			c.Errorf("%v: parent %s is not there", x, x.parent)
		case strings.ReplaceAll(decode[string](c, parentType.value), "-", "_") != p.typ || !hasColumn(x, "parent:"+p.typ+":"+p.id):
			c.Errorf("%v: parent type", x)
		case !hasColumn(p, "children:"+x.typ+":"+x.id):
			c.Errorf("%v: its parent doesn't know it", x)
		case strings.Join(x.name[:len(x.name)-1], ":") != p.joined():
			c.Errorf("%v: not under the name of its parent %v", x, p)
		}
	}
	for _, typed := range x.links("children:") {
		typ, id, _ := strings.Cut(typed, ":")
		if child := c.objects[id]; child == nil || child.typ != typ || child.parent != x.id {
			c.Errorf("%v: %s is not its child", x, typed)
		}
	}
}

func hasColumn(x *object, column string) bool {
	_, ok := x.row[column]
	return ok
}

// references checks refs and back-refs both ways, with their values.
func (c *checker) references(x *object) {
	other := func(typed, opposite string) (*object, string) {
		typ, id, _ := strings.Cut(typed, ":")
		y := c.objects[id]
		if y == nil || y.typ != typ {
			c.Errorf("%v: %s is not there", x, typed)
			return nil, ""
		}
		if y == x {
			c.Errorf("%v refers to itself", x)
		}
		if typ == x.typ {
			opposite = "ref:"
		}
		return y, opposite + x.typ + ":" + x.id
	}
	for _, typed := range x.links("ref:") {
		if y, column := other(typed, "backref:"); y != nil && y.row[column].value != x.row["ref:"+typed].value {
			c.Errorf("%v: its reference %s is not on the other side", x, typed)
		}
		if _, ok := decode[map[string]any](c, x.row["ref:"+typed].value)["attr"]; !ok {
			c.Errorf("%v: reference %s has no attr", x, typed)
		}
	}
	for _, typed := range x.links("backref:") {
		if y, column := other(typed, "ref:"); y != nil && !hasColumn(y, column) {
			c.Errorf("%v: nothing stands behind backref:%s", x, typed)
		}
	}
}

func (c *checker) index() {
	seen := map[string]bool{}
	for typ, row := range c.keyspaces["config_db_uuid"]["obj_fq_name_table"] {
		for column, cell := range row {
			at := strings.LastIndex(column, ":")
			x := c.objects[column[at+1:]]
			if x == nil || x.typ != typ || x.joined() != column[:at] || cell.value != "null" {
				c.Errorf("index column %s %s", typ, column)
				continue
			}
			seen[x.id] = true
		}
	}
	for id, x := range c.objects {
		if !seen[id] {
			c.Errorf("%v is not in the index", x)
		}
	}
}

func (c *checker) shared() {
	want := map[string]string{}
	for _, x := range c.objects {
		perms := decode[struct {
			GlobalAccess int `json:"global_access"`
			Share        []struct {
				Tenant       string
				TenantAccess int `json:"tenant_access"`
			}
		}](c, x.prop("perms2"))
		if perms.GlobalAccess != 0 {
			want[x.typ+" global::"+x.id] = strconv.Itoa(perms.GlobalAccess)
		}
		for _, s := range perms.Share {
			want[x.typ+" "+s.Tenant+":"+x.id] = strconv.Itoa(s.TenantAccess)
			if _, with, _ := strings.Cut(s.Tenant, ":"); c.objects[with] == nil {
				c.Errorf("%v is shared with %s", x, s.Tenant)
			}
		}
	}
	if len(want) < 2 {
		c.Error("hardly anything is shared")
	}
	for typ, row := range c.keyspaces["config_db_uuid"]["obj_shared_table"] {
		for column, cell := range row {
			if want[typ+" "+column] != cell.value {
				c.Errorf("shared column %s %s is %s", typ, column, cell.value)
			}
			delete(want, typ+" "+column)
		}
	}
	for missing := range want {
		c.Errorf("no shared column %s", missing)
	}
}

func (c *checker) nodeShapes() {
	for _, n := range c.nodes {
		if !strings.HasPrefix(n.path, c.prefix) || strings.HasPrefix(n.path, "//") || !strings.HasSuffix(n.path, "/") {
			c.Errorf("path %s", n.path)
		}
		if len(n.stat) != 11 || n.stat[7] != 0 || n.stat[8] != int64(len(n.data)) || n.stat[9] != 0 || len(strconv.FormatInt(n.stat[2], 10)) != 13 {
			c.Errorf("stat of %s is %v", n.path, n.stat)
		}
		for _, r := range n.path {
			if r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0xd800 && r <= 0xf8ff || r >= 0xfff0 {
				c.Errorf("ZooKeeper refuses path %q", n.path)
			}
		}
		for at := strings.IndexByte(n.path, '/'); at+1 < len(n.path); {
			if _, isLeaf := c.byPath[n.path[:at+1]]; isLeaf {
				c.Errorf("%s has a child %s", n.path[:at+1], n.path)
			}
			at += 1 + strings.IndexByte(n.path[at+1:], '/')
		}
	}
}

// node takes a node into account and tells whether it is there with the data.
func (c *checker) node(path, data string) {
	path = c.prefix + path + "/"
	if got, ok := c.byPath[path]; !ok || got != data {
		c.Errorf("node %s has %q, want %q", path, got, data)
	}
	c.used[path] = true
}

// under are the nodes below a directory, by the rest of their paths.
func (c *checker) under(directory string) map[string]string {
	found := map[string]string{}
	for path, data := range c.byPath {
		if rest, ok := strings.CutPrefix(path, c.prefix+directory); ok {
			found[strings.TrimSuffix(rest, "/")] = data
		}
	}
	return found
}

func (c *checker) names() {
	for _, x := range c.objects {
		c.node("fq-name-to-uuid/"+x.typ+":"+x.joined(), x.id)
	}
}

func (c *checker) ids() {
	c.node("id/security-groups/id/0000000000", "__reserved__")
	for _, x := range c.objects {
		switch x.typ {
		case "virtual_network":
			c.node(fmt.Sprintf("id/virtual-networks/%010d", decode[int](c, x.prop("virtual_network_network_id"))-1), x.joined())
		case "security_group":
			c.node(fmt.Sprintf("id/security-groups/id/%010d", decode[int](c, x.prop("security_group_id"))-8000000), x.joined())
		}
	}
	groups := c.under("id/virtual-port-group/")
	for number, data := range groups {
		if c.named["virtual_port_group "+data] == nil {
			c.Errorf("virtual port group number %s for %s", number, data)
		}
		c.used[c.prefix+"id/virtual-port-group/"+number+"/"] = true
	}
	var ports int
	for _, x := range c.objects {
		if x.typ == "virtual_port_group" {
			ports++
		}
	}
	if ports != len(groups) {
		c.Errorf("%d virtual port groups, %d numbers", ports, len(groups))
	}
	for key, row := range c.keyspaces["to_bgp_keyspace"]["service_chain_table"] {
		for chain, cell := range row {
			number, err := strconv.Atoi(cell.value)
			if c.objects[key] == nil || c.objects[key].typ != "virtual_machine" || err != nil {
				c.Errorf("service chain %s on %s", chain, key)
			}
			if c.options.ClusterID == "" {
				c.node(fmt.Sprintf("id/service-chain/vlan/%s/%010d", key, number), chain)
			}
		}
	}
}

// targets checks route targets: numbers, locks, schema rows and owners.
func (c *checker) targets() {
	first, directory := 8000000, "id/bgp/route-targets/type0/"
	if c.asn > 65535 {
		first, directory = 8000, "id/bgp/route-targets/type1_2/"
	}
	if (c.asn > 65535) != c.options.FourByteASN {
		c.Errorf("AS number %d", c.asn)
	}
	locks := c.under(directory)
	schema := map[string]string{}
	for owner, row := range c.keyspaces["to_bgp_keyspace"]["route_target_table"] {
		number, _ := strconv.Atoi(row["rtgt_num"].value)
		schema[fmt.Sprintf("%010d", number)] = owner
	}
	system := 0
	for _, x := range c.objects {
		switch x.typ {
		case "route_target":
			parts := strings.Split(x.name[0], ":")
			number, err := strconv.Atoi(parts[2])
			if len(x.name) != 1 || parts[0] != "target" || parts[1] != strconv.Itoa(c.asn) || err != nil {
				c.Errorf("%v: malformed", x)
			}
			instances, routers := x.links("backref:routing_instance:"), x.links("backref:logical_router:")
			if len(instances)+len(routers) == 0 || len(routers) > 1 {
				c.Errorf("%v: owners %v %v", x, instances, routers)
			}
			if number < first {
				continue
			}
			system++
			key := fmt.Sprintf("%010d", number)
			owner := locks[key]
			if schema[key] != owner {
				c.Errorf("%v: ZooKeeper says %q, the schema transformer %q", x, owner, schema[key])
			}
			c.used[c.prefix+directory+key+"/"] = true
			switch {
			case len(routers) == 1 && c.objects[routers[0]].joined() != owner,
				len(routers) == 0 && (len(instances) != 1 || c.objects[instances[0]].joined() != owner):
				c.Errorf("%v: ZooKeeper has owner %s", x, owner)
			case len(routers) == 1:
				c.routerInstances(c.objects[routers[0]], instances)
			}
		case "virtual_network":
			ri := c.named["routing_instance "+x.joined()+":"+x.name[len(x.name)-1]]
			if ri == nil || len(ri.links("ref:route_target:")) == 0 {
				c.Errorf("%v: no default routing instance with a route target", x)
			}
			if list := x.prop("route_target_list"); list != "" {
				for _, name := range decode[map[string][]string](c, list)["route_target"] {
					target := c.named["route_target "+name]
					if target == nil || !hasColumn(ri, "ref:route_target:"+target.id) {
						c.Errorf("%v: route target %s of its list", x, name)
					}
				}
			}
		}
	}
	if system != len(locks) || system != len(schema) {
		c.Errorf("%d system route targets, %d locks, %d schema rows", system, len(locks), len(schema))
	}
}

// routerInstances checks that a logical router's target is on the instances
// of its two networks and of its SNAT instance, and on no others.
func (c *checker) routerInstances(router *object, instances []string) {
	var want []string
	for _, port := range router.links("ref:virtual_machine_interface:") {
		want = append(want, c.objects[port].links("ref:routing_instance:")...)
	}
	for _, id := range router.links("ref:service_instance:") {
		si := c.objects[id]
		left := "snat-si-left_" + si.name[len(si.name)-1]
		ri := c.named["routing_instance "+strings.Join(append(slices.Clone(si.name[:len(si.name)-1]), left, left), ":")]
		if ri == nil || si.name[len(si.name)-1] != "snat_"+router.id {
			c.Errorf("%v: SNAT instance", router)
			continue
		}
		want = append(want, ri.id)
	}
	slices.Sort(want)
	if !slices.Equal(want, instances) || len(slices.Compact(want)) != 3 {
		c.Errorf("%v: its target is on %v, want %v", router, instances, want)
	}
}

func (c *checker) tags() {
	ids := map[string]*object{}
	for _, x := range c.objects {
		switch x.typ {
		case "tag_type":
			id, err := strconv.ParseUint(decode[string](c, x.prop("tag_type_id")), 0, 16)
			if err != nil {
				c.Error(err)
			}
			c.node(fmt.Sprintf("id/tags/types/%010d", id), x.name[0])
		case "tag":
			text := decode[string](c, x.prop("tag_id"))
			id, err := strconv.ParseUint(text, 0, 32)
			types := x.links("ref:tag_type:")
			if err != nil || len(types) != 1 || ids[text] != nil {
				c.Errorf("%v: id %s, types %v, other %v", x, text, types, ids[text])
				continue
			}
			ids[text] = x
			typeID, _ := strconv.ParseUint(decode[string](c, c.objects[types[0]].prop("tag_type_id")), 0, 16)
			typeName := c.objects[types[0]].name[0]
			if typeID != id>>16 || x.name[len(x.name)-1] != typeName+"="+decode[string](c, x.prop("tag_value")) {
				c.Errorf("%v: id %s of type %s", x, text, typeName)
			}
			c.node(fmt.Sprintf("id/tags/values/%s/%010d", typeName, id&0xffff), x.joined())
		}
	}
}

func (c *checker) bonds() {
	for _, x := range c.objects {
		if x.typ != "virtual_port_group" {
			continue
		}
		members := x.links("ref:physical_interface:")
		if len(members) != 2 {
			c.Errorf("%v: members %v", x, members)
		}
		for _, id := range members {
			attr := decode[struct{ Attr map[string]int }](c, x.row["ref:physical_interface:"+id].value).Attr
			member := c.objects[id]
			if !strings.Contains(member.name[2], "/") || len(member.links("backref:virtual_port_group:")) != 1 || attr["ae_num"] >= 128 {
				c.Errorf("%v: member %v", x, member)
			}
			c.node(fmt.Sprintf("id/aggregated-ethernet/%s/%010d", member.name[1], attr["ae_num"]), x.name[len(x.name)-1])
		}
	}
}

type parsedSubnet struct {
	Subnet struct {
		Prefix string `json:"ip_prefix"`
		Length int    `json:"ip_prefix_len"`
	}
	Gateway   string `json:"default_gateway"`
	DNS       string `json:"dns_server_address"`
	UUID      string `json:"subnet_uuid"`
	AllocUnit int    `json:"alloc_unit"`
	owner     string
}

func (s parsedSubnet) prefix() netip.Prefix {
	return netip.PrefixFrom(netip.MustParseAddr(s.Subnet.Prefix), s.Subnet.Length)
}

// subnetsOf are the subnets of a network, those of its IPAM where that is
// flat, and the uuids by which the network knows them.
func (c *checker) subnetsOf(network *object) (subnets []parsedSubnet, known map[string]string) {
	known = map[string]string{}
	for _, id := range network.links("ref:network_ipam:") {
		ipam := c.objects[id]
		refs := decode[struct {
			Attr struct {
				Subnets []parsedSubnet `json:"ipam_subnets"`
			}
		}](c, network.row["ref:network_ipam:"+id].value).Attr.Subnets
		if decode[string](c, ipam.prop("ipam_subnet_method")) == "flat-subnet" {
			known[refs[0].UUID] = "0.0.0.0/0"
			s := decode[parsedSubnet](c, ipam.row["propl:ipam_subnets:0"].value)
			s.owner = ipam.joined()
			subnets = append(subnets, s)
			continue
		}
		for _, s := range refs {
			s.owner = network.joined()
			known[s.UUID] = s.prefix().String()
			subnets = append(subnets, s)
		}
	}
	return subnets, known
}

// addresses checks subnets, what useragent says of them, and that every
// address lies in one and has its lock.
func (c *checker) addresses() {
	taken := map[string]bool{}
	locks := 0
	agent := c.keyspaces["useragent"]["useragent_keyval_table"]
	backwards := 0
	for key := range agent {
		if strings.Contains(key, " ") {
			backwards++
			if agent[agent[key]["value"].value]["value"].value != key {
				c.Errorf("useragent row %s", key)
			}
		}
	}
	found := 0
	for _, x := range c.objects {
		if x.typ != "virtual_network" {
			continue
		}
		subnets, known := c.subnetsOf(x)
		for id, prefix := range known {
			found++
			if agent[id]["value"].value != x.id+" "+prefix {
				c.Errorf("%v: useragent has %q for subnet %s %s", x, agent[id]["value"].value, id, prefix)
			}
		}
		for i, s := range subnets {
			p := s.prefix()
			if p != p.Masked() || s.AllocUnit == 0 {
				c.Errorf("%v: subnet %+v", x, s)
			}
			for _, other := range subnets[:i] {
				if p.Overlaps(other.prefix()) {
					c.Errorf("%v: subnets overlap", x)
				}
			}
			for _, text := range []string{s.Gateway, s.DNS} {
				if !p.Contains(netip.MustParseAddr(text)) {
					c.Errorf("%v: %s is not in %v", x, text, p)
				}
			}
		}
	}
	if found+backwards != len(agent) {
		c.Errorf("%d subnets, %d ways back, %d rows of useragent", found, backwards, len(agent))
	}
	for _, x := range c.objects {
		var network []string
		var address, family string
		switch x.typ {
		case "instance_ip":
			refs := x.links("ref:virtual_network:")
			if len(refs) != 1 || len(x.links("ref:virtual_machine_interface:")) != 1 {
				c.Errorf("%v: networks %v", x, refs)
				continue
			}
			network, address, family = c.objects[refs[0]].name, x.prop("instance_ip_address"), x.prop("instance_ip_family")
		case "floating_ip", "alias_ip":
			network, address, family = x.name[:len(x.name)-2], x.prop(x.typ+"_address"), x.prop(x.typ+"_address_family")
		default:
			continue
		}
		text := decode[string](c, address)
		ip, err := netip.ParseAddr(text)
		if err != nil || ip.String() != text || decode[string](c, family) != map[bool]string{true: "v4", false: "v6"}[ip.Is4()] {
			c.Errorf("%v: address %s of family %s", x, address, family)
			continue
		}
		subnets, _ := c.subnetsOf(c.named["virtual_network "+strings.Join(network, ":")])
		at := slices.IndexFunc(subnets, func(s parsedSubnet) bool { return s.prefix().Contains(ip) })
		if at < 0 {
			c.Errorf("%v: %s is in no subnet of its network", x, text)
			continue
		}
		s := subnets[at]
		key := s.owner + " " + text
		last := lastAddress(s.prefix())
		if taken[key] || text == s.Gateway || text == s.DNS || ip == s.prefix().Addr() || ip == last {
			c.Errorf("%v: %s is taken", x, text)
		}
		taken[key] = true
		number := bigOf(ip)
		quotient, rest := number.QuoRem(number, bigInt(s.AllocUnit), bigInt(0))
		if rest.Sign() != 0 {
			c.Errorf("%v: %s is not a multiple of %d", x, text, s.AllocUnit)
		}
		locks++
		c.node(fmt.Sprintf("api-server/subnets/%s:%s/%010d", s.owner, s.prefix(), quotient), x.id)
	}
	if got := len(c.under("api-server/subnets/")); got != locks {
		c.Errorf("%d addresses, %d locks", locks, got)
	}
}

// ports checks what ports, machines and hosts need.
func (c *checker) ports() {
	macs := map[string]bool{}
	for _, x := range c.objects {
		switch x.typ {
		case "virtual_machine":
			if len(x.links("backref:virtual_machine_interface:")) == 0 {
				c.Errorf("%v has no port", x)
			}
		case "virtual_machine_interface":
			networks := x.links("ref:virtual_network:")
			mac := decode[map[string][]string](c, x.prop("virtual_machine_interface_mac_addresses"))["mac_address"]
			if len(networks) != 1 || len(mac) != 1 || macs[networks[0]+mac[0]] {
				c.Errorf("%v: networks %v, MAC %v", x, networks, mac)
				continue
			}
			macs[networks[0]+mac[0]] = true
			for _, id := range x.links("ref:routing_instance:") {
				if c.objects[id].parent != networks[0] {
					c.Errorf("%v: routing instance of another network", x)
				}
			}
			host := x.row["propm:virtual_machine_interface_bindings:host_id"].value
			for _, machine := range x.links("ref:virtual_machine:") {
				hosts := c.objects[machine].links("backref:virtual_router:")
				if len(hosts) != 1 || decode[map[string]string](c, host)["value"] != c.objects[hosts[0]].name[1] {
					c.Errorf("%v: bound to %s, its machine is on %v", x, host, hosts)
				}
			}
		case "security_group":
			if bytes.Contains([]byte(x.prop("security_group_entries")), []byte(`"security_group": "default-`)) &&
				!strings.Contains(x.prop("security_group_entries"), string(appendQuoted(x.joined()))) {
				c.Errorf("%v: rules name another group", x)
			}
		}
	}
}
