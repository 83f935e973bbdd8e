package validate

var _ = add(Rule{
	ID: "M-RTBR-11", Severity: Error, Check: "route_targets_routing_instance_backrefs", Class: "RTbackrefError",
	Title: "the route target of a router has no back-reference from the instance of one of its networks",
	Doc: "For each interface of the logical router and each routing instance that it refers to. Two interfaces in one network share " +
		"the reference; the original reports the second one.",
	Heal: "lr_vmi_ri_rt_refs",
	Fix:  "add the reference and the back-reference, for import",
	System: func(r *Report, s *System) {
		for _, x := range r.ofRouter(s).interfaces {
			if !hasHolder(s.RIs, x.instance) {
				instance := r.Row(x.instance)
				var edits []Edit
				if instance != nil && instance.Type == "routing_instance" {
					ref, back := targetRefs(instance, s.Row)
					const value = `{"attr": {"import_export": "import"}}`
					edits = []Edit{setCell(ref, value).ifAbsent(), setCell(back, value).ifAbsent()}
				}
				r.fixedIf(edits != nil, edits...).row(s.Row, "", "%s has no back-ref from routing instance %s of interface %s", s.Target, x.instance, x.port)
			}
		}
	},
})
