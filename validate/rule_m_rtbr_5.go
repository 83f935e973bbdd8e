package validate

var _ = add(Rule{
	ID: "M-RTBR-5", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "routing instances refer to a system route target that isn't theirs",
	Doc: "Beside its owner only instances of service chains of the same network may refer to a route target; to that of a logical " +
		"router the instances of the networks of its interfaces and of its SNAT.",
	Clean: "route_targets_routing_instance_backrefs",
	Fix:   "remove the reference and the back-reference",
	System: func(r *Report, s *System) {
		if extra := r.extraInstances(s); len(extra) > 0 {
			edits, ok := r.disown(s, extra)
			r.fixedIf(ok, edits...).row(s.Row, "", "%s has extra back-refs from %s", s.Target, holderList(extra))
		}
	},
})

// disown are the edits that take the references of routing instances to a target away. Those of an instance that isn't
// indexed wait for that: it may be the one of a router's SNAT.
func (r *Report) disown(s *System, extra []*Holder) (edits []Edit, ok bool) {
	for _, h := range extra {
		if h.Row == nil {
			edits = append(edits, dropCell(objectCell(s.Row.Key, "backref:routing_instance:"+h.UUID)).since(h.UUID))
			continue
		}
		if !r.Indexed(h.Row) {
			return nil, r.named(h.Row.Type, h.Row.Name()) != nil
		}
		ref, back := targetRefs(h.Row, s.Row)
		edits = append(edits, dropCell(ref).in(Clear), dropCell(back).in(Clear))
	}
	return edits, true
}
