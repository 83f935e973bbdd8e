package validate

var _ = add(Rule{
	ID: "M-FQN-4", Severity: Error, Check: "fq_name_uuid_match", Class: "FQNStaleIndexError",
	Title: "an entry of the index belongs to no object",
	Doc: "Type, name and uuid of the entry are those of no object. Of an object that is gone or has another name the index " +
		"entry is reported twice, here and as M-FQN-1 or M-FQN-2, as the original does.",
	Clean: "stale_fq_names",
	Fix:   "remove the entry, and add that of the object; where that has no type or name, see M-MAND-1",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if !x.agrees(e) {
				r.fixedIf(x.Row == nil || x.whole(), x.stale(e)...).at("", e.At(), "no object is %s %s with uuid %s", e.Type, quoted(e.Name), e.UUID)
			}
		}
	},
})

// stale are the edits about an entry that belongs to no object.
func (x *Identity) stale(e IndexEntry) []Edit {
	if x.Row == nil {
		return []Edit{e.drop(x)}
	}
	if x.whole() {
		return x.reindex(e)
	}
	return nil
}
