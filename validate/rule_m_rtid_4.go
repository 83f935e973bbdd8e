package validate

var _ = add(Rule{
	ID: "M-RTID-4", Severity: Error, Check: "route_targets_id", Class: "SchemaRTgtIdExtraError",
	Title: "route_target_table has a number that ZooKeeper doesn't have for this owner",
	Doc:   "The schema transformer can give it out again.",
	Fix:   "add the node if the route target agrees, else remove the row",
	System: func(r *Report, s *System) {
		for _, key := range s.Schema {
			if !s.HasNode || s.Node.Owner != key {
				r.at("", schemaPath(key), "%d of %s is not in ZooKeeper for it%s", s.N, quoted(key), s.nodeOwner())
			}
		}
	},
})
