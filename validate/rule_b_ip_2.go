package validate

var _ = add(Rule{
	ID: "B-IP-2", Severity: Warning, Check: "networks",
	Title: "an instance IP has no interface, or a floating IP refers to an interface or project that doesn't exist",
	Doc:   "Instance IPs that are reserved have none.",
	Held: func(r *Report, h *Held) {
		switch h.Row.Type {
		case "instance_ip":
			if len(h.Row.Refs("virtual_machine_interface")) == 0 {
				r.row(h.Row, "", "no reference to a virtual_machine_interface")
			}
		case "floating_ip":
			for _, typ := range []string{"virtual_machine_interface", "project"} {
				for _, uuid := range h.Row.Refs(typ) {
					if !r.Lives(uuid) {
						r.row(h.Row, "ref:"+typ+":"+uuid, "%s %s doesn't exist", typ, uuid)
					}
				}
			}
		}
	},
})
