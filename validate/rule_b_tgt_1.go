package validate

var _ = add(Rule{
	ID: "B-TGT-1", Severity: Error, Check: "target",
	Title: "a keyspace is missing",
	Doc:   "Without config_db_uuid, which is fatal, there is nothing to restore; the original importer hangs.",
	Fix:   "add it, empty",
	Whole: func(r *Report, v *Inventory) {
		for _, name := range usualKeyspaces {
			switch {
			case v.Has(name, ""):
			case name == objectKeyspace:
				r.milder(Fatal, Finding{Where: name, Message: "keyspace " + name + " is missing", Offset: -1})
			default:
				r.at("", name, "keyspace %s is missing", name)
			}
		}
	},
})

var usualKeyspaces = []string{objectKeyspace, "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace"}
