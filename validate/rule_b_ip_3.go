package validate

var _ = add(Rule{
	ID: "B-IP-3", Severity: Error, Check: "networks",
	Title: "an instance IP has neither a living interface nor a living network",
	Doc:   "It is a leftover.",
	Clean: "stale_instance_ip",
	Fix:   "remove the object",
	Held: func(r *Report, h *Held) {
		if h.Row.Type == "instance_ip" && !r.anyLives(h.Row.Refs("virtual_machine_interface")) && !r.anyLives(h.Row.Refs("virtual_network")) {
			r.with(removeObject(h.Row.Key)).row(h.Row, "", "neither an interface nor a network that exists")
		}
	},
})
