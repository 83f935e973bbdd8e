package validate

var _ = add(Rule{
	ID: "M-VNID-4", Severity: Error, Check: "virtual_networks_id", Class: "VirtualNetworkIdMissingError",
	Title: "a network has no id",
	Doc:   "prop:virtual_network_network_id, or network_id in prop:virtual_network_properties of old releases: absent, 0 or null.",
	Heal:  "virtual_networks_id",
	Fix:   "give it the lowest free id",
	Of:    []string{"virtual_network"},
	Entity: func(r *Report, row *Row) {
		if row.FQName == nil || !r.Indexed(row) {
			return
		}
		if n, ok := NetworkID(row); !ok || n == 0 {
			r.wants(networkIDs, row)
			r.elsewhere().row(row, "prop:virtual_network_network_id", "network %s has no id", quoted(row.Name()))
		}
	},
})
