package validate

var _ = add(Rule{
	ID: "M-IPA-7", Severity: Error, Check: "subnet_addr_alloc", Class: "IpSubnetMissingError",
	Title: "an address lies in no subnet of its network",
	Doc:   "Of an instance_ip, floating_ip or alias_ip.",
	Held: func(r *Report, h *Held) {
		if !h.Kubernetes && h.Addr.IsValid() && h.Network != nil && h.Subnet == nil {
			r.row(h.Row, "prop:"+addressTypes[h.Row.Type], "%s lies in no subnet of network %s", h.Text, quoted(h.Network.Row.Name()))
		}
	},
})
