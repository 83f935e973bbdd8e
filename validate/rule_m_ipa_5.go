package validate

var _ = add(Rule{
	ID: "M-IPA-5", Severity: Error, Check: "subnet_addr_alloc", Class: "VirtualNetworkMissingError",
	Title: "an address has no network",
	Doc: "An instance_ip refers to its network; that of a floating_ip or alias_ip is found by the name without its last two parts. " +
		"Floating IPs that Kubernetes makes below an instance_ip have none.",
	Held: func(r *Report, h *Held) {
		if h.Present && !h.Kubernetes && h.Network == nil {
			if h.ByName {
				r.row(h.Row, "", "there is no network %s for address %s", quoted(networkName(h.Row)), h.Text)
			} else {
				r.row(h.Row, "", "no network for address %s", h.Text)
			}
		}
	},
})
