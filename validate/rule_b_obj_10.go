package validate

var _ = add(Rule{
	ID: "B-OBJ-10", Severity: Error, Check: "objects",
	Title: "the index has a uuid several times",
	Doc:   "In several types, or under several names.",
	Fix:   "remove the entries that disagree with the object",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries[min(1, len(x.Entries)):] {
			first := x.Entries[0]
			r.at(x.UUID, e.At(), "%s is indexed as %s %s and as %s %s", x.UUID, first.Type, quoted(first.Name), e.Type, quoted(e.Name))
		}
	},
})
