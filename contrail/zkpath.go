package contrail

import (
	"bytes"
	"slices"
)

// NormalizePath returns the one spelling of a ZooKeeper path that is compared:
// with a leading slash, without a trailing one, // folded. Dumps have paths
// with and without either slash (A13). A cluster id at the front stays.
func NormalizePath(path []byte) []byte {
	if len(path) > 0 && path[0] == '/' {
		if p := bytes.TrimRight(path, "/"); len(p) > 0 && !bytes.Contains(p, doubleSlash) {
			return p
		}
	}
	return append([]byte{'/'}, trimPath(path)...)
}

var doubleSlash = []byte("//")

// trimPath returns the path without slashes around it and folded; it allocates
// only where there is something to fold.
func trimPath(path []byte) []byte {
	path = bytes.Trim(path, "/")
	if !bytes.Contains(path, doubleSlash) {
		return path
	}
	folded := make([]byte, 0, len(path))
	for i, c := range path {
		if c != '/' || path[i-1] != '/' {
			folded = append(folded, c)
		}
	}
	return folded
}

// SplitCluster splits a cluster id off a ZooKeeper path. It is empty if there
// is none. The rest has no slashes around it.
//
// The exporter writes paths with a cluster id without a leading slash, so there
// an unknown first component is one. With a leading slash it is one only if
// one of the families that Contrail keeps below the cluster id follows.
func SplitCluster(path []byte) (cluster, rest []byte) {
	slashless := len(path) > 0 && path[0] != '/'
	rest = trimPath(path)
	first, second, _ := cutSlash(rest)
	if len(first) == 0 || isTop(first) {
		return nil, rest
	}
	next, _, _ := cutSlash(second)
	if slashless || isClusterTop(next) {
		return first, second
	}
	return nil, rest
}

func cutSlash(path []byte) (first, rest []byte, found bool) {
	return bytes.Cut(path, []byte{'/'})
}

// Family returns the name of the top-level family of a path: its first
// component after the cluster id. It is empty for the root. It points into the
// path.
func Family(path []byte) []byte {
	_, rest := SplitCluster(path)
	first, _, _ := cutSlash(rest)
	return first
}

// isClusterTop tells if name is a family that stands below the cluster id.
func isClusterTop(name []byte) bool {
	switch string(name) {
	case "fq-name-to-uuid", "api-server", "id", "vnc_api_server_obj_create",
		"api-server-election", "schema-transformer", "svc-monitor", "device-manager":
		return true
	}
	return false
}

// BelowCluster tells if name is a family that Contrail keeps below the cluster
// id, where there is one (dump-format 6.1).
func BelowCluster(name []byte) bool { return isClusterTop(name) }

// isTop tells if name is the first component of a family, Contrail's or not.
func isTop(name []byte) bool {
	switch string(name) {
	case "validation", "job-manager":
		return true
	}
	return isClusterTop(name) || IsIgnored(name)
}

// ignoredNames are the names that the original tool leaves out, in the order in
// which it came to know them. Those of analytics-discovery go on with a cluster
// id, or with nothing.
var ignoredNames = [...]string{
	"consumers", "config", "controller", "isr_change_notification", "admin", "brokers", "zookeeper", "controller_epoch",
	"api-server-election", "schema-transformer", "device-manager", "svc-monitor", "contrail_cs", "lockpath",
	analyticsDiscovery, "vnc_api_server_locks", "vnc_api_server_obj_create", "vcenter-plugin", "vcenter-fabric-manager",
}

const analyticsDiscovery = "analytics-discovery-"

// IgnoredNames returns the names of nodes that the original tool leaves out. For
// analytics-discovery- that is a prefix, which a cluster id can follow.
func IgnoredNames() []string { return slices.Clone(ignoredNames[:]) }

// IsIgnored tells if the original tool leaves out nodes of that name. Its
// import compares the first component of a path after the root or cluster id,
// its export (since R2003) the name of every node at any depth (B-ZK-2, B-ZK-6).
func IsIgnored(name []byte) bool {
	for _, ignored := range ignoredNames {
		if string(name) == ignored {
			return true
		}
	}
	return bytes.HasPrefix(name, []byte(analyticsDiscovery))
}

// IgnoredBelow returns the first component of the path at which the export of
// the original tool stops, nil if it goes to the end.
func IgnoredBelow(path []byte) []byte {
	for rest := trimPath(path); len(rest) > 0; {
		var name []byte
		if name, rest, _ = cutSlash(rest); IsIgnored(name) {
			return name
		}
	}
	return nil
}
