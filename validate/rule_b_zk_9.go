package validate

import (
	"slices"
	"strings"
)

var _ = add(Rule{
	ID: "B-ZK-9", Severity: Error, Check: "zookeeper",
	Title: "the lock of a name and the index have different uuids",
	Doc:   "Of one type and name.",
	Fix:   "take the uuid of the object",
	Name: func(r *Report, n *Namesakes) {
		for _, uuid := range n.LockUUIDs {
			if len(n.IndexUUIDs) > 0 && !slices.Contains(n.IndexUUIDs, uuid) {
				r.fixedIf(len(n.Objects) == 1, r.relock(n)...).at("", nodePath(n.LockPath), "the lock has %s, the index %s", quoted(uuid), strings.Join(n.IndexUUIDs, ", "))
			}
		}
	},
})

// relock gives the lock of a name to the one object of that name.
func (r *Report) relock(n *Namesakes) []Edit {
	if len(n.Objects) != 1 {
		return nil
	}
	return []Edit{setNode(n.LockPath, n.Objects[0].Key)}
}
