package validate

var _ = add(Rule{
	ID: "M-SNU-2", Severity: Error, Check: "subnet_uuid", Class: "SubnetUuidMissingError",
	Title: "a subnet of a network lacks its uuid, prefix or length",
	Doc:   "Elements of ipam_subnets in the references of networks to IPAMs.",
	Network: func(r *Report, n *Network) {
		for _, s := range n.Elements {
			if !s.Flat && (!s.HasUUID || !s.Complete) && r.Indexed(n.Row) {
				f := n.Row.Finding("", "subnet "+s.Text+" has no uuid, prefix or length")
				f.Where = s.Where()
				r.Add(f)
			}
		}
	},
})
