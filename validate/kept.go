package validate

// kept lists the columns that can be looked up when the dump was read, by type. Joins work on them.
var kept = map[string][]string{
	"global_system_config": {"prop:autonomous_system"},
	"virtual_network": {
		"prop:virtual_network_network_id", "prop:virtual_network_properties", "ref:network_ipam",
		"prop:route_target_list", "prop:import_route_target_list", "prop:export_route_target_list",
	},
	"network_ipam":              {"prop:ipam_subnet_method", "propl:ipam_subnets", "prop:ipam_subnets"},
	"routing_instance":          {"prop:service_chain_information", "prop:ipv6_service_chain_information", "ref:route_target"},
	"logical_router":            {"ref:service_instance", "ref:virtual_machine_interface", "ref:route_target", "prop:configured_route_target_list"},
	"route_target":              {"backref:routing_instance", "backref:logical_router"},
	"virtual_machine_interface": {"ref:routing_instance", "backref:logical_router", "prop:virtual_machine_interface_device_owner"},
	"security_group":            {"prop:security_group_id", "prop:configured_security_group_id", "prop:security_group_entries"},
	"physical_interface":        {"backref:virtual_port_group"},
	"virtual_port_group":        {"ref:physical_interface"},
	"tag_type":                  {"prop:tag_type_id"},
	"tag":                       {"prop:tag_id", "prop:tag_type_name"},
	"instance_ip":               {"prop:instance_ip_address", "prop:instance_ip_family", "ref:virtual_network", "ref:virtual_machine_interface"},
	"floating_ip":               {"prop:floating_ip_address", "ref:virtual_machine_interface", "ref:project"},
	"alias_ip":                  {"prop:alias_ip_address", "ref:virtual_machine_interface", "ref:project"},
}

// valued are the kept links of which more than the other object is read.
var valued = map[string]bool{"ref:network_ipam": true, "backref:virtual_port_group": true}

// inStore lists the types whose kept columns stand in the store of rows; those of addresses travel with them.
var inStore = keepSets("global_system_config", "virtual_network", "network_ipam", "routing_instance", "logical_router",
	"route_target", "virtual_machine_interface", "security_group", "physical_interface", "virtual_port_group", "tag_type", "tag")

// ofAddresses are the columns that travel with addresses.
var ofAddresses = keepSets("instance_ip", "floating_ip", "alias_ip")

// addressColumns are the addresses alone, which the owner of a lock is looked up for.
var addressColumns = map[string]map[string]bool{
	"instance_ip": {"prop:instance_ip_address": true},
	"floating_ip": {"prop:floating_ip_address": true},
	"alias_ip":    {"prop:alias_ip_address": true},
}

func keepSets(types ...string) map[string]map[string]bool {
	sets := map[string]map[string]bool{}
	for _, t := range types {
		set := map[string]bool{}
		for _, c := range kept[t] {
			set[c] = true
		}
		sets[t] = set
	}
	return sets
}

// namedTypes are the types whose objects are looked up by name.
var namedTypes = map[string]bool{
	"global_system_config": true, "global_vrouter_config": true, "domain": true, "project": true, "virtual_network": true, "network_ipam": true,
	"routing_instance": true, "logical_router": true, "security_group": true, "route_target": true,
}
