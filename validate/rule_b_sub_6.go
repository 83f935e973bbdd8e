package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-SUB-6", Severity: Error, Check: "networks",
	Title: "two subnets have one uuid, or the uuid of a subnet is none",
	Doc:   "The subnet_uuid of the elements of ipam_subnets.",
	SubnetID: func(r *Report, s *SubnetID) {
		for i, u := range s.Subnets {
			switch {
			case !contrail.ValidUUID(s.UUID):
				r.at(u.Network, u.Where(), "%s, the uuid of subnet %s, is no uuid", quoted(s.UUID), u.Text)
			case i > 0:
				first := s.Subnets[0]
				r.at(u.Network, u.Where(), "subnet %s has the uuid %s of %s in network %s", u.Text, s.UUID, first.Text, first.Network)
			}
		}
	},
})
