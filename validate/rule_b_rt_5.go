package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-RT-5", Severity: Warning, Check: "networks",
	Title: "nobody refers to a route target",
	Doc:   "Neither a living routing instance nor a living logical router: a leftover.",
	Clean: "stale_route_target",
	Fix:   "remove the object; but if ZooKeeper and route_target_table name one routing instance, make its reference again",
	Of:    []string{"route_target"},
	Entity: func(r *Report, row *Row) {
		if r.unusedTarget(row) && !r.inSystem(row) {
			r.with(removeObject(row.Key)).row(row, "", "no back-reference from a routing instance or logical router that exists")
		}
	},
	System: func(r *Report, s *System) {
		if s.Row != nil && r.unusedTarget(s.Row) && r.inSystem(s.Row) {
			r.with(r.readopt(s)...).row(s.Row, "", "no back-reference from a routing instance or logical router that exists")
		}
	},
})

func (r *Report) unusedTarget(row *Row) bool {
	return row.Type == "route_target" && !r.anyLives(row.Backrefs("routing_instance")) && !r.anyLives(row.Backrefs("logical_router"))
}

// inSystem tells of the targets that System looks at.
func (r *Report) inSystem(row *Row) bool {
	rt, ok := contrail.ParseRouteTarget(row.Name())
	return ok && !rt.Addr.IsValid() && rt.ASN == r.asn && rt.Number >= contrail.RouteTargetSchemeOf(r.asn).First && r.Indexed(row) &&
		len(r.Named("route_target", row.Name())) == 1
}

// readopt makes the reference of the routing instance whose target it is, or removes the target if it is nobody's.
func (r *Report) readopt(s *System) []Edit {
	if owner := s.agreed(); owner != "" {
		if instance := r.named("routing_instance", owner); instance != nil && r.Indexed(instance) {
			ref, back := targetRefs(instance, s.Row)
			const value = `{"attr": {"import_export": null}, "is_weakref": false}`
			return []Edit{setCell(ref, value).ifAbsent(), setCell(back, value).ifAbsent()}
		}
	}
	return []Edit{removeObject(s.Row.Key)}
}
