package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-SNU-5", Severity: Warning, Check: "subnet_uuid", Class: "UseragentSubnetMissingError",
	Title: "a subnet of a network is not in useragent_keyval_table",
	Doc:   "Old OpenStack plugins find subnets there.",
	Heal:  "subnet_uuid",
	Fix:   "add the row",
	SubnetID: func(r *Report, s *SubnetID) {
		if len(s.Stored) == 0 && len(s.Subnets) > 0 {
			ok := contrail.ValidUUID(s.UUID)
			if !ok {
				r.inv.ForeignSubnets++
			}
			r.fixedIf(ok, subnetRowEdit(s.UUID, s.Subnets[0])).at(s.Subnets[0].Network, s.Subnets[0].Where(), "subnet %s %s has no row in useragent_keyval_table", s.UUID, s.Subnets[0].Text)
		}
	},
})
