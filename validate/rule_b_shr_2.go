package validate

var _ = add(Rule{
	ID: "B-SHR-2", Severity: Warning, Check: "objects",
	Title: "obj_shared_table disagrees with the perms2 of an object",
	Doc:   "The API server finds shared objects by the table. It writes there only when perms2 changes.",
	Fix:   "write the table anew",
	Keeps: []string{"prop:perms2"},
	Share: func(r *Report, s *Sharing) {
		if s.Row == nil || s.Row.Type != s.Type || !r.inv.Has(objectKeyspace, sharedTable) {
			return
		}
		switch {
		case !s.Present:
			r.with(setCell(shareCellPath(s), s.Wants)).at(s.UUID, sharePath(s), "perms2 shares it with access %s, the table doesn't", s.Wants)
		case !s.Wanted:
			r.with(dropCell(shareCellPath(s))).at(s.UUID, sharePath(s), "the table shares it with access %s, perms2 doesn't", s.Has)
		case s.Has != s.Wants:
			r.with(setCell(shareCellPath(s), s.Wants)).at(s.UUID, sharePath(s), "access is %s in the table, %s in perms2", s.Has, s.Wants)
		}
	},
})
