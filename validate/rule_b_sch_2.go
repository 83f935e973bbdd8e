package validate

var _ = add(Rule{
	ID: "B-SCH-2", Severity: Error, Check: "objects",
	Title: "an object that every system has is absent",
	Doc:   "The global configurations, the default domain and its default project.",
	Whole: func(r *Report, v *Inventory) {
		for _, o := range [][2]string{
			{"global_system_config", systemConfig},
			{"domain", "default-domain"},
			{"project", "default-domain:default-project"},
			{"global_vrouter_config", systemConfig + ":default-global-vrouter-config"},
		} {
			if len(v.Named(o[0], o[1])) == 0 {
				r.at("", objectKeyspace+"/"+objectTable, "there is no %s %s", o[0], o[1])
			}
		}
	},
})
