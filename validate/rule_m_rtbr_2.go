package validate

var _ = add(Rule{
	ID: "M-RTBR-2", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "several logical routers refer to a system route target",
	Doc:   "Each logical router has a route target of its own.",
	System: func(r *Report, s *System) {
		if s.judged() && len(s.Routers) > 1 {
			r.row(s.Row, "", "%s has back-refs from %s: %s", s.Target, plural(len(s.Routers), "logical router"), holderList(s.Routers))
		}
	},
})
