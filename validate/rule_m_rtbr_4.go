package validate

var _ = add(Rule{
	ID: "M-RTBR-4", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "a back-reference of a system route target leads to no routing instance",
	Doc:   "Where no logical router has the target; routing instances other than the one that ZooKeeper names.",
	Clean: "route_targets_routing_instance_backrefs",
	Fix:   "remove the back-reference",
	System: func(r *Report, s *System) {
		owner := r.ownerRI(s)
		if owner == "" {
			return
		}
		for _, h := range s.RIs {
			if h.UUID != owner && (h.Row == nil || h.Row.FQName == nil) {
				r.fixedIf(h.Row == nil, dropCell(objectCell(s.Row.Key, "backref:routing_instance:"+h.UUID)).since(h.UUID)).row(s.Row, "backref:routing_instance:"+h.UUID, "%s has a back-ref from routing instance %s, which doesn't exist", s.Target, h.UUID)
			}
		}
	},
})
