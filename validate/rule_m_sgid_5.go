package validate

var _ = add(Rule{
	ID: "M-SGID-5", Severity: Error, Check: "security_groups_id", Class: "VirtualNetworkIdMissingError",
	Title: "a security group has no id",
	Doc:   "prop:security_group_id is absent or null; 0 is an id here.",
	Heal:  "security_groups_id",
	Fix:   "give it the lowest free id, but never that of node 0",
	Of:    []string{"security_group"},
	Entity: func(r *Report, row *Row) {
		if row.FQName == nil || !r.Indexed(row) {
			return
		}
		if _, ok := uintOf(row.Prop("security_group_id")); !ok {
			r.wants(groupIDs, row)
			r.elsewhere().row(row, "prop:security_group_id", "security group %s has no id", quoted(row.Name()))
		}
	},
})
