package validate

var _ = add(Rule{
	ID: "M-RTBR-6", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "ZooKeeper names another owner than the logical router of a route target",
	Doc:   "The node of the number must hold the name of the router.",
	System: func(r *Report, s *System) {
		if s.judged() && len(s.Routers) == 1 && s.Routers[0].Name != "" && s.Routers[0].Name != s.Node.Owner {
			r.row(s.Row, "", "ZooKeeper names %s as owner of %s, the logical router is %s", quoted(s.Node.Owner), s.Target, quoted(s.Routers[0].Name))
		}
	},
})
