package generate

import "fmt"

// links writes the columns that others' references and parents put into the
// row, own the columns of the object itself.
//
// Both are one case a kind; what is written is in the files object_*.go.

func (r *row) links() {
	i := r.s.i
	switch r.s.kind {
	case globalSystemConfig:
		r.children(globalVrouterConfig, 0, 1)
		r.children(virtualRouter, 0, r.w.count[virtualRouter])
		r.children(physicalRouter, 0, r.w.count[physicalRouter])
		r.children(fabric, 0, r.w.count[fabric])
	case domain:
		r.children(project, 0, r.w.count[project])
		r.children(serviceTemplate, 0, 1)
	case project:
		r.projectLinks(i)
	case networkIPAM:
		r.ipamLinks(i)
	case tagType:
		r.tagTypeLinks(i)
	case globalTag:
		r.globalTagLinks(i)
	case projectTag:
		r.projectTagLinks(i)
	case serviceTemplate:
		r.backrefs(serviceInstance, 0, r.w.count[serviceInstance], refPlain)
	case fabric:
		r.fabricLinks(i)
	case physicalRouter:
		r.children(physicalInterface, i*r.w.portsPerRouter, (i+1)*r.w.portsPerRouter)
	case physicalInterface:
		r.interfaceLinks(i)
	case securityGroup:
		r.groupLinks(i)
	case virtualNetwork:
		r.networkLinks(i)
	case routingInstance:
		r.instanceLinks(i)
	case routeTarget:
		r.targetLinks(i)
	case floatingIPPool:
		lo, hi := r.w.floatingOf().items(i)
		r.children(floatingIP, lo, hi)
	case aliasIPPool:
		lo, hi := r.w.aliasOf().items(i)
		r.children(aliasIP, lo, hi)
	case networkPolicy:
		r.policyLinks(i)
	case interfaceRouteTable:
		r.routeTableLinks(i)
	case serviceInstance:
		r.backref(logicalRouter, i, refPlain)
	case virtualMachine:
		r.machineLinks(i)
	case virtualMachineInterface:
		r.portLinks(i)
	}
}

func (r *row) own() {
	i := r.s.i
	switch r.s.kind {
	case globalSystemConfig:
		r.globalSystemConfig()
	case globalVrouterConfig:
		r.globalVrouterConfig()
	case domain:
		r.set("prop:domain_limits", domainLimits)
	case project:
		r.project(i)
	case networkIPAM:
		r.ipam(i)
	case tagType:
		r.tagType(i)
	case globalTag, projectTag:
		r.tag(i)
	case serviceTemplate:
		r.set("prop:service_template_properties", serviceTemplateProperties)
	case virtualRouter:
		r.virtualRouter(i)
	case fabric:
		r.fabric(i)
	case physicalRouter:
		r.physicalRouter(i)
	case physicalInterface:
		r.physicalInterface(i)
	case logicalInterface:
		r.logicalInterface(i)
	case virtualPortGroup:
		r.portGroup(i)
	case securityGroup:
		r.securityGroup(i)
	case accessControlList:
		r.accessControlList()
	case virtualNetwork:
		r.network(i)
	case routingInstance:
		r.instance(i)
	case bgpRouter:
		r.bgpRouter(i)
	case networkPolicy:
		r.policy(i)
	case interfaceRouteTable:
		r.routeTable(i)
	case addressGroup:
		r.addressGroup(i)
	case serviceGroup:
		r.serviceGroup(i)
	case logicalRouter:
		r.logicalRouter(i)
	case serviceInstance:
		r.serviceInstance(i)
	case virtualMachine:
		r.machine(i)
	case virtualMachineInterface:
		r.port(i)
	case instanceIP:
		r.instanceIP(i)
	case floatingIP:
		r.floatingIP(i)
	case aliasIP:
		r.aliasIP(i)
	}
}

// refPlain is a reference without an attribute.
var refPlain = valueOf(`{"attr": null, "is_weakref": false}`)

func (r *row) children(k kind, lo, hi int) {
	for i := lo; i < hi; i++ {
		r.child(k, i)
	}
}

func (r *row) backrefs(k kind, lo, hi int, v value) {
	for i := lo; i < hi; i++ {
		r.backref(k, i, v)
	}
}

// The top of the tree.

var (
	domainLimits = valueOf(`{"project_limit": -1, "virtual_network_limit": -1, "security_group_limit": -1}`)

	gracefulRestart = valueOf(`{"enable": false, "restart_time": 300, "long_lived_restart_time": 300, ` +
		`"end_of_rib_timeout": 300, "bgp_helper_enable": false, "xmpp_helper_enable": false}`)
	bgpaasParameters = valueOf(`{"port_start": 50000, "port_end": 50512}`)
	pluginTuning     = valueOf(`{"plugin_property": []}`)
	ipFabricSubnets  = valueOf(`{"subnet": [{"ip_prefix": "10.240.0.0", "ip_prefix_len": 16}]}`)

	encapsulations = valueOf(`{"encapsulation": ["MPLSoUDP", "MPLSoGRE", "VXLAN"]}`)
	linklocal      = valueOf(`{"linklocal_service_entry": [{"linklocal_service_name": "metadata", ` +
		`"linklocal_service_ip": "169.254.169.254", "linklocal_service_port": 80, ` +
		`"ip_fabric_DNS_service_name": "", "ip_fabric_service_port": 8775, "ip_fabric_service_ip": ["10.240.0.2"]}]}`)
	ecmpFields = valueOf(`{"hashing_configured": true, "source_ip": true, "destination_ip": true, ` +
		`"ip_protocol": true, "source_port": true, "destination_port": true}`)
	vxlanAutomatic = valueOf(`"automatic"`)
	forwardL2L3    = valueOf(`"l2_l3"`)
	configVersion  = valueOf(`"21.4"`)

	quotaNetworks = valueOf(`{"defaults": -1, "virtual_network": `)
	quotaPorts    = valueOf(`, "virtual_machine_interface": `)
	quotaClose    = valueOf(`, "floating_ip": 1000, "security_group": 200, "security_group_rule": 2000, ` +
		`"network_policy": 400, "logical_router": 100, "network_ipam": 50, "loadbalancer": -1}`)

	serviceTemplateProperties = valueOf(`{"version": 2, "service_mode": "in-network-nat", "service_type": "source-nat", ` +
		`"image_name": null, "service_scaling": true, "interface_type": [` +
		`{"service_interface_type": "right", "shared_ip": true, "static_route_enable": false}, ` +
		`{"service_interface_type": "left", "shared_ip": true, "static_route_enable": true}], ` +
		`"flavor": null, "ordered_interfaces": true, "service_virtualization_type": "network-namespace", ` +
		`"availability_zone_enable": false, "vrouter_instance_type": null, "instance_data": null}`)
)

func (r *row) globalSystemConfig() {
	r.prop("prop:autonomous_system")
	r.uint(r.w.asn)
	r.close()
	r.set("prop:enable_4byte_as", boolean(r.w.options.FourByteASN))
	r.set("prop:config_version", configVersion)
	r.set("prop:ibgp_auto_mesh", valueTrue)
	r.set("prop:alarm_enable", valueTrue)
	r.set("prop:mac_aging_time", "300")
	r.set("prop:graceful_restart_parameters", gracefulRestart)
	r.set("prop:bgpaas_parameters", bgpaasParameters)
	r.set("prop:plugin_tuning", pluginTuning)
	r.set("prop:ip_fabric_subnets", ipFabricSubnets)
}

func (r *row) globalVrouterConfig() {
	r.set("prop:encapsulation_priorities", encapsulations)
	r.set("prop:linklocal_services", linklocal)
	r.set("prop:ecmp_hashing_include_fields", ecmpFields)
	r.set("prop:vxlan_network_identifier_mode", vxlanAutomatic)
	r.set("prop:forwarding_mode", forwardL2L3)
	r.set("prop:flow_export_rate", "100")
	r.set("prop:enable_security_logging", valueTrue)
}

func (r *row) project(i int) {
	r.prop("prop:quota")
	r.raw(quotaNetworks)
	r.int(100 + i%7*50)
	r.raw(quotaPorts)
	r.int(5000 + i%5*1000)
	r.raw(quotaClose)
	r.close()
	r.set("prop:vxlan_routing", valueFalse)
	r.set("prop:alarm_enable", valueTrue)
	if i == 0 {
		return
	}
	r.annotation("cost-center", fmt.Sprintf("CC-%05d", i))
	if i%16 == 7 {
		r.annotation("🚀", "go \"live\" in Zürich\t\\o/")
	}
	r.ref(globalTag, i%r.w.count[globalTag], refPlain)
}

func (r *row) annotation(key, text string) {
	r.open("propm:annotations:")
	r.buf = append(r.buf, key...)
	r.keyValue(key, text)
}

// keyValue ends the name of a map element's column and writes its value.
func (r *row) keyValue(key, text string) {
	r.value()
	r.raw(elementKey)
	r.text(key)
	r.raw(elementValue)
	r.text(text)
	r.buf = append(r.buf, '}')
	r.close()
}

var (
	elementKey   = valueOf(`{"key": `)
	elementValue = valueOf(`, "value": `)
)

func (r *row) projectLinks(i int) {
	w := r.w
	if i == 0 {
		r.children(networkIPAM, 0, specialIPAMs)
		r.children(securityGroup, 0, specialGroups)
		r.children(virtualNetwork, 0, specialNetworks)
		r.children(virtualMachineInterface, 0, w.firstTenantPort())
		return
	}
	tenant := i - 1
	within := func(k kind, s split, first int) {
		lo, hi := s.items(tenant)
		r.children(k, first+lo, first+hi)
	}
	r.child(networkIPAM, specialIPAMs+tenant)
	within(securityGroup, w.groupsOf(), specialGroups)
	within(virtualNetwork, w.networksOf(), specialNetworks)
	within(virtualNetwork, w.routersOf(), w.snatNetwork(0))
	within(logicalRouter, w.routersOf(), 0)
	within(serviceInstance, w.routersOf(), 0)
	within(projectTag, w.tagsOf(), 0)
	for _, k := range []kind{networkPolicy, interfaceRouteTable, addressGroup, serviceGroup} {
		within(k, w.looseOf(k), 0)
	}
	lo, hi := w.tenantPortsOf(tenant)
	r.children(virtualMachineInterface, w.firstTenantPort()+lo, w.firstTenantPort()+hi)
	lo, hi = w.routersOf().items(tenant)
	r.children(virtualMachineInterface, w.routerPort(lo, 0), w.routerPort(hi, 0))

	lo, hi = w.floatingOf().items(tenant)
	r.backrefs(floatingIP, lo, hi, refPlain)
	lo, hi = w.aliasOf().items(tenant)
	r.backrefs(aliasIP, lo, hi, refPlain)
}

func boolean(b bool) value {
	if b {
		return valueTrue
	}
	return valueFalse
}
