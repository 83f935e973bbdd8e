package validate

var _ = add(Rule{
	ID: "B-FQN-2", Severity: Error, Check: "objects",
	Title: "an entry of the index is malformed",
	Doc:   "Its column has no uuid at the end. That the value is not null is a warning.",
	Fix:   "remove the entry, or write null",
	Index: func(r *Report, e *Entry) {
		switch {
		case e.UUID == nil:
			r.with(dropCell(indexCell(e.Type, string(e.Full)))).at("", e.At(), "the column ends in no uuid")
		case e.Value != nil && string(e.Value) != "null":
			r.with(setCell(indexCell(e.Type, string(e.Full)), null)).milder(Warning, Finding{Where: e.At(), Message: "the value is not null", Offset: -1})
		}
	},
})
