package validate

var _ = add(Rule{
	ID: "M-RTID-4", Severity: Error, Check: "route_targets_id", Class: "SchemaRTgtIdExtraError",
	Title: "route_target_table has a number that ZooKeeper doesn't have for this owner",
	Doc:   "The schema transformer can give it out again.",
	Clean: "stale_route_target_id",
	Fix:   "add the node if the route target agrees, else remove the row",
	System: func(r *Report, s *System) {
		for _, key := range s.Schema {
			if !s.HasNode || s.Node.Owner != key {
				edits, ok := r.mendSchema(s, key)
				r.fixedIf(ok, edits...).at("", schemaPath(key), "%d of %s is not in ZooKeeper for it%s", s.N, quoted(key), s.nodeOwner())
			}
		}
	},
})

// mendSchema makes the node of a number that the references agree about, or removes the row of one that isn't its owner's.
func (r *Report) mendSchema(s *System, key string) (edits []Edit, ok bool) {
	switch agreed := s.agreed(); {
	case agreed == key:
		return []Edit{r.targetNode(s, key)}, r.inRange(s)
	case agreed != "", s.Row == nil, !r.ownerLives(key), s.HasNode:
		return []Edit{dropRow(schemaRow(key)).in(Clear)}, true
	}
	return nil, false
}
