package validate

import (
	"fmt"
	"slices"
)

var _ = add(Rule{
	ID: "B-ZK-15", Severity: Error, Check: "zookeeper",
	Title: "a tag or tag type has no node for its id, or shares it",
	Doc:   "Ids of tag types below 255 are predefined, and need no node.",
	Fix:   "add the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator != TagTypeIDs && n.Allocator != TagValueIDs || r.inv.Nodes == 0 {
			return
		}
		column := "prop:tag_id"
		if n.Allocator == TagTypeIDs {
			column = "prop:tag_type_id"
		}
		for i, h := range n.Holders {
			if i > 0 {
				r.holder(&h, column, "the id is that of %s as well", quoted(n.Holders[0].Name))
			}
			owners := n.owners()
			switch {
			case slices.Contains(owners, h.Name):
			case len(owners) > 0:
				r.holder(&h, column, "the node of number %d names %s", n.N, quotedList(owners))
			case n.Allocator == TagValueIDs || n.N >= 255:
				r.with(setNode(r.inv.cluster()+tagPath(n), h.Name)).holder(&h, column, "there is no node for number %d", n.N)
			}
		}
	},
})

// tagPath is where the node of the number of a tag type, or of a tag of a type, is.
func tagPath(n *Number) string {
	dir := "/id/tags/types"
	switch {
	case n.Allocator == TagTypeIDs && n.N >= firstUserTagType:
		dir = "/id/tags/typesUD"
	case n.Allocator == TagValueIDs:
		dir = "/id/tags/values/" + n.Scope
	}
	return fmt.Sprintf("%s/%010d", dir, n.N)
}

// firstUserTagType is the first number of a tag type that users define.
const firstUserTagType = 0x8000
