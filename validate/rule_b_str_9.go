package validate

var _ = add(Rule{
	ID: "B-STR-9", Severity: Warning, Check: "structure",
	Title: "the top level has an unknown member",
	Doc:   "It is kept, and means nothing to a restore. The member \"dumptool\" is known.",
	Whole: func(r *Report, v *Inventory) {
		for _, m := range v.Members {
			if m != "dumptool" {
				r.at("", "member "+quoted(m), "unknown member %s", quoted(m))
			}
		}
	},
})
