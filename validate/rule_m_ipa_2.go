package validate

var _ = add(Rule{
	ID: "M-IPA-2", Severity: Error, Check: "subnet_addr_alloc", Class: "SubnetUuidMissingError",
	Title: "a subnet has no prefix or length",
	Doc:   "Of a network, or of a flat IPAM. Its addresses can't be checked.",
	Network: func(r *Report, n *Network) {
		for _, s := range n.Subnets {
			if !s.Complete && r.Indexed(n.Row) {
				f := n.Row.Finding("", "a subnet has no prefix or length")
				f.Where = s.Where()
				r.Add(f)
			}
		}
	},
})
