package validate

var _ = add(Rule{
	ID: "M-SNU-7", Severity: Error, Check: "subnet_uuid", Class: "InvalidIPAMRef",
	Title: "a network has a column named ref:network_ipam;",
	Doc:   "It lies in the range of names in which the original looks for references to IPAMs.",
	Fix:   "remove the column",
	Column: func(r *Report, c *Column) {
		if string(c.Full) == "ref:network_ipam;" {
			r.with(dropCell(objectCell(c.Row.Key, string(c.Full)))).column(c, "a reference to no IPAM")
		}
	},
})
