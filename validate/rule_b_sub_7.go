package validate

import "slices"

var _ = add(Rule{
	ID: "B-SUB-7", Severity: Error, Check: "networks",
	Title: "useragent_keyval_table has another network or prefix for a subnet",
	Doc:   "The value is \"NETWORK PREFIX/LENGTH\", for a flat subnet with 0.0.0.0/0.",
	Fix:   "write the value anew",
	SubnetID: func(r *Report, s *SubnetID) {
		if len(s.Subnets) == 0 {
			return
		}
		for _, v := range s.Stored {
			if !slices.ContainsFunc(s.Subnets, func(u SubnetUse) bool { return v == u.Network+" "+u.Text }) {
				r.with(subnetRowEdit(s.UUID, s.Subnets[0])).at("", useragentPath(s.UUID), "it has %s, the subnet is %s", quoted(v), quoted(s.Subnets[0].Network+" "+s.Subnets[0].Text))
			}
		}
	},
})
