package validate

var _ = add(Rule{
	ID: "B-SUB-8", Severity: Warning, Check: "networks",
	Title: "instance_ip_family is not that of the address",
	Doc:   "v4 or v6.",
	Fix:   "set it",
	Held: func(r *Report, h *Held) {
		family, ok := textOf(h.Row.Prop("instance_ip_family"))
		if !ok || !h.Addr.IsValid() || h.Row.Type != "instance_ip" {
			return
		}
		if is := map[bool]string{true: "v4", false: "v6"}[h.Addr.Is4()]; family != is {
			r.with(setCell(objectCell(h.Row.Key, "prop:instance_ip_family"), jsonText(is))).row(h.Row, "prop:instance_ip_family", "it is %s, the address %s is %s", quoted(family), h.Text, is)
		}
	},
})
