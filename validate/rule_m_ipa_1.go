package validate

var _ = add(Rule{
	ID: "M-IPA-1", Severity: Error, Check: "subnet_addr_alloc", Class: "ZkSubnetPathInvalid",
	Title: "a node below /api-server/subnets is no subnet",
	Doc:   "Nor the directory of one. /api-server/subnets itself, if there is nothing below it, is reported as well.",
	Clean: "subnet_addr_alloc",
	Fix:   "remove the node",
	Paths: func(r *Report, p *Path) {
		if p.NoSubnet && !p.Inner && !p.AsksForMissing {
			r.with(dropNode(p.Path)).Add(Finding{Where: nodePath(p.Path), Message: "not the directory of a subnet", Offset: p.ListedAt})
		}
	},
})
