package validate

var _ = add(Rule{
	ID: "B-FQN-3", Severity: Error, Check: "objects",
	Title: "the index has an object under another type",
	Doc:   "The row of the entry is not the type of the object.",
	Fix:   "move the entry",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if x.Row != nil && x.Row.Type != "" && e.Type != x.Row.Type {
				r.fixedIf(x.whole(), x.reindex(e)...).at(x.UUID, e.At(), "the object is of type %s", x.Row.Type)
			}
		}
	},
})
