package validate

import "slices"

var _ = add(Rule{
	ID: "B-RI-2", Severity: Error, Check: "networks",
	Title: "a default routing instance has no route target, or route_target_table an owner that doesn't exist",
	Doc:   "The networks that every system has have no route target.",
	Fix:   "remove the row of the table",
	Of:    []string{"virtual_network"},
	Entity: func(r *Report, row *Row) {
		if row.FQName == nil || systemNetwork(row.FQName) {
			return
		}
		for _, uuid := range r.Named("routing_instance", defaultInstance(row)) {
			if instance := r.Row(uuid); instance != nil && len(instance.Refs("route_target")) == 0 {
				r.row(instance, "", "the default routing instance has no route target")
			}
		}
	},
	System: func(r *Report, s *System) {
		for _, key := range s.Schema {
			if len(r.Named("routing_instance", key)) == 0 && len(r.Named("logical_router", key)) == 0 {
				r.fixedIf(true, dropRow(schemaRow(key)).in(Clear)).at("", schemaPath(key), "there is no routing instance or logical router %s", quoted(key))
			}
		}
	},
})

// systemNetwork tells of the networks that every system has.
func systemNetwork(name []string) bool {
	return len(name) == 3 && name[0] == "default-domain" && name[1] == "default-project" &&
		slices.Contains([]string{"ip-fabric", "__link_local__", "default-virtual-network", "dci-network"}, name[2])
}
