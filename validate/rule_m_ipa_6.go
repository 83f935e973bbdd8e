package validate

var _ = add(Rule{
	ID: "M-IPA-6", Severity: Error, Check: "subnet_addr_alloc", Class: "FQNIndexMissingError",
	Title: "the network of an address is not in the index",
	Doc:   "It exists, and is used all the same.",
	Fix:   "add the network to the index",
	Held: func(r *Report, h *Held) {
		if h.Present && !h.Kubernetes && h.Network != nil && !h.Indexed {
			r.fixedIf(len(r.Named("virtual_network", h.Network.Row.Name())) == 1, indexEdit(h.Network.Row)).row(h.Network.Row, "", "the network is not in obj_fq_name_table, though addresses are in it")
		}
	},
})
