package validate

var _ = add(Rule{
	ID: "B-RI-1", Severity: Error, Check: "networks",
	Title: "a network has no default routing instance, or a routing instance no network",
	Doc:   "The default one is named after the network, with the last part twice.",
	Of:    []string{"virtual_network", "routing_instance"},
	Entity: func(r *Report, row *Row) {
		switch row.Type {
		case "virtual_network":
			if row.FQName != nil && len(r.Named("routing_instance", defaultInstance(row))) == 0 {
				r.row(row, "", "there is no routing instance %s", quoted(defaultInstance(row)))
			}
		case "routing_instance":
			for _, p := range row.Parents {
				if parent := r.run.row(p.id); p.Type == "virtual_network" && parent != nil && parent.Type == "virtual_network" {
					return
				}
			}
			r.row(row, "", "it is in no virtual network")
		}
	},
})

func defaultInstance(network *Row) string {
	return network.Name() + ":" + network.FQName[len(network.FQName)-1]
}
