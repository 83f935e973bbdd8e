package validate

var _ = add(Rule{
	ID: "B-PAR-9", Severity: Warning, Check: "links",
	Title: "an ancestor of an object doesn't exist",
	Doc:   "Its parent does, but further up the chain ends in an absent row: if the orphan is removed, this object is one.",
	Clean: "orphan_resources",
	Fix:   "remove the whole subtree, from below",
	Ancestry: func(r *Report, a *Ancestry) {
		if !a.Ring {
			r.with(removeObject(a.Row.Key)).row(a.Row, "", "%s up there is no object %s, the parent of %s %s", plural(a.Steps, "level"), a.Absent, a.Below.Type, quoted(a.Below.Name()))
		}
	},
})
