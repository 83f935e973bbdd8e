package validate

var _ = add(Rule{
	ID: "M-RTBR-7", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the logical router of a route target doesn't exist",
	Doc:   "The original dies on it.",
	Fix:   "remove the back-reference",
	System: func(r *Report, s *System) {
		if s.judged() && len(s.Routers) == 1 && s.Routers[0].Name == "" {
			r.row(s.Row, "backref:logical_router:"+s.Routers[0].UUID, "logical router %s of %s doesn't exist", s.Routers[0].UUID, s.Target)
		}
	},
})
