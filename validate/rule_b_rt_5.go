package validate

var _ = add(Rule{
	ID: "B-RT-5", Severity: Warning, Check: "networks",
	Title: "nobody refers to a route target",
	Doc:   "Neither a living routing instance nor a living logical router: a leftover.",
	Fix:   "remove the object",
	Entity: func(r *Report, row *Row) {
		if row.Type == "route_target" && !r.anyLives(row.Backrefs("routing_instance")) && !r.anyLives(row.Backrefs("logical_router")) {
			r.row(row, "", "no back-reference from a routing instance or logical router that exists")
		}
	},
})
