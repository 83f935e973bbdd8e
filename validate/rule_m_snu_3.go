package validate

var _ = add(Rule{
	ID: "M-SNU-3", Severity: Error, Check: "subnet_uuid", Class: "SubnetCountMismatchError",
	Title:   "useragent_keyval_table and the networks have different numbers of subnets",
	Doc:     "Distinct uuids on either side. M-SNU-4 and M-SNU-5 say which.",
	FixedBy: []string{"M-SNU-4", "M-SNU-5"},
	Fix:     "see M-SNU-4 and M-SNU-5",
	Whole: func(r *Report, v *Inventory) {
		if v.SubnetCounts[0] != v.SubnetCounts[1] {
			r.fixedIf(v.ForeignSubnets == 0).at("", "useragent/useragent_keyval_table", "%d subnet uuids there, %d in networks", v.SubnetCounts[0], v.SubnetCounts[1])
		}
	},
})
