package validate

var _ = add(Rule{
	ID: "M-RTBR-9", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the routing instance of a router's SNAT is not in the index",
	Doc:   "It is named after the service instance of the router.",
	System: func(r *Report, s *System) {
		for _, name := range r.ofRouter(s).lostSNAT {
			r.row(s.Row, "", "routing instance %s of the SNAT of logical router %s is not indexed", quoted(name), quoted(s.Routers[0].Name))
		}
	},
})
