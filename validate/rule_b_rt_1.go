package validate

var _ = add(Rule{
	ID: "B-RT-1", Severity: Error, Check: "networks",
	Title: "route_target_table has a number for two owners",
	Doc:   "rtgt_num of two rows.",
	System: func(r *Report, s *System) {
		for _, key := range s.Schema[min(1, len(s.Schema)):] {
			r.at("", schemaPath(key), "number %d is that of %s as well", s.N, quoted(s.Schema[0]))
		}
	},
})
