package validate

var _ = add(Rule{
	ID: "B-SUB-2", Severity: Error, Check: "networks",
	Title: "a subnet is no prefix",
	Doc:   "The prefix is no address, the length out of range, or bits of the host are set.",
	Fix:   "clear the bits of the host",
	Network: func(r *Report, n *Network) {
		for i := range n.Subnets {
			switch s := &n.Subnets[i]; {
			case !s.Complete:
			case !s.Prefix.IsValid():
				r.subnet(s, "%s is no subnet", quoted(s.Text))
			case s.Prefix.Masked() != s.Prefix:
				edit, ok := r.maskedSubnet(s)
				r.fixedIf(ok, edit).subnet(s, "%s has bits of the host", s.Text)
			}
		}
	},
})
