package validate

var _ = add(Rule{
	ID: "B-SUB-1", Severity: Error, Check: "networks",
	Title: "two subnets of a network overlap",
	Doc:   "Of the network itself, or of the flat IPAMs that it uses.",
	Network: func(r *Report, n *Network) {
		for i := range n.Subnets {
			for j := range i {
				a, b := &n.Subnets[j], &n.Subnets[i]
				if a.Prefix.IsValid() && b.Prefix.IsValid() && a.Prefix.Overlaps(b.Prefix) {
					r.row(n.Row, "", "%s and %s overlap", a.Text, b.Text)
				}
			}
		}
	},
})
