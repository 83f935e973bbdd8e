package validate

var _ = add(Rule{
	ID: "M-RTID-5", Severity: Error, Check: "route_targets_id", Class: "ConfigRTgtIdExtraError",
	Title: "a system route target has an owner that ZooKeeper doesn't name",
	Doc: "The owner is the logical router or routing instance that refers to the target. It is looked for among all of them: the " +
		"original takes the last, which can be the instance of a service chain.",
	Heal: "route_targets_id",
	Fix:  "add the node if route_target_table agrees",
	System: func(r *Report, s *System) {
		if s.Row != nil && (!s.HasNode || s.Node.Owner != s.Owner) {
			agreed := s.agreed()
			r.fixedIf(agreed == s.Owner && r.inRange(s), r.targetNode(s, agreed)).row(s.Row, "", "%s belongs to %s%s", s.Target, quoted(s.Owner), s.nodeOwner())
		}
	},
})
