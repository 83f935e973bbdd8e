package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-VMI-1", Severity: Error, Check: "networks",
	Title: "an interface has no network, several, or no valid MAC address",
	Doc:   "MAC addresses are six pairs of hexadecimal digits with colons.",
	Keeps: []string{"prop:virtual_machine_interface_mac_addresses", "ref:virtual_network"},
	Row: func(r *Report, row *Row) {
		if row.Type != "virtual_machine_interface" {
			return
		}
		if n := row.count(contrail.ColumnRef, "virtual_network"); n != 1 {
			r.row(row, "", "%s", plural(n, "network"))
		}
		macs := MACs(row)
		if len(macs) == 0 {
			r.row(row, "prop:virtual_machine_interface_mac_addresses", "no MAC address")
		}
		for _, mac := range macs {
			if !validMAC(mac) {
				r.row(row, "prop:virtual_machine_interface_mac_addresses", "%s is no MAC address", quoted(mac))
			}
		}
	},
})

func validMAC(mac string) bool {
	if len(mac) != 17 {
		return false
	}
	for i := range len(mac) {
		c := mac[i] | 0x20
		switch {
		case i%3 == 2:
			if mac[i] != ':' {
				return false
			}
		case (mac[i] < '0' || mac[i] > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}
