package validate

var _ = add(Rule{
	ID: "M-RTBR-1", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "a system route target has no node in ZooKeeper",
	Doc:   "Its number can be given out again. Of route targets with the AS number of the system and a number that the system gives out.",
	Fix:   "add the node, if schema table and object agree about the owner",
	System: func(r *Report, s *System) {
		if s.Row != nil && !s.HasNode {
			r.row(s.Row, "", "%s has no node for %d", s.Target, s.N)
		}
	},
})
