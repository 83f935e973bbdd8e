package contrail

import "fmt"

// Describe says in words what a node stands for, without its data: "network id
// 5 (node 4)", "address 10.0.0.3 in 10.0.0.0/24 of domain:project:net". The
// allocation unit is that of the subnet of a NodeAddress, see Address. It is
// empty for NodeUnknown. The path's bytes are taken as they are, control
// characters included.
func (n Node) Describe(allocUnit uint64) string {
	switch n.Kind {
	case NodeDirectory:
		return "empty directory"
	case NodeName:
		return fmt.Sprintf("name of %s %s", n.Type, n.Name)
	case NodeAddress:
		what := fmt.Sprintf("number %s", n.Index)
		if addr, ok := n.Address(allocUnit); ok {
			what = "address " + addr.String()
		}
		return fmt.Sprintf("%s in %s/%d of %s", what, n.Prefix, n.Length, n.Name)
	case NodeNetworkID:
		return n.numbered("network id")
	case NodeSecurityGroupID:
		return n.numbered("security group id")
	case NodeRouteTarget:
		if len(n.Sub) > 0 {
			return fmt.Sprintf("%s (%s)", n.numbered("route target number"), n.Sub)
		}
		return n.numbered("route target number")
	case NodeTagType:
		return n.hex("tag type id")
	case NodeTagValue:
		return fmt.Sprintf("%s of tag type %s", n.hex("tag value id"), n.Scope)
	case NodeBGPaaSPort:
		return n.numbered("BGP as a service port")
	case NodeAggregate:
		if len(n.Scope) > 0 {
			return fmt.Sprintf("%s of %s", n.numbered("aggregated ethernet"), n.Scope)
		}
		return n.numbered("aggregated ethernet")
	case NodeAggregateOfGroup:
		return fmt.Sprintf("aggregated ethernet of port group %s on %s", n.Key, n.Scope)
	case NodePortGroup:
		return n.numbered("port group")
	case NodeSubCluster:
		return n.numbered("sub-cluster id")
	case NodeServiceChainVLAN:
		return fmt.Sprintf("%s of service VM %s", n.numbered("VLAN"), n.Key)
	case NodePNF:
		if len(n.Key) > 0 {
			return fmt.Sprintf("%s of %s", n.numbered("service "+string(n.Sub)), n.Key)
		}
		return n.numbered("service " + string(n.Sub))
	case NodeLoadBalancerVLAN:
		return n.numbered("load balancer VLAN")
	case NodeQuota:
		return fmt.Sprintf("number of %s in project %s", n.Type, n.Key)
	case NodeElection:
		return fmt.Sprintf("contender for %s", n.Scope)
	case NodeLock:
		return fmt.Sprintf("lock of %s", n.Scope)
	case NodeFabricValidation:
		return fmt.Sprintf("%s validation of %s", n.Sub, n.Scope)
	case NodeJob:
		return fmt.Sprintf("running job of fabric %s", n.Scope)
	case NodeForeign:
		return "node of another program"
	}
	return ""
}

// DescribeWithData is Describe with what the data points to behind an arrow:
// "network id 5 (node 4) → domain:project:net".
func (n Node) DescribeWithData(data []byte, allocUnit uint64) string {
	words := n.Describe(allocUnit)
	switch {
	case words == "" || len(data) == 0:
		return words
	case n.Kind == NodeSecurityGroupID && string(data) == ReservedOwner:
		return words + ", reserved"
	}
	return fmt.Sprintf("%s → %s", words, data)
}

// numbered writes the id, and the number in the path if that is another.
func (n Node) numbered(what string) string {
	id, ok := n.ID()
	if !ok {
		return fmt.Sprintf("%s %q", what, n.Index)
	}
	index := n
	index.Kind = NodeUnknown
	if at, _ := index.ID(); at != id {
		return fmt.Sprintf("%s %d (node %d)", what, id, at)
	}
	return fmt.Sprintf("%s %d", what, id)
}

// hex writes an id as tags do.
func (n Node) hex(what string) string {
	id, ok := n.ID()
	if !ok {
		return fmt.Sprintf("%s %q", what, n.Index)
	}
	return fmt.Sprintf("%s 0x%04x", what, id)
}
