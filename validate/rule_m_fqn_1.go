package validate

var _ = add(Rule{
	ID: "M-FQN-1", Severity: Error, Check: "fq_name_uuid_match", Class: "FQNStaleIndexError",
	Title: "the index names an object that doesn't exist or has no name",
	Doc: "An entry of obj_fq_name_table whose uuid has no row in obj_uuid_table, or one without fq_name. A live export can " +
		"hold some: the tables are read one after the other.",
	Clean: "stale_fq_names",
	Fix:   "remove the entry; where the object is there, see M-MAND-1",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			switch {
			case x.Row == nil:
				r.with(e.drop(x)).at("", e.At(), "%s %s: object %s doesn't exist", e.Type, quoted(e.Name), e.UUID)
			case !x.Row.has(hasName):
				r.lacking(x).row(x.Row, "fq_name", "the index has %s %s, but the object has no fq_name", e.Type, quoted(e.Name))
			}
		}
	},
})
