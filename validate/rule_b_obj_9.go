package validate

var _ = add(Rule{
	ID: "B-OBJ-9", Severity: Error, Check: "objects",
	Title: "several objects of a type have one name",
	Doc:   "Indexed or not: the original sees only those that are indexed (M-DUP-1).",
	Fix:   "keep the oldest that others refer to",
	Name: func(r *Report, n *Namesakes) {
		if len(n.Objects) > 1 {
			for _, row := range n.Objects[1:] {
				r.row(row, "fq_name", "%s %s is also the name of %s", n.Type, quoted(n.Name), n.Objects[0].Key)
			}
		}
	},
})
