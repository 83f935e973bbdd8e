package contrail

// Owner tells which object a ZooKeeper node belongs to, as far as path and data
// say it.
type Owner struct {
	Type string // empty if it can be one of several
	Name string // joined fq_name, empty if only the uuid is known
	UUID string // empty if only the name is known
}

// Owner returns the object that a node with the given data belongs to: for a
// lock of a name by type, name and uuid; for an id by type and name; for an
// address by uuid (instance_ip, floating_ip or alias_ip); for a route target by
// name (routing_instance or logical_router). It fails where path and data
// don't say enough, and for the reserved security group id.
func (n Node) Owner(data []byte) (Owner, bool) {
	text := string(data)
	byName := func(typ string) (Owner, bool) { return Owner{Type: typ, Name: text}, text != "" }
	switch n.Kind {
	case NodeName:
		return Owner{Type: string(n.Type), Name: string(n.Name), UUID: text}, true
	case NodeAddress:
		return Owner{UUID: text}, ValidUUID(text)
	case NodeNetworkID:
		return byName("virtual_network")
	case NodeSecurityGroupID:
		if text == ReservedOwner {
			return Owner{}, false
		}
		return byName("security_group")
	case NodeRouteTarget:
		return byName("")
	case NodeTagType:
		return byName("tag_type")
	case NodeTagValue:
		return byName("tag")
	case NodeSubCluster:
		return byName("sub_cluster")
	case NodeBGPaaSPort:
		return byName("bgp_router")
	case NodeAggregateOfGroup:
		return Owner{Type: "virtual_port_group", UUID: string(n.Key)}, true
	case NodeQuota:
		return Owner{Type: "project", UUID: string(n.Key)}, true
	}
	return Owner{}, false
}
