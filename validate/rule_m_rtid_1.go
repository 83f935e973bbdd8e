package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-RTID-1", Severity: Error, Check: "route_targets_id", Class: "ZkRTRangeError",
	Title: "a route target number is below those that the system gives out",
	Doc:   "In ZooKeeper or in route_target_table. The smallest is 8000000, with an AS number of four bytes 8000.",
	Clean: "stale_route_target_id",
	Fix:   "remove the node or the row",
	System: func(r *Report, s *System) {
		first := contrail.RouteTargetSchemeOf(r.asn).First
		if s.N >= first {
			return
		}
		if s.HasNode {
			r.with(dropNode(s.Node.Path).in(Clear)).at("", nodePath(s.Node.Path), "%d is below %d", s.N, first)
		}
		for _, key := range s.Schema {
			r.with(dropRow(schemaRow(key)).in(Clear)).at("", schemaPath(key), "rtgt_num %d is below %d", s.N, first)
		}
	},
})
