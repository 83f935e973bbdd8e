package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-SGID-2", Severity: Error, Check: "security_groups_id", Class: "SGDuplicateIdError",
	Title: "several security groups have one id",
	Doc:   "Of ids from 8000000 on; smaller ones are chosen by users.",
	Clean: "stale_security_group_id",
	Fix:   "take the id from all but the one that ZooKeeper names, and give them new ones",
	Number: func(r *Report, n *Number) {
		if n.Allocator == GroupIDs && len(n.Holders) > 1 {
			edits, ok := groupIDs.doubles(r, n)
			for _, h := range n.Holders[1:] {
				r.fixedIf(ok, edits...).holder(&h, "prop:security_group_id", "id %d (node %d) is that of %s %s as well",
					n.N+contrail.FirstSecurityGroupID, n.N, quoted(n.Holders[0].Name), n.Holders[0].UUID)
			}
		}
	},
})
