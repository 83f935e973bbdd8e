package validate

var _ = add(Rule{
	ID: "M-SNU-5", Severity: Warning, Check: "subnet_uuid", Class: "UseragentSubnetMissingError",
	Title: "a subnet of a network is not in useragent_keyval_table",
	Doc:   "Old OpenStack plugins find subnets there.",
	Fix:   "add the row",
	SubnetID: func(r *Report, s *SubnetID) {
		if len(s.Stored) == 0 && len(s.Subnets) > 0 {
			r.at(s.Subnets[0].Network, s.Subnets[0].Where, "subnet %s %s has no row in useragent_keyval_table", s.UUID, s.Subnets[0].Text)
		}
	},
})
