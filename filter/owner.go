package filter

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
)

// belongs says whose something is.
type belongs struct {
	object uint32
	found  bool
	typ    string // of the object, where it isn't found; may be empty
	// also is a second object that it names, which has to be there too.
	also      uint32
	alsoFound bool
}

func (o *objects) ofUUID(uuid []byte, typ string) belongs {
	id, ok := o.byUUID(uuid)
	return belongs{object: id, found: ok, typ: typ}
}

func (o *objects) ofName(name []byte, types ...string) belongs {
	id, ok := o.owner(name, types...)
	b := belongs{object: id, found: ok && o.has(id, exists)}
	if len(types) > 0 && types[0][0] != '(' {
		b.typ = types[0]
	}
	return b
}

const uuidLength = 36

// ofRow finds whose a row is. value is that of the column value, of rows of
// useragent.
func (o *objects) ofRow(keyspace, table string, key, value []byte) belongs {
	switch keyspace {
	case "to_bgp_keyspace":
		switch table {
		case "route_target_table":
			return o.ofName(key, "routing_instance", "logical_router")
		case "service_chain_table":
			return o.ofUUID(key, "virtual_machine")
		}
		return o.ofName(key, chainName)
	case "svc_monitor_keyspace":
		if table == "service_instance_table" {
			return o.ofName(key, "service_instance")
		}
		return o.ofUUID(key, "")
	case "dm_keyspace":
		if len(key) < uuidLength {
			return belongs{}
		}
		b := o.ofUUID(key[:uuidLength], "")
		if len(key) > uuidLength {
			b.also, b.alsoFound = o.byUUID(key[uuidLength+1:])
		}
		return b
	case "useragent":
		return o.ofUUID(subnetOwner(key, value), "")
	}
	return belongs{}
}

// subnetOwner returns the uuid of the network in a row that says which uuid a
// subnet has, or the reverse.
func subnetOwner(key, value []byte) []byte {
	for _, text := range [][]byte{key, value} {
		if uuid, _, found := bytes.Cut(text, []byte{' '}); found && contrail.ValidUUID(uuid) {
			return uuid
		}
	}
	return nil
}

// ofNode finds whose a node is.
func (o *objects) ofNode(n contrail.Node, data []byte) belongs {
	switch n.Kind {
	case contrail.NodeName:
		typ := string(n.Type)
		if contrail.ValidUUID(data) {
			return o.ofUUID(data, typ)
		}
		return o.ofName(n.Name, typ)
	case contrail.NodeAddress:
		network := o.ofName(n.Name, "virtual_network", "network_ipam")
		b := network
		if contrail.ValidUUID(data) {
			if of := o.ofUUID(data, ""); of.found {
				b = of
				b.also, b.alsoFound = network.object, network.found
			}
		}
		return b
	case contrail.NodeNetworkID:
		return o.ofName(data, "virtual_network")
	case contrail.NodeSecurityGroupID:
		return o.ofName(data, "security_group")
	case contrail.NodeRouteTarget:
		return o.ofName(data, "routing_instance", "logical_router")
	case contrail.NodeTagType:
		return o.ofName(data, "tag_type")
	case contrail.NodeTagValue:
		return o.ofName(data, "tag")
	case contrail.NodeSubCluster:
		return o.ofName(data, "sub_cluster")
	case contrail.NodeBGPaaSPort:
		return o.ofName(data, "bgp_router")
	case contrail.NodeAggregate:
		return o.ofName(data, lastPart)
	case contrail.NodePortGroup:
		return o.ofName(data, "virtual_port_group")
	case contrail.NodeAggregateOfGroup:
		return o.ofUUID(n.Key, "virtual_port_group")
	case contrail.NodeServiceChainVLAN:
		return o.ofUUID(n.Key, "virtual_machine")
	case contrail.NodeQuota:
		return o.ofUUID(n.Key, "project")
	case contrail.NodePNF:
		if b := o.ofUUID(data, "service_instance"); b.found {
			return b
		}
		return o.ofUUID(n.Key, "")
	case contrail.NodeLoadBalancerVLAN:
		return o.ofUUID(data, "virtual_network")
	case contrail.NodeFabricValidation:
		return o.ofUUID(firstUUID(n.Scope), "")
	}
	return belongs{}
}

// firstUUID returns the uuid in KIND:UUID/...
func firstUUID(scope []byte) []byte {
	first, _, _ := bytes.Cut(scope, []byte{'/'})
	_, uuid, _ := bytes.Cut(first, []byte{':'})
	return uuid
}

// keeps decides about something that belongs to an object.
func (c *copier) keeps(b belongs) bool {
	if b.alsoFound && c.isCut(b.also) {
		return false
	}
	if b.found {
		return c.objects.has(b.object, kept)
	}
	return c.sel.keepsOrphan(b.typ)
}

// isCut tells if columns and rows that name an object are left out for it.
func (c *copier) isCut(id uint32) bool {
	f := c.objects.flags[id]
	return f&exists != 0 && f&kept == 0 && (c.sel.Closure || f&removed != 0)
}
