package validate

var _ = add(Rule{
	ID: "M-SNU-4", Severity: Warning, Check: "subnet_uuid", Class: "UseragentSubnetExtraError",
	Title: "useragent_keyval_table has a subnet that no network has",
	Doc:   "Each row there whose key isn't \"NETWORK PREFIX/LENGTH\" is taken for a subnet's, so rows of other programs are reported too.",
	Clean: "stale_subnet_uuid",
	Fix:   "remove the row, if its key is a uuid and its value that of a subnet which is gone",
	SubnetID: func(r *Report, s *SubnetID) {
		if len(s.Stored) > 0 && len(s.Subnets) == 0 {
			ok := r.staleSubnet(s)
			if !ok {
				r.inv.ForeignSubnets++
			}
			edits := []Edit{dropRow(subnetRow(s.UUID)).in(Clear)}
			for _, key := range s.Keys {
				edits = append(edits, dropRow(subnetRow(key)).in(Clear))
			}
			r.fixedIf(ok, edits...).at("", useragentPath(s.UUID), "no network has subnet %s", quoted(s.UUID))
		}
	},
})
