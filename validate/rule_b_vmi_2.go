package validate

var _ = add(Rule{
	ID: "B-VMI-2", Severity: Error, Check: "networks",
	Title: "two interfaces of a network have one MAC address",
	Doc:   "Capital letters don't count.",
	MAC: func(r *Report, m *MAC) {
		for _, uuid := range m.Interfaces[1:] {
			r.at(uuid, rowPath(uuid, "prop:virtual_machine_interface_mac_addresses"), "%s is the MAC address of %s as well, in network %s", m.Address, m.Interfaces[0], m.Network)
		}
	},
})
