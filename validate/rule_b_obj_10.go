package validate

var _ = add(Rule{
	ID: "B-OBJ-10", Severity: Error, Check: "objects",
	Title: "the index has a uuid several times",
	Doc:   "In several types, or under several names.",
	Fix:   "remove the entries that disagree with the object",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries[min(1, len(x.Entries)):] {
			first := x.Entries[0]
			var edits []Edit
			if x.whole() {
				for _, o := range x.Entries {
					if !x.agrees(o) {
						edits = append(edits, x.reindex(o)...)
					}
				}
			} else if x.Row == nil {
				for _, o := range x.Entries {
					edits = append(edits, o.drop(x))
				}
			}
			r.fixedIf(len(edits) > 0, edits...).at(x.UUID, e.At(), "%s is indexed as %s %s and as %s %s", x.UUID, first.Type, quoted(first.Name), e.Type, quoted(e.Name))
		}
	},
})
