package restore

import (
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

// move rewrites the paths of nodes from the cluster id of the dump to that of the target (dump-format 3.4, 6.3).
type move struct{ from, to string }

// always stand at the root, whatever the cluster id (dump-format 6.3); "/" at the end: with what is below them.
var alwaysAtRoot = []string{
	"/vnc_api_server_locks/", "/validation/", "/id/service-chain/", "/id/pnf/", "/id/f5-lb/", "/job-manager/",
}

// path returns where a node of the dump is to stand, given its normalised path.
func (m move) path(normal string) string {
	if m.from == m.to {
		return normal
	}
	rest := normal
	if m.from != "" {
		below, ok := strings.CutPrefix(normal, "/"+m.from)
		if !ok || below != "" && below[0] != '/' {
			return normal // at the real root
		}
		rest = below
	} else {
		if rest == "/" {
			rest = ""
		}
		for _, root := range alwaysAtRoot {
			if rest+"/" == root || strings.HasPrefix(rest, root) {
				return normal
			}
		}
		// What Contrail doesn't keep below the cluster id stays where it is.
		if first := firstComponent(rest); !contrail.BelowCluster([]byte(first)) {
			return normal
		}
	}
	if m.to != "" {
		return "/" + m.to + rest
	}
	if rest == "" {
		return "/"
	}
	return rest
}

// MovedPath returns where a node of a dump of one cluster id stands in databases of another, given its normalised path.
func MovedPath(from, to, normal string) string { return move{from, to}.path(normal) }

// OfOthers tells if a node belongs to other programs or to services that are running, so that it is not restored.
func OfOthers(normal, cluster string) bool { return foreign(normal, cluster) }

func firstComponent(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

// parent returns the path of the parent of a node that is not the root.
func parent(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return "/"
	}
	return path[:i]
}

func depth(path string) int {
	if path == "/" {
		return 0
	}
	return strings.Count(path, "/")
}
