package validate

var _ = add(Rule{
	ID: "M-IPA-3", Severity: Error, Check: "subnet_addr_alloc", Class: "FQNStaleIndexError",
	Title: "an indexed address object doesn't exist",
	Doc:   "An instance_ip, floating_ip or alias_ip of the index without a row.",
	Clean: "stale_fq_names",
	Fix:   "remove the entry of the index",
	Identity: func(r *Report, x *Identity) {
		for _, e := range x.Entries {
			if x.Row == nil && addressTypes[e.Type] != "" {
				r.with(e.drop(x)).at("", e.At(), "%s %s doesn't exist", e.Type, e.UUID)
			}
		}
	},
})
