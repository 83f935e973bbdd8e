package validate

var _ = add(Rule{
	ID: "M-RTBR-7", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the logical router of a route target doesn't exist",
	Doc:   "The original dies on it.",
	Clean: "stale_back_refs",
	Fix:   "remove the back-reference",
	System: func(r *Report, s *System) {
		if s.judged() && len(s.Routers) == 1 && s.Routers[0].Name == "" {
			r.fixedIf(s.Routers[0].Row == nil, dropCell(objectCell(s.Row.Key, "backref:logical_router:"+s.Routers[0].UUID)).since(s.Routers[0].UUID)).row(s.Row, "backref:logical_router:"+s.Routers[0].UUID, "logical router %s of %s doesn't exist", s.Routers[0].UUID, s.Target)
		}
	},
})
