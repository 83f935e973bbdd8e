package validate

var _ = add(Rule{
	ID: "M-SNU-1", Severity: Warning, Check: "subnet_uuid", Class: "SubnetIdToKeyMissingError",
	Title: "a row that names the uuid of a subnet, which has no row itself",
	Doc:   "In useragent_keyval_table. The other direction, a uuid without a row that names it, is usual since release 3.2.",
	Fix:   "remove the row",
	SubnetID: func(r *Report, s *SubnetID) {
		if len(s.Stored) > 0 {
			return
		}
		for _, key := range s.Keys {
			r.at("", useragentPath(key), "there is no row for subnet %s", quoted(s.UUID))
		}
	},
})
