package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-FQN-2", Severity: Error, Check: "fq_name_uuid_match", Class: "FQNMismatchError",
	Title: "the index has another name than the object",
	Doc:   "Both forms of a name that isn't ASCII, raw and percent-encoded, are accepted.",
	Fix:   "write the entry anew from the object (the original has no repair for it)",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if x.Row != nil && x.Row.FQName != nil && e.form(x.Row) == contrail.OtherName {
				r.fixedIf(x.whole() && e.Type == x.Row.Type, x.reindex(e)...).row(x.Row, "fq_name", "the index has it as %s, the object is named %s", quoted(e.Name), quoted(x.Row.Name()))
			}
		}
	},
})
