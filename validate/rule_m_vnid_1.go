package validate

var _ = add(Rule{
	ID: "M-VNID-1", Severity: Error, Check: "virtual_networks_id", Class: "VNDuplicateIdError",
	Title: "several networks have one id",
	Doc:   "The first in the order of the index counts as its holder; where ZooKeeper names another, M-VNID-2 and M-VNID-3 follow.",
	Clean: "stale_virtual_network_id",
	Fix:   "take the id from all but the one that ZooKeeper names, and give them new ones",
	Number: func(r *Report, n *Number) {
		if n.Allocator == NetworkIDs && len(n.Holders) > 1 {
			edits, ok := networkIDs.doubles(r, n)
			for _, h := range n.Holders[1:] {
				r.fixedIf(ok, edits...).holder(&h, "prop:virtual_network_network_id", "id %d is that of %s %s as well", n.N+1, quoted(n.Holders[0].Name), n.Holders[0].UUID)
			}
		}
	},
})
