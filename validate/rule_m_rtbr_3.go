package validate

var _ = add(Rule{
	ID: "M-RTBR-3", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the routing instance that ZooKeeper names doesn't refer to its route target",
	Doc:   "Where no logical router has the target.",
	System: func(r *Report, s *System) {
		if owner := r.ownerRI(s); owner != "" && !hasHolder(s.RIs, owner) {
			r.row(s.Row, "", "%s has no back-ref from routing instance %s %s, which ZooKeeper names", s.Target, quoted(s.Node.Owner), owner)
		}
	},
})
