package validate

var _ = add(Rule{
	ID: "M-FQN-5", Severity: Error, Check: "fq_name_uuid_match", Class: "FQNIndexMissingError",
	Title: "an object is not in the index",
	Doc: "Without its entry in obj_fq_name_table an object can't be found by name, nor listed. A live export can hold some: the " +
		"tables are read one after the other.",
	Fix: "add the entry, unless another object has the name",
	Identity: func(r *Report, x *Identity) {
		if x.Row == nil || x.Row.Type == "" || x.Row.FQName == nil {
			return
		}
		for _, e := range x.Entries {
			if x.agrees(e) {
				return
			}
		}
		r.row(x.Row, "", "%s %s is not in obj_fq_name_table", x.Row.Type, quoted(x.Row.Name()))
	},
})
