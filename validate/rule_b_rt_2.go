package validate

import "slices"

var _ = add(Rule{
	ID: "B-RT-2", Severity: Error, Check: "networks",
	Title: "a number of route_target_table has no route target, or its owner doesn't refer to it",
	Doc:   "The route target of the system's AS number and the number.",
	System: func(r *Report, s *System) {
		for _, key := range s.Schema {
			targets := r.Named("route_target", s.Target)
			if len(targets) == 0 {
				r.at("", schemaPath(key), "there is no route target %s", s.Target)
				continue
			}
			for _, owner := range append(r.Named("routing_instance", key), r.Named("logical_router", key)...) {
				row := r.Row(owner)
				if row != nil && !slices.ContainsFunc(row.Refs("route_target"), func(u string) bool { return slices.Contains(targets, u) }) {
					r.at("", schemaPath(key), "%s %s doesn't refer to %s", row.Type, owner, s.Target)
				}
			}
		}
	},
})
