package validate

var _ = add(Rule{
	ID: "B-VN-2", Severity: Warning, Check: "networks",
	Title: "a network has two different ids",
	Doc:   "prop:virtual_network_network_id and the older network_id in prop:virtual_network_properties.",
	Of:    []string{"virtual_network"},
	Entity: func(r *Report, row *Row) {
		n, ok := uintOf(row.Prop("virtual_network_network_id"))
		old, okToo := uintOf(row.Prop("virtual_network_properties").Get("network_id"))
		if ok && okToo && n != old {
			r.row(row, "prop:virtual_network_properties", "network_id is %d, prop:virtual_network_network_id %d", old, n)
		}
	},
})
