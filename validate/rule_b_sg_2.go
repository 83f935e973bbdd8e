package validate

import "github.com/tidwall/gjson"

var _ = add(Rule{
	ID: "B-SG-2", Severity: Error, Check: "networks",
	Title: "a rule of a security group names a group that doesn't exist",
	Doc:   "By its name; \"local\" and \"any\" are none.",
	Entity: func(r *Report, row *Row) {
		if row.Type != "security_group" {
			return
		}
		row.Prop("security_group_entries").Get("policy_rule").ForEach(func(_, rule gjson.Result) bool {
			for _, member := range []string{"src_addresses", "dst_addresses"} {
				rule.Get(member).ForEach(func(_, a gjson.Result) bool {
					name, ok := textOf(a.Get("security_group"))
					if ok && name != "" && name != "local" && name != "any" && len(r.Named("security_group", name)) == 0 {
						r.row(row, "prop:security_group_entries", "a rule names the security group %s, which doesn't exist", quoted(name))
					}
					return true
				})
			}
			return true
		})
	},
})
