package validate

var _ = add(Rule{
	ID: "M-RTBR-5", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "routing instances refer to a system route target that isn't theirs",
	Doc: "Beside its owner only instances of service chains of the same network may refer to a route target; to that of a logical " +
		"router the instances of the networks of its interfaces and of its SNAT.",
	Fix: "remove the reference and the back-reference",
	System: func(r *Report, s *System) {
		if extra := r.extraInstances(s); len(extra) > 0 {
			r.row(s.Row, "", "%s has extra back-refs from %s", s.Target, holderList(extra))
		}
	},
})
