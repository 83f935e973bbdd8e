package validate

var _ = add(Rule{
	ID: "M-FQN-4", Severity: Error, Check: "fq_name_uuid_match", Class: "FQNStaleIndexError",
	Title: "an entry of the index belongs to no object",
	Doc: "Type, name and uuid of the entry are those of no object. Of an object that is gone or has another name the index " +
		"entry is reported twice, here and as M-FQN-1 or M-FQN-2, as the original does.",
	Fix: "remove the entry",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if !x.agrees(e) {
				r.at("", e.At(), "no object is %s %s with uuid %s", e.Type, quoted(e.Name), e.UUID)
			}
		}
	},
})
