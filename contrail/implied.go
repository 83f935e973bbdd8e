package contrail

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ReservedOwner is the data of the node that keeps the first id of the
// security groups from being given out.
const ReservedOwner = "__reserved__"

// ImpliedNode is a ZooKeeper node that follows from something else.
type ImpliedNode struct {
	Path string // normal form, without a cluster id
	Data string
}

// InCluster returns the path as a dump has it for a cluster id: with it in
// front and without a leading slash. Without one it is the path itself.
func (n ImpliedNode) InCluster(cluster string) string { return cluster + n.Path }

// ImpliedNodes returns the nodes that follow from the object alone: the lock of
// its name, and that of its id where the type has one. Ports of bgp_routers of
// clients and, if Resolve has found the names of the interfaces, the numbers
// of aggregated interfaces of a virtual_port_group are among them.
//
// Not among them are locks of route targets (RouteTargetScheme.Node) and of
// addresses (AddressNode), which follow from several objects, and the nodes of
// virtual-port-group, whose data no object has. Ids of the predefined tag types
// have no node. Releases before R3.2 had fewer kinds of nodes, so an absent
// node is no fault by itself.
func (o *Object) ImpliedNodes() []ImpliedNode {
	if o.Type == "" || len(o.FQName) == 0 {
		return nil
	}
	nodes := impliedNodes{{impliedPath("fq-name-to-uuid/" + o.Type + ":" + JoinName(o.FQName)), o.UUID}}
	switch o.Type {
	case "tag":
		nodes.addTag(o)
	case "virtual_port_group":
		nodes.addAggregates(o)
	default:
		if dir, index, ok := o.allocation(); ok {
			nodes.addIndex(dir, index, JoinName(o.FQName))
		}
	}
	return nodes
}

// allocation returns the allocator and the index of the object's id, for the
// types that have one of each.
func (o *Object) allocation() (dir string, index uint64, ok bool) {
	switch o.Type {
	case "virtual_network":
		id, ok := o.NetworkID()
		return "virtual-networks", id - firstNetworkID, ok && id >= firstNetworkID
	case "security_group":
		id, ok := o.idOf("security_group_id")
		return "security-groups/id", id - FirstSecurityGroupID, ok && id >= FirstSecurityGroupID
	case "tag_type":
		id, ok := o.idOf("tag_type_id")
		if id >= firstUserDefined {
			return "tags/typesUD", id, ok
		}
		return "tags/types", id, ok && id >= firstTagType
	case "sub_cluster":
		id, ok := o.idOf("sub_cluster_id")
		return "sub-clusters/id", id, ok
	case "bgp_router":
		params := o.PropValue("bgp_router_parameters")
		port, ok := uintValue(member(params, "source_port"))
		return "bgpaas/port", port, ok && text(member(params, "router_type")) == "bgpaas-client"
	}
	return "", 0, false
}

type impliedNodes []ImpliedNode

func (l *impliedNodes) add(path, data string) {
	if n := (ImpliedNode{impliedPath(path), data}); !slices.Contains(*l, n) {
		*l = append(*l, n)
	}
}

func (l *impliedNodes) addIndex(dir string, index uint64, data string) {
	l.add(fmt.Sprintf("id/%s/%010d", dir, index), data)
}

// addTag adds the lock of the value's id, which is the low half of the tag's.
func (l *impliedNodes) addTag(o *Object) {
	id, ok := o.idOf("tag_id")
	typ := text(o.PropValue("tag_type_name"))
	if typ == "" {
		typ, _, _ = strings.Cut(o.FQName[len(o.FQName)-1], "=")
	}
	if !ok || typ == "" {
		return
	}
	dir := "tags/values/"
	if id &= 0xffff; id >= firstUserDefined {
		dir += "UD/"
	}
	l.addIndex(dir+typ, id, JoinName(o.FQName))
}

// addAggregates adds the locks of the ae numbers that a port group uses on its
// routers.
func (l *impliedNodes) addAggregates(o *Object) {
	for _, ref := range o.RefsTo("physical_interface") {
		ae, ok := uintValue(member(ref.Attr, "ae_num"))
		if !ok || len(ref.FQName) != 3 {
			continue
		}
		router := ref.FQName[1]
		l.addIndex("aggregated-ethernet/"+router, ae, o.FQName[len(o.FQName)-1])
		l.add("id/ae-id-vpg/vpg:"+o.UUID+"/"+router, strconv.FormatUint(ae, 10))
	}
}

const (
	firstTagType     = 255   // smaller ids belong to the predefined types
	firstUserDefined = 32768 // smallest id that a user can choose for a tag or tag type
)

// NetworkID returns the id of a virtual_network, from its own property or from
// the older place inside of virtual_network_properties.
func (o *Object) NetworkID() (uint64, bool) {
	if id, ok := o.idOf("virtual_network_network_id"); ok {
		return id, true
	}
	return uintValue(member(o.PropValue("virtual_network_properties"), "network_id"))
}

func (o *Object) idOf(prop string) (uint64, bool) { return uintValue(o.PropValue(prop)) }

// impliedPath returns the normal form of a path whose names may hold slashes.
func impliedPath(path string) string { return string(NormalizePath([]byte(path))) }
