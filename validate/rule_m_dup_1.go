package validate

var _ = add(Rule{
	ID: "M-DUP-1", Severity: Error, Check: "duplicate_fq_name", Class: "FqNameDuplicateError",
	Title: "the index has one name for several objects",
	Doc:   "Of entries whose row is there and has prop:id_perms. The API server answers such a name with \"Multi match\".",
	Name: func(r *Report, n *Namesakes) {
		var living []*Row
		for _, row := range n.Indexed {
			if row.has(hasIDPerms) {
				living = append(living, row)
			}
		}
		if len(living) > 1 {
			r.at("", indexPath(n.Type, n.Name), "%s %s: %s", n.Type, quoted(n.Name), uuidList(living))
		}
	},
})
