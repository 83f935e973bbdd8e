package validate

var _ = add(Rule{
	ID: "M-RTBR-10", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the route target of a router has no back-reference from the instance of its SNAT",
	Doc:   "The instance of the SNAT must have the route target of the router.",
	System: func(r *Report, s *System) {
		for _, uuid := range r.ofRouter(s).snat {
			if !hasHolder(s.RIs, uuid) {
				r.row(s.Row, "", "%s has no back-ref from routing instance %s of the router's SNAT", s.Target, uuid)
			}
		}
	},
})
