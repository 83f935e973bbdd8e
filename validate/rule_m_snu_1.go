package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-SNU-1", Severity: Warning, Check: "subnet_uuid", Class: "SubnetIdToKeyMissingError",
	Title: "a row that names the uuid of a subnet, which has no row itself",
	Doc:   "In useragent_keyval_table. The other direction, a uuid without a row that names it, is usual since release 3.2.",
	Clean: "stale_subnet_uuid",
	Fix:   "remove the row, if its key and value are those of a subnet",
	SubnetID: func(r *Report, s *SubnetID) {
		if len(s.Stored) > 0 {
			return
		}
		for _, key := range s.Keys {
			_, _, ok := splitSubnetKey(key)
			r.fixedIf(ok && contrail.ValidUUID(s.UUID) && len(s.Subnets) == 0, dropRow(subnetRow(key)).in(Clear)).at("", useragentPath(key), "there is no row for subnet %s", quoted(s.UUID))
		}
	},
})
