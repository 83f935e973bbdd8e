package validate

import (
	"fmt"
	"strings"
)

var _ = add(Rule{
	ID: "B-AE-1", Severity: Error, Check: "zookeeper",
	Title: "the number of an aggregated interface is not in ZooKeeper",
	Doc:   "ae_num of the reference from a virtual port group to an interface.",
	Fix:   "add the node",
	Number: func(r *Report, n *Number) {
		if n.Allocator != AggregateIDs || len(n.Nodes) > 0 {
			return
		}
		for _, h := range n.Holders {
			if h.Group != "" {
				name := r.groupNames(n)
				r.fixedIf(len(name) == 1 && n.N < aggregates, setNode(fmt.Sprintf("%s/id/aggregated-ethernet/%s/%010d", r.inv.cluster(), n.Scope, n.N), strings.Join(name, ""))).holder(&h, "backref:virtual_port_group:"+h.Group, "ae number %d of router %s is not in ZooKeeper", n.N, quoted(n.Scope))
				return
			}
		}
	},
})
