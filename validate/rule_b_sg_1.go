package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-SG-1", Severity: Error, Check: "networks",
	Title: "the id of a security group is out of range",
	Doc:   "0, or 8000001 to 4294967296, unless prop:configured_security_group_id says another.",
	Of:    []string{"security_group"},
	Entity: func(r *Report, row *Row) {
		n, ok := uintOf(row.Prop("security_group_id"))
		configured, _ := uintOf(row.Prop("configured_security_group_id"))
		if ok && n != 0 && (n <= contrail.FirstSecurityGroupID || n > 1<<32) && configured == 0 {
			r.row(row, "prop:security_group_id", "id %d", n)
		}
	},
})
