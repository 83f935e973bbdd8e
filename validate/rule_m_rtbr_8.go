package validate

var _ = add(Rule{
	ID: "M-RTBR-8", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "a service instance of the logical router of a route target doesn't exist",
	Doc:   "A router with a gateway has a service instance for its SNAT.",
	System: func(r *Report, s *System) {
		for _, uuid := range r.ofRouter(s).lostServices {
			r.row(s.Row, "", "service instance %s of logical router %s doesn't exist", uuid, quoted(s.Routers[0].Name))
		}
	},
})
