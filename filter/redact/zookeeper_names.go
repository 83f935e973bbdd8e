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

// isFamily tells if a component of a path is one that programs use.
func isFamily(part []byte) bool {
	switch string(part) {
	case "fq-name-to-uuid", "api-server", "subnets", "id", "virtual-networks", "security-groups", "route-targets", "type0", "type1_2",
		"tags", "types", "typesUD", "values", "job-manager", "vnc_api_server_locks", "vnc_api_server_obj_create", "validation",
		"kube-manager", "consumers", "brokers", "topics", "ids", "controller_epoch", "isr_change_notification":
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

// namedData redacts what identifies in the data of a node.
func (r *redactor) namedData(p *plan, data []byte) ([]byte, bool) {
	if isNumber(data) {
		return data, false
	}
	if c := firstByte(data); c == '{' || c == '[' || c == '"' || isSentence(data) {
		return r.blob(p, data, false)
	}
	if bytes.HasPrefix(data, []byte("u'")) && bytes.HasSuffix(data, []byte("'")) {
		inner, changed := r.joined(p, data[2:len(data)-1]) // Python's repr of a text
		return join([]byte("u'"), inner, []byte("'")), changed
	}
	return r.joined(p, data)
}
