package validate

import "github.com/tidwall/gjson"

var _ = add(Rule{
	ID: "B-VN-1", Severity: Error, Check: "networks",
	Title: "the id of a network is out of range",
	Doc:   "1 to 16777216.",
	Fix:   "remove the id",
	Of:    []string{"virtual_network"},
	Entity: func(r *Report, row *Row) {
		if n, ok := NetworkID(row); ok && (n == 0 || n > 1<<24) {
			r.fixedIf(row.prop("virtual_network_network_id") != nil, dropCell(objectCell(row.Key, networkIDs.column)).in(Clear)).row(row, "prop:virtual_network_network_id", "%d is not in 1..%d", n, 1<<24)
		} else if v := row.Prop("virtual_network_network_id"); !ok && v.Exists() && v.Type != gjson.Null {
			r.with(dropCell(objectCell(row.Key, networkIDs.column)).in(Clear)).row(row, "prop:virtual_network_network_id", "%s is no id", v.Raw)
		}
	},
})
