package validate

var _ = add(Rule{
	ID: "M-SNU-6", Severity: Error, Check: "subnet_uuid", Class: "FQNStaleIndexError",
	Title: "a network refers to an IPAM that doesn't exist",
	Doc: "The subnets are still read from the value of the reference, which is the only place where they stand: removing the " +
		"reference, as the original's cleaning does, loses them.",
	Network: func(r *Report, n *Network) {
		if len(n.Absent) > 0 && r.Indexed(n.Row) {
			r.row(n.Row, n.Absent[0], "IPAM of %s doesn't exist", n.Absent[0])
		}
	},
})
