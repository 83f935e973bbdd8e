package validate

import "github.com/tidwall/gjson"

var _ = add(Rule{
	ID: "B-SUB-12", Severity: Error, Check: "networks",
	Title: "alloc_unit is no power of two, or an address no multiple of it",
	Doc:   "So many addresses are given out at a time.",
	Network: func(r *Report, n *Network) {
		for i := range n.Subnets {
			s := &n.Subnets[i]
			v := gjson.Get(s.raw, "alloc_unit")
			if !v.Exists() || v.Type == gjson.Null {
				continue
			}
			if unit, ok := uintOf(v); !ok || unit == 0 || unit&(unit-1) != 0 {
				r.subnet(s, "alloc_unit %s of %s is no power of two", v.Raw, s.Text)
			}
		}
	},
	Held: func(r *Report, h *Held) {
		if h.Kubernetes || h.Subnet == nil || h.Subnet.Unit < 2 || h.Addr == h.Subnet.Gateway {
			return
		}
		b := h.Addr.As16()
		rest := uint64(0)
		for _, d := range b[8:] {
			rest = rest<<8 | uint64(d)
		}
		// Powers of two up to 2^63 divide what is above the low half.
		if unit := h.Subnet.Unit; unit&(unit-1) == 0 && rest&(unit-1) != 0 {
			r.row(h.Row, "prop:"+addressTypes[h.Row.Type], "%s is no multiple of alloc_unit %d of %s", h.Text, unit, h.Subnet.Text)
		}
	},
})
