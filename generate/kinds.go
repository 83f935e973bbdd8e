package generate

// kind is a family of objects that the layout counts and places together.
// Most object types are one kind; tags are two, since a tag is global or
// stands under a project.
type kind uint8

// The order is the order of creation: a kind comes after the kinds that its
// parents and references are of, wherever the model allows one.
const (
	globalSystemConfig kind = iota
	globalVrouterConfig
	domain
	policyManagement
	project
	networkIPAM
	tagType
	globalTag
	projectTag
	serviceTemplate
	virtualRouter
	fabric
	physicalRouter
	physicalInterface
	logicalInterface
	virtualPortGroup
	securityGroup
	accessControlList
	virtualNetwork
	routingInstance
	bgpRouter
	routeTarget
	floatingIPPool
	aliasIPPool
	networkPolicy
	interfaceRouteTable
	addressGroup
	serviceGroup
	logicalRouter
	serviceInstance
	virtualMachine
	virtualMachineInterface
	instanceIP
	floatingIP
	aliasIP

	kindCount
	noKind = kindCount
)

// kindFact is what the object model says of a kind.
type kindFact struct {
	typ    string // as in columns: underscores
	hyphen string // as in parent_type: dashes
	parent kind   // noKind for root objects
}

var kindFacts = [kindCount]kindFact{
	globalSystemConfig:      {"global_system_config", "global-system-config", noKind},
	globalVrouterConfig:     {"global_vrouter_config", "global-vrouter-config", globalSystemConfig},
	domain:                  {"domain", "domain", noKind},
	policyManagement:        {"policy_management", "policy-management", noKind},
	project:                 {"project", "project", domain},
	networkIPAM:             {"network_ipam", "network-ipam", project},
	tagType:                 {"tag_type", "tag-type", noKind},
	globalTag:               {"tag", "tag", noKind},
	projectTag:              {"tag", "tag", project},
	serviceTemplate:         {"service_template", "service-template", domain},
	virtualRouter:           {"virtual_router", "virtual-router", globalSystemConfig},
	fabric:                  {"fabric", "fabric", globalSystemConfig},
	physicalRouter:          {"physical_router", "physical-router", globalSystemConfig},
	physicalInterface:       {"physical_interface", "physical-interface", physicalRouter},
	logicalInterface:        {"logical_interface", "logical-interface", physicalInterface},
	virtualPortGroup:        {"virtual_port_group", "virtual-port-group", fabric},
	securityGroup:           {"security_group", "security-group", project},
	accessControlList:       {"access_control_list", "access-control-list", securityGroup},
	virtualNetwork:          {"virtual_network", "virtual-network", project},
	routingInstance:         {"routing_instance", "routing-instance", virtualNetwork},
	bgpRouter:               {"bgp_router", "bgp-router", routingInstance},
	routeTarget:             {"route_target", "route-target", noKind},
	floatingIPPool:          {"floating_ip_pool", "floating-ip-pool", virtualNetwork},
	aliasIPPool:             {"alias_ip_pool", "alias-ip-pool", virtualNetwork},
	networkPolicy:           {"network_policy", "network-policy", project},
	interfaceRouteTable:     {"interface_route_table", "interface-route-table", project},
	addressGroup:            {"address_group", "address-group", project},
	serviceGroup:            {"service_group", "service-group", project},
	logicalRouter:           {"logical_router", "logical-router", project},
	serviceInstance:         {"service_instance", "service-instance", project},
	virtualMachine:          {"virtual_machine", "virtual-machine", noKind},
	virtualMachineInterface: {"virtual_machine_interface", "virtual-machine-interface", project},
	instanceIP:              {"instance_ip", "instance-ip", noKind},
	floatingIP:              {"floating_ip", "floating-ip", floatingIPPool},
	aliasIP:                 {"alias_ip", "alias-ip", aliasIPPool},
}

func (k kind) typ() string  { return kindFacts[k].typ }
func (k kind) parent() kind { return kindFacts[k].parent }

// place names one object: the i-th of a kind.
type place struct {
	kind kind
	i    int
}
