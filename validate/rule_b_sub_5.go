package validate

import "strings"

var _ = add(Rule{
	ID: "B-SUB-5", Severity: Error, Check: "networks",
	Title: "an address is that of the network, of broadcast or of the gateway",
	Doc:   "The gateway's may belong to a port of a router. IPv6 has no broadcast.",
	Held: func(r *Report, h *Held) {
		if h.Kubernetes || h.Subnet == nil {
			return
		}
		s, column := h.Subnet, "prop:"+addressTypes[h.Row.Type]
		large := s.Prefix.Addr().BitLen()-s.Prefix.Bits() > 1
		switch {
		case h.Addr == s.Gateway:
			if !r.atRouter(h.Row) {
				r.row(h.Row, column, "%s is the gateway of %s", h.Text, s.Text)
			}
		case large && h.Addr == s.Prefix.Masked().Addr():
			r.row(h.Row, column, "%s is the address of the network %s", h.Text, s.Text)
		case large && s.Prefix.Addr().Is4() && h.Addr == s.Broadcast():
			r.row(h.Row, column, "%s is the broadcast address of %s", h.Text, s.Text)
		}
	},
})

// atRouter tells if an address belongs to a port of a router.
func (r *Report) atRouter(row *Row) bool {
	for _, port := range row.Refs("virtual_machine_interface") {
		p := r.Row(port)
		if p == nil {
			continue
		}
		owner, _ := textOf(p.Prop("virtual_machine_interface_device_owner"))
		if len(p.Backrefs("logical_router")) > 0 || strings.HasPrefix(owner, "network:router") {
			return true
		}
	}
	return false
}
