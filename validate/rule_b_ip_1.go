package validate

var _ = add(Rule{
	ID: "B-IP-1", Severity: Error, Check: "networks",
	Title: "an instance IP and a floating or alias IP have one address",
	Doc:   "In one subnet of one network, however the address is written.",
	Lock: func(r *Report, l *Lock) {
		for i, h := range l.Holders {
			for _, other := range l.Holders[:i] {
				if (h.Type == "instance_ip") != (other.Type == "instance_ip") {
					r.at(h.UUID, rowPath(h.UUID, "prop:"+addressTypes[h.Type]), "%s is the address of %s %s as well", h.Text, other.Type, other.UUID)
					break
				}
			}
		}
	},
})
