package redact

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
)

// namedPath redacts what identifies in the path of a node. It knows the
// families; of other paths the words that the model has stay.
func (r *redactor) namedPath(p *plan, path []byte, n contrail.Node) []byte {
	cluster, below := splitCluster(path, n)
	out := bytes.Clone(r.names.Text(cluster))
	text := func(b []byte) []byte {
		redacted, _ := r.joined(p, b)
		return redacted
	}
	switch {
	case n.Kind == contrail.NodeName && bytes.HasSuffix(trimSlash(below), n.Name):
		at := len(trimSlash(below)) - len(n.Name)
		return join(out, below[:at], text(n.Name), below[at+len(n.Name):])
	case n.Kind == contrail.NodeAddress:
		owner := append(bytes.Clone(n.Name), ':')
		if at := bytes.Index(below, owner); at >= 0 && bytes.HasSuffix(trimSlash(below), n.Index) {
			return join(out, below[:at], text(n.Name), []byte{':'}, r.address(n), below[len(trimSlash(below)):])
		}
	case n.Kind == contrail.NodeAggregate || n.Kind == contrail.NodeTagValue:
		// The name of a router or a tag type can be a word of the model too.
		tail := join(n.Scope, []byte{'/'}, n.Index)
		if path := trimSlash(below); len(n.Scope) > 0 && bytes.HasSuffix(path, tail) && isIndex(n.Index) {
			return join(out, below[:len(path)-len(tail)], text(n.Scope), []byte{'/'}, n.Index, below[len(path):])
		}
	case n.Kind == contrail.NodeAggregateOfGroup:
		if path := trimSlash(below); contrail.ValidUUID(n.Key) && bytes.HasSuffix(path, n.Scope) {
			return join(out, r.names.OnlyUUIDs(below[:len(path)-len(n.Scope)]), text(n.Scope), below[len(path):])
		}
	case n.Kind == contrail.NodePNF || n.Kind == contrail.NodeServiceChainVLAN:
		if at := bytes.Index(below, n.Key); isIndex(n.Index) && (len(n.Key) == 0 || contrail.ValidUUID(n.Key) && at >= 0) {
			return join(out, below[:at], r.names.UUID(n.Key), below[at+len(n.Key):])
		}
	}
	// Component by component.
	for i, part := range bytes.Split(below, []byte{'/'}) {
		if i > 0 {
			out = append(out, '/')
		}
		if isVocabulary(part) || isFamily(part) || isNumber(part) {
			out = append(out, part...)
			continue
		}
		out = append(out, text(part)...)
	}
	return out
}

// isIndex tells if the last component of a path is a number and nothing else.
func isIndex(index []byte) bool { return len(index) > 0 && isAllDigits(index) }

// isFamily tells if a component of a path is one that programs use.
func isFamily(part []byte) bool {
	switch string(part) {
	case "fq-name-to-uuid", "api-server", "subnets", "id", "virtual-networks", "security-groups", "route-targets", "type0", "type1_2",
		"tags", "types", "typesUD", "values", "UD", "aggregated-ethernet", "ae-id-vpg", "virtual-port-group", "bgp", "bgpaas", "port",
		"sub-clusters", "service-chain", "vlan", "pnf", "f5-lb", "job-manager", "fabric-job-monitor", "vnc_api_server_locks",
		"vnc_api_server_obj_create", "validation", "fabric", "serviceprovider", "enterprise", "kube-manager", "consumers", "brokers", "topics", "ids", "controller_epoch", "isr_change_notification":
		return true
	}
	return contrail.IsIgnored(part)
}

// splitCluster splits a path behind the cluster id, slashes included, as it
// stands there.
func splitCluster(path []byte, n contrail.Node) (cluster, below []byte) {
	if len(n.Cluster) == 0 {
		return nil, path
	}
	at := bytes.Index(path, n.Cluster)
	if at < 0 {
		return nil, path
	}
	end := at + len(n.Cluster)
	return path[:end], path[end:]
}

func trimSlash(path []byte) []byte { return bytes.TrimRight(path, "/") }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// holdsName tells if the data of nodes of a kind are the name of an object, which can have any number of words.
func holdsName(kind contrail.NodeKind) bool {
	switch kind {
	case contrail.NodeNetworkID, contrail.NodeSecurityGroupID, contrail.NodeRouteTarget, contrail.NodeTagType, contrail.NodeTagValue,
		contrail.NodeBGPaaSPort, contrail.NodeAggregate, contrail.NodePortGroup, contrail.NodeSubCluster, contrail.NodeServiceChainVLAN:
		return true
	}
	return false
}

// namedData redacts what identifies in the data of a node.
func (r *redactor) namedData(p *plan, kind contrail.NodeKind, data []byte) ([]byte, bool) {
	if isNumber(data) {
		return data, false
	}
	if c := firstByte(data); c == '{' || c == '[' || c == '"' || isSentence(data) && !holdsName(kind) {
		return r.blob(p, data, false)
	}
	if bytes.HasPrefix(data, []byte("u'")) && bytes.HasSuffix(data, []byte("'")) {
		inner, changed := r.joined(p, data[2:len(data)-1]) // Python's repr of a text
		return join([]byte("u'"), inner, []byte("'")), changed
	}
	return r.joined(p, data)
}
