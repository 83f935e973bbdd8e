package validate

import "slices"

var _ = add(Rule{
	ID: "M-RTID-6", Severity: Error, Check: "route_targets_id", Class: "ZkRTgtIdExtraError",
	Title: "ZooKeeper has a route target number that not both table and object have for this owner",
	Doc:   "Both route_target_table and the route target's own references must name the owner of the node.",
	Fix:   "remove the node if neither has it",
	System: func(r *Report, s *System) {
		if !s.HasNode {
			return
		}
		inSchema, inConfig := slices.Contains(s.Schema, s.Node.Owner), s.Row != nil && s.Owner == s.Node.Owner
		switch {
		case inSchema && inConfig:
		case inConfig:
			r.at("", nodePath(s.Node.Path), "%d of %s is not in route_target_table", s.N, quoted(s.Node.Owner))
		case inSchema:
			r.at("", nodePath(s.Node.Path), "%d of %s has no route target that belongs to it", s.N, quoted(s.Node.Owner))
		default:
			r.at("", nodePath(s.Node.Path), "%d of %s is neither in route_target_table nor a route target of it", s.N, quoted(s.Node.Owner))
		}
	},
})
