package contrail

import (
	"bytes"
	"net/netip"
	"strconv"
)

// NodeKind says what a ZooKeeper node means.
type NodeKind uint8

// The kinds of nodes. Where an index is spoken of, it is the last component of
// the path, a decimal number padded to ten digits.
const (
	NodeUnknown          NodeKind = iota
	NodeDirectory                 // a known directory without an entry below it
	NodeName                      // lock of a name; data: uuid
	NodeAddress                   // lock of an address; index: address / alloc_unit; data: uuid of the owner
	NodeNetworkID                 // index + 1 is the id; data: name of the virtual_network
	NodeSecurityGroupID           // index + 8000000 is the id; data: name of the security_group; 0 is reserved
	NodeRouteTarget               // index is the number; data: name of routing_instance or logical_router; Sub: type0, type1_2 or empty
	NodeTagType                   // index is the id; data: name of the tag_type; Sub: UD or empty
	NodeTagValue                  // index is the low half of the id; Scope: tag type; Sub: UD or empty; data: name of the tag
	NodeBGPaaSPort                // index is the port; data: name of the bgp_router
	NodeAggregate                 // index is the number of the ae interface; Scope: last part of the physical_router's name or empty; data: last part of the virtual_port_group's name
	NodeAggregateOfGroup          // Scope: last part of the physical_router's name; Key: uuid of the virtual_port_group; data: number of the ae interface
	NodePortGroup                 // index is part of the group's name; data: name made for the allocation
	NodeSubCluster                // index is the id; data: name of the sub_cluster
	NodeServiceChainVLAN          // index + 1 is the VLAN; Key: uuid of the service VM; data: name of the chain
	NodePNF                       // Sub: vlan_id, unit_id or network_id; Key: uuid of router or interface, empty for network_id; data: uuid
	NodeLoadBalancerVLAN          // index is the VLAN; data: uuid of the network
	NodeQuota                     // Key: uuid of the project; Type: object type; data: count
	NodeElection                  // contender of an election; Scope: the service
	NodeLock                      // lock of the API server; Scope: what is locked
	NodeFabricValidation          // Sub: serviceprovider or enterprise; Scope: the rest
	NodeJob                       // running fabric job; Scope: the fabric
	NodeForeign                   // of another program that shares the ensemble
)

// Node is the path of a ZooKeeper node, taken apart. Its slices point into the
// path that was classified, or into one copy of it if that had to be folded.
type Node struct {
	Kind    NodeKind
	Cluster []byte // cluster id in front of the path, or empty
	Type    []byte // NodeName, NodeQuota: type of the object
	Name    []byte // NodeName: joined fq_name, raw; NodeAddress: joined fq_name of the virtual_network or network_ipam
	Sub     []byte // see the kinds
	Scope   []byte // see the kinds
	Key     []byte // see the kinds
	Prefix  []byte // NodeAddress: prefix of the subnet
	Length  uint8  // NodeAddress: length of the prefix
	Index   []byte // decimal digits as they stand in the path; any text if the node is malformed (B-ZK-10)
}

// Classify takes the path of a ZooKeeper node apart. Any spelling of a path
// will do (A13). It allocates only if slashes have to be folded and, a few
// bytes, for addresses of IPv6.
func Classify(path []byte) Node {
	cluster, rest := SplitCluster(path)
	n := Node{Cluster: cluster}
	top, below, deeper := cutSlash(rest)
	switch string(top) {
	case "fq-name-to-uuid":
		typ, name, found := bytes.Cut(below, colon)
		switch {
		case found && len(typ) > 0:
			n.Kind, n.Type, n.Name = NodeName, typ, name
		case !deeper:
			n.Kind = NodeDirectory
		}
	case "api-server":
		first, subnet, _ := cutSlash(below)
		switch string(first) {
		case "":
			n.Kind = NodeDirectory
		case "subnets":
			n.subnet(subnet)
		}
	case "id":
		n.id(below)
	case "vnc_api_server_obj_create":
		project, typ, found := cutSlash(below)
		if !found {
			n.Kind = NodeDirectory
		} else {
			n.Kind, n.Key, n.Type = NodeQuota, project, typ
		}
	case "api-server-election", "schema-transformer", "svc-monitor", "device-manager":
		n.Kind, n.Scope = NodeElection, top
	case "vnc_api_server_locks":
		n.Kind, n.Scope = NodeLock, below
	case "validation":
		if fabric, found := bytes.CutPrefix(below, []byte("fabric/")); found {
			n.Kind = NodeFabricValidation
			n.Sub, n.Scope, _ = cutSlash(fabric)
		}
	case "job-manager":
		n.Kind, n.Scope = NodeJob, below
		if fabric, job := cutLast(below); string(job) == "fabric-job-monitor" {
			n.Scope = fabric
		}
	case "kube-manager":
		n.Kind, n.Scope = NodeElection, top
	default:
		if second, _, _ := cutSlash(below); string(second) == "kube-manager" {
			n.Kind, n.Scope = NodeElection, second
		} else if IsIgnored(top) {
			n.Kind = NodeForeign
		}
	}
	return n
}

// subnet reads OWNER:PREFIX/LENGTH/INDEX. The name of the owner may hold
// slashes and colons, so it is read from the right.
func (n *Node) subnet(path []byte) {
	front, index := cutLast(path)
	subnet, length := cutLast(front)
	if bits, ok := prefixLength(length); ok && n.owner(subnet) {
		n.Kind, n.Length, n.Index = NodeAddress, bits, index
		return
	}
	n.Kind = NodeDirectory
	if bits, ok := prefixLength(index); ok && n.owner(front) {
		n.Length = bits
	} else {
		n.owner(path)
	}
}

// owner splits OWNER:PREFIX. The names of networks have three parts, so the
// third colon is tried first; where the last part holds colons itself the next
// ones, and before it the others. An IPv6 prefix has colons too.
func (n *Node) owner(subnet []byte) bool {
	third := -1
	for range 3 {
		i := bytes.IndexByte(subnet[third+1:], ':')
		if i < 0 {
			break
		}
		third += 1 + i
	}
	for i := third; i > 0; {
		if isAddress(subnet[i+1:]) {
			n.Name, n.Prefix = subnet[:i], subnet[i+1:]
			return true
		}
		next := bytes.IndexByte(subnet[i+1:], ':')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	for i := bytes.LastIndexByte(subnet[:max(third, 0)], ':'); i > 0; i = bytes.LastIndexByte(subnet[:i], ':') {
		if isAddress(subnet[i+1:]) {
			n.Name, n.Prefix = subnet[:i], subnet[i+1:]
			return true
		}
	}
	return false
}

func isAddress(text []byte) bool {
	if len(text) < 2 || len(text) > 45 {
		return false
	}
	colons := false
	for _, c := range text {
		switch {
		case c == ':':
			colons = true
		case c != '.' && c-'0' > 9 && (c|0x20)-'a' > 5:
			return false
		}
	}
	if !colons {
		return isIPv4(text)
	}
	_, err := netip.ParseAddr(string(text))
	return err == nil
}

func isIPv4(text []byte) bool {
	parts := 0
	for len(text) > 0 {
		digits, rest, more := bytes.Cut(text, []byte{'.'})
		if len(digits) == 0 || len(digits) > 3 {
			return false
		}
		v := 0
		for _, c := range digits {
			if c-'0' > 9 {
				return false
			}
			v = v*10 + int(c-'0')
		}
		if v > 255 || more && len(rest) == 0 {
			return false
		}
		parts++
		text = rest
	}
	return parts == 4
}

func prefixLength(text []byte) (uint8, bool) {
	if len(text) == 0 || len(text) > 3 {
		return 0, false
	}
	v := 0
	for _, c := range text {
		if c-'0' > 9 {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return uint8(v), v <= 128
}

// cutLast splits a path before its last component; front is empty if there is
// only one.
func cutLast(path []byte) (front, last []byte) {
	i := bytes.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// id classifies what stands below /id.
func (n *Node) id(path []byte) {
	first, below, _ := cutSlash(path)
	second, deeper, _ := cutSlash(below)
	switch string(first) {
	case "virtual-networks":
		n.entry(NodeNetworkID, below)
	case "security-groups":
		n.entryBelow(NodeSecurityGroupID, "id", second, deeper)
	case "bgp":
		switch scheme, index, _ := cutSlash(deeper); string(scheme) {
		case "type0", "type1_2":
			n.Sub, deeper = scheme, index
		}
		n.entryBelow(NodeRouteTarget, "route-targets", second, deeper)
	case "bgpaas":
		n.entryBelow(NodeBGPaaSPort, "port", second, deeper)
	case "tags":
		n.tag(second, deeper)
	case "aggregated-ethernet":
		// Without a router (R5.0) or with one, whose name may hold slashes.
		router, index := cutLast(below)
		if len(router) == 0 && !isDigits(index) {
			router, index = index, nil
		}
		n.Scope = router
		n.entry(NodeAggregate, index)
	case "ae-id-vpg":
		if uuid, found := bytes.CutPrefix(second, []byte("vpg:")); found && len(deeper) > 0 {
			n.Kind, n.Key, n.Scope = NodeAggregateOfGroup, uuid, deeper
		} else if len(below) == 0 || found {
			n.Kind = NodeDirectory
		}
	case "virtual-port-group":
		n.entry(NodePortGroup, below)
	case "sub-clusters":
		n.entryBelow(NodeSubCluster, "id", second, deeper)
	case "service-chain":
		vm, index, found := cutSlash(deeper)
		if !found && len(vm) == 36+10 { // old form, without the slash
			vm, index = vm[:36], vm[36:]
		}
		n.Key = vm
		n.entryBelow(NodeServiceChainVLAN, "vlan", second, index)
	case "pnf":
		n.pnf(second, deeper)
	case "f5-lb":
		n.entryBelow(NodeLoadBalancerVLAN, "vlan", second, deeper)
	case "":
		n.Kind = NodeDirectory
	}
}

// tag classifies types/INDEX, typesUD/INDEX, values/TYPE/INDEX and
// values/UD/TYPE/INDEX.
func (n *Node) tag(first, below []byte) {
	switch string(first) {
	case "types":
		n.entry(NodeTagType, below)
	case "typesUD":
		n.Sub = first[len("types"):]
		n.entry(NodeTagType, below)
	case "values":
		scope, index := cutLast(below)
		if sub, inner, found := cutSlash(scope); found && string(sub) == "UD" {
			n.Sub, scope = sub, inner
		}
		if len(scope) == 0 { // only the directory of a tag type
			n.Kind, n.Scope = NodeDirectory, index
			return
		}
		n.Scope = scope
		n.entry(NodeTagValue, index)
	case "":
		n.Kind = NodeDirectory
	}
}

// pnf classifies vlan_idUUID/INDEX, unit_idUUID/INDEX and network_idINDEX,
// which have no slash where one would expect it.
func (n *Node) pnf(first, index []byte) {
	for _, sub := range []string{"vlan_id", "unit_id", "network_id"} {
		if !bytes.HasPrefix(first, []byte(sub)) {
			continue
		}
		n.Sub, n.Key = first[:len(sub)], first[len(sub):]
		if sub == "network_id" {
			n.Key, index = nil, n.Key
		}
		n.entry(NodePNF, index)
		return
	}
	if len(first) == 0 {
		n.Kind = NodeDirectory
	}
}

// entry sets the kind and the index, which is missing for the directory.
func (n *Node) entry(k NodeKind, index []byte) {
	n.Kind, n.Index = k, index
	if len(index) == 0 {
		n.Kind = NodeDirectory
	}
}

// entryBelow is entry for an allocator one level down.
func (n *Node) entryBelow(k NodeKind, name string, first, index []byte) {
	switch string(first) {
	case name:
		n.entry(k, index)
	case "":
		n.Kind = NodeDirectory
	}
}

func isDigits(text []byte) bool {
	for _, c := range text {
		if c-'0' > 9 {
			return false
		}
	}
	return len(text) > 0
}

// The differences between the index of a node and the id that it stands for.
const (
	firstNetworkID       = 1
	FirstSecurityGroupID = 8000000 // also the smallest id that is allocated
)

// ID returns the number that the index stands for, as objects have it: the
// index plus 1 for a virtual_network, plus 8000000 for a security_group, plus 1
// for the VLAN of a service chain, else the index. It fails if there is no
// index, or it is no number of 64 bits; use Address for NodeAddress.
func (n Node) ID() (uint64, bool) {
	if !isDigits(n.Index) {
		return 0, false
	}
	v, err := strconv.ParseUint(string(n.Index), 10, 63)
	if err != nil {
		return 0, false
	}
	switch n.Kind {
	case NodeNetworkID:
		v += firstNetworkID
	case NodeSecurityGroupID:
		v += FirstSecurityGroupID
	case NodeServiceChainVLAN:
		v++
	}
	return v, true
}

// WellFormedIndex tells if the index is what an allocator writes: a decimal
// number, padded with zeros to ten digits and not further (B-ZK-10).
func (n Node) WellFormedIndex() bool {
	return isDigits(n.Index) && (len(n.Index) == 10 || len(n.Index) > 10 && n.Index[0] != '0')
}
