package validate

var _ = add(Rule{
	ID: "B-SUB-4", Severity: Error, Check: "networks",
	Title: "an address is none, or lies in no subnet of its network",
	Doc:   "Of an instance, floating or alias IP.",
	Held: func(r *Report, h *Held) {
		column := "prop:" + addressTypes[h.Row.Type]
		switch {
		case h.Kubernetes || !h.Present:
		case !h.Addr.IsValid():
			if c := h.Row.prop(addressTypes[h.Row.Type]); c.JSON {
				r.row(h.Row, column, "%s is no address", quoted(h.Text))
			}
		case h.Network != nil && h.Subnet == nil:
			r.row(h.Row, column, "%s lies in no subnet of network %s", h.Text, quoted(h.Network.Row.Name()))
		}
	},
})
