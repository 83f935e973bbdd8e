package validate

var _ = add(Rule{
	ID: "M-RTBR-11", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the route target of a router has no back-reference from the instance of one of its networks",
	Doc: "For each interface of the logical router and each routing instance that it refers to. Two interfaces in one network share " +
		"the reference; the original reports the second one.",
	Fix: "add the reference and the back-reference, for import",
	System: func(r *Report, s *System) {
		for _, x := range r.ofRouter(s).interfaces {
			if !hasHolder(s.RIs, x.instance) {
				r.row(s.Row, "", "%s has no back-ref from routing instance %s of interface %s", s.Target, x.instance, x.port)
			}
		}
	},
})
