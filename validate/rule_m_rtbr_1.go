package validate

var _ = add(Rule{
	ID: "M-RTBR-1", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "a system route target has no node in ZooKeeper",
	Doc:   "Its number can be given out again. Of route targets with the AS number of the system and a number that the system gives out.",
	Heal:  "route_targets_id",
	Fix:   "add the node, if schema table and object agree about the owner",
	System: func(r *Report, s *System) {
		if s.Row != nil && !s.HasNode {
			owner := s.agreed()
			r.fixedIf(owner != "" && r.inRange(s), r.targetNode(s, owner)).row(s.Row, "", "%s has no node for %d", s.Target, s.N)
		}
	},
})
