package validate

var _ = add(Rule{
	ID: "M-IPA-8", Severity: Error, Check: "subnet_addr_alloc", Class: "IpAddressDuplicateError",
	Title: "several objects have one address",
	Doc:   "In one subnet of one network. Addresses are compared as addresses, not as they are written.",
	Lock: func(r *Report, l *Lock) {
		for _, h := range l.Holders[min(1, len(l.Holders)):] {
			r.at(h.UUID, rowPath(h.UUID, "prop:"+addressTypes[h.Type]), "%s in %s of %s is the address of %s %s as well",
				h.Text, l.Subnet, quoted(l.Owner), l.Holders[0].Type, l.Holders[0].UUID)
		}
	},
})
