package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-FQN-1", Severity: Error, Check: "objects",
	Title: "the name in the index differs from the object's",
	Doc:   "The same as M-FQN-2, for which the original has no repair.",
	Fix:   "write the entry anew from the object",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if x.Row != nil && x.Row.FQName != nil && e.form(x.Row) == contrail.OtherName {
				r.fixedIf(x.whole() && e.Type == x.Row.Type, x.reindex(e)...).at(x.UUID, e.At(), "the index has %s, the object %s", quoted(e.Name), quoted(x.Row.Name()))
			}
		}
	},
})
