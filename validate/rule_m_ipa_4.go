package validate

var _ = add(Rule{
	ID: "M-IPA-4", Severity: Error, Check: "subnet_addr_alloc", Class: "IpAddressMissingError",
	Title: "an address object has no address",
	Doc:   "prop:instance_ip_address, prop:floating_ip_address or prop:alias_ip_address is absent.",
	Held: func(r *Report, h *Held) {
		if !h.Present {
			r.row(h.Row, "prop:"+addressTypes[h.Row.Type], "no address")
		}
	},
})
