package validate

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// What several rules need.

// anyColumn with an empty name counts all columns of a row.
const anyColumn contrail.ColumnKind = 255

// agrees tells if an index entry is just what the object wants.
func (x *Identity) agrees(e IndexEntry) bool {
	return x.Row != nil && x.Row.FQName != nil && e.Type == x.Row.Type && e.form(x.Row) != contrail.OtherName
}

// isBelow tells if the node is a path or below it, whatever the cluster id.
func (n *Node) isBelow(path string) bool {
	rest := n.Normal
	if len(n.Cluster) > 0 && len(rest) > len(n.Cluster) && bytes.HasPrefix(rest[1:], n.Cluster) {
		rest = rest[1+len(n.Cluster):]
	}
	return len(rest) >= len(path) && string(rest[:len(path)]) == path && (len(rest) == len(path) || rest[len(path)] == '/')
}

// address names the address of a lock.
func (l *Lock) address() string {
	if l.Addr.IsValid() {
		return l.Addr.String() + " in " + l.Subnet + " of " + quoted(l.Owner)
	}
	return "an address in " + l.Subnet + " of " + quoted(l.Owner)
}

func useragentPath(key string) string {
	return dump.Path{Level: dump.AtRow, Keyspace: "useragent", Table: "useragent_keyval_table", Row: key}.String()
}

func schemaPath(key string) string {
	return dump.Path{Level: dump.AtRow, Keyspace: "to_bgp_keyspace", Table: "route_target_table", Row: key}.String()
}

// targetLists are the lists of route targets that users make.
var targetLists = []string{"prop:route_target_list", "prop:import_route_target_list", "prop:export_route_target_list", "prop:configured_route_target_list"}

// eachListedTarget calls f with each route target in the lists of a network or router.
func eachListedTarget(row *Row, f func(column, name string)) {
	if row.Type != "virtual_network" && row.Type != "logical_router" {
		return
	}
	list := row.Kept()
	for i := range list {
		c := &list[i]
		if c.Kind != contrail.ColumnProp || !c.JSON || !slices.Contains(targetLists, string(c.Full)) {
			continue
		}
		v := gjson.ParseBytes(c.Value)
		if v.IsObject() {
			v = v.Get("route_target")
		}
		if !v.IsArray() {
			continue
		}
		v.ForEach(func(_, e gjson.Result) bool {
			name, ok := textOf(e)
			if !ok {
				name = e.Raw
			}
			f(string(c.Full), name)
			return true
		})
	}
}

// judged tells if the back-references of a route target are looked at: it has a node.
func (s *System) judged() bool { return s.Row != nil && s.HasNode }

// nodeOwner says who has the number in ZooKeeper.
func (s *System) nodeOwner() string {
	if !s.HasNode {
		return "; ZooKeeper has no node for it"
	}
	return "; ZooKeeper names " + quoted(s.Node.Owner)
}

func holderList(list []*Holder) string {
	var names []string
	for _, h := range list {
		if h.Name != "" {
			names = append(names, h.Name+" "+h.UUID)
		} else {
			names = append(names, h.UUID)
		}
	}
	return strings.Join(names, ", ")
}

func hasHolder(list []*Holder, uuid string) bool {
	return slices.ContainsFunc(list, func(h *Holder) bool { return h.UUID == uuid })
}

// ownerRI is the uuid of the routing instance that ZooKeeper names for a target without router; empty if there is none,
// or nothing to judge.
func (r *Report) ownerRI(s *System) string {
	if !s.judged() || len(s.Routers) > 0 || len(s.RIs) == 0 {
		return ""
	}
	list := r.ByName("routing_instance", s.Node.Owner)
	slices.Sort(list)
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// extraInstances are the routing instances that refer to a target without being entitled to.
func (r *Report) extraInstances(s *System) (extra []*Holder) {
	if owner := r.ownerRI(s); owner != "" {
		for _, h := range s.RIs {
			if h.UUID != owner && !servesChain(h.Row, s.Node.Owner) {
				extra = append(extra, h)
			}
		}
		return extra
	}
	x := r.ofRouter(s)
	if !x.judged {
		return nil
	}
	for _, h := range s.RIs {
		if !slices.Contains(x.snat, h.UUID) && !slices.ContainsFunc(x.interfaces, func(i routerPort) bool { return i.instance == h.UUID }) {
			extra = append(extra, h)
		}
	}
	return extra
}

// servesChain tells if a routing instance is that of a service chain of the owner's network.
func servesChain(row *Row, owner string) bool {
	if row == nil || len(row.FQName) == 0 {
		return false
	}
	informed := false
	for _, prop := range []string{"service_chain_information", "ipv6_service_chain_information"} {
		// That the column is there is what the original asks for, be it null.
		informed = informed || row.prop(prop) != nil
	}
	last := len(row.FQName) - 1
	network, _, _ := cutLastColon(owner)
	return informed && strings.HasPrefix(row.FQName[last], "service-") && strings.Join(row.FQName[:last], ":") == network
}

func cutLastColon(name string) (front, last string, found bool) {
	i := strings.LastIndexByte(name, ':')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

// routerPort is a routing instance that an interface of a router refers to.
type routerPort struct{ port, instance string }

// ofRouterResult is what follows from the logical router of a route target.
type ofRouterResult struct {
	judged                 bool
	lostServices, lostSNAT []string
	snat                   []string
	interfaces             []routerPort
}

// ofRouter finds the routing instances that the one router of a target calls for.
func (r *Report) ofRouter(s *System) (x ofRouterResult) {
	if !s.judged() || len(s.Routers) != 1 || s.Routers[0].Name == "" || s.Routers[0].Name != s.Node.Owner {
		return x
	}
	x.judged = true
	router := s.Routers[0].Row
	for _, uuid := range router.Refs("service_instance") {
		service := r.Row(uuid)
		if service == nil || len(service.FQName) == 0 {
			x.lostServices = append(x.lostServices, uuid)
			continue
		}
		last := len(service.FQName) - 1
		snat := "snat-si-left_" + service.FQName[last]
		name := strings.Join(append(slices.Clone(service.FQName[:last]), snat, snat), ":")
		list := r.ByName("routing_instance", name)
		slices.Sort(list)
		if len(list) == 0 {
			x.lostSNAT = append(x.lostSNAT, name)
			continue
		}
		x.snat = append(x.snat, list[0])
	}
	for _, port := range router.Refs("virtual_machine_interface") {
		row := r.Row(port)
		if row == nil {
			continue
		}
		for _, instance := range row.Refs("routing_instance") {
			x.interfaces = append(x.interfaces, routerPort{port, instance})
		}
	}
	return x
}

// groupName reads the owner of a security group's node: some writers stored the printed list of the name's parts.
func groupName(owner string) string {
	if !strings.HasPrefix(owner, "[") || !strings.HasSuffix(owner, "]") {
		return owner
	}
	var parts []string
	for _, p := range strings.Split(owner[1:len(owner)-1], ",") {
		p = strings.TrimPrefix(strings.TrimSpace(p), "u")
		if len(p) < 2 || p[0] != '\'' || p[len(p)-1] != '\'' {
			return owner
		}
		parts = append(parts, p[1:len(p)-1])
	}
	return strings.Join(parts, ":")
}

// extraNodes reports the nodes of a number whose owner isn't the first holder.
func (r *Report) extraNodes(n *Number, f *idFamily) {
	for i, node := range n.Nodes {
		owner, rep := f.name(node.Owner), r
		switch {
		case len(n.Holders) > 0 && n.Holders[0].Name == owner:
			continue
		case len(n.Holders) == 0:
			rep = r.with(f.extra(r, n, node)...)
		case slices.ContainsFunc(n.Nodes, func(o NumberNode) bool { return o.Path == node.Path && o != node }):
			// Two of one path: which is right is for people to decide (B-STR-12).
		case i > 0 || slices.ContainsFunc(n.Nodes, func(o NumberNode) bool { return f.name(o.Owner) == n.Holders[0].Name }):
			rep = r.with(dropNode(node.Path).in(Clear))
		default:
			// Either the node is made the first holder's, or that has to give the number up.
			_, ok := f.missing(r, n)
			rep = r.fixedIf(ok)
		}
		rep.at("", nodePath(node.Path), "id %d is %s's here, which doesn't have it", n.N+f.offset, quoted(node.Owner))
	}
}

// missingNode reports that the first holder of a number has no node.
func (r *Report) missingNode(n *Number, f *idFamily) {
	if len(n.Holders) == 0 {
		return
	}
	h := n.Holders[0]
	others := "no node"
	for _, node := range n.Nodes {
		if f.name(node.Owner) == h.Name {
			return
		}
		others = "the node is " + quoted(node.Owner) + "'s"
	}
	edits, ok := f.missing(r, n)
	r.fixedIf(ok, edits...).holder(&h, f.column, "id %s of %s is not in ZooKeeper: %s", strconv.FormatUint(n.N+f.offset, 10), quoted(h.Name), others)
}
