package validate

import (
	"bytes"

	"github.com/tidwall/gjson"
)

var _ = add(Rule{
	ID: "B-SG-2", Severity: Error, Check: "networks",
	Title: "a rule of a security group names a group that doesn't exist",
	Doc:   "By its name; \"local\" and \"any\" are none.",
	Of:    []string{"security_group"},
	Entity: func(r *Report, row *Row) {
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

// namesOthers tells if the rules of a security group may name other groups than itself. Most don't, and needn't be kept.
func namesOthers(row *Row) bool {
	c := row.prop("security_group_entries")
	if c == nil {
		return false
	}
	key := []byte(`"security_group": `)
	if bytes.Count(c.Value, key) != bytes.Count(c.Value, []byte("security_group")) || bytes.IndexByte(c.Value, '\\') >= 0 {
		return true
	}
	for rest := c.Value; ; {
		i := bytes.Index(rest, key)
		if i < 0 {
			return false
		}
		rest = rest[i+len(key):]
		switch {
		case bytes.HasPrefix(rest, []byte("null")):
		case rest[0] == '"':
			end := 1 + bytes.IndexByte(rest[1:], '"')
			if name := string(rest[1:end]); name != "" && name != "local" && name != "any" && name != row.name {
				return true
			}
		default:
			return true
		}
	}
}
