package validate

import (
	"strconv"
	"strings"
)

var _ = add(Rule{
	ID: "M-ZKMODE-3", Severity: Error, Check: "zk_mode_and_node_count", Class: "ZkNodeCountsError", Live: true,
	Title: "the ZooKeeper servers have different numbers of nodes",
	Doc:   "Each server is asked for the number of its nodes. While nodes are made, servers that are asked one after the other can differ for a moment.",
	Servers: func(r *Report, s *Servers) {
		var counts []string
		different, last := false, int64(-1)
		for _, z := range s.ZooKeeper {
			if z.Nodes < 0 {
				continue
			}
			different = different || last >= 0 && z.Nodes != last
			last = z.Nodes
			counts = append(counts, strconv.FormatInt(z.Nodes, 10)+" at "+z.Address)
		}
		switch {
		case last < 0:
			r.live("zookeeper", "no server tells how many nodes it has")
		case different:
			r.live("zookeeper", "the numbers of nodes differ: "+strings.Join(counts, ", "))
		}
	},
})
