package generate

// Machines, their ports, the hosts they run on, and their addresses: most of
// a dump.

var (
	serverVirtual = valueOf(`"virtual-server"`)

	macOpen    = valueOf(`{"mac_address": ["`)
	macClose   = valueOf(`"]}`)
	ownerNova  = valueOf(`"compute:nova"`)
	ownerRoute = valueOf(`"network:router_interface"`)

	pairOpen  = valueOf(`{"allowed_address_pair": [{"ip": {"ip_prefix": "192.168.`)
	pairClose = valueOf(`", "ip_prefix_len": 32}, "mac": "00:00:5e:00:01:0a", "address_mode": "active-standby"}]}`)
	fatFlow   = valueOf(`{"protocol": "udp", "port": 53, "ignore_address": "none", "source_prefix": null, ` +
		`"source_aggregate_prefix_length": 0, "destination_prefix": null, "destination_aggregate_prefix_length": 0}`)

	refBothWays = valueOf(`{"attr": {"direction": "both", "vlan_tag": null, "src_mac": null, "dst_mac": null, ` +
		`"mpls_label": null, "protocol": null, "ipv6_service_chain_address": null, ` +
		`"service_chain_address": null}, "is_weakref": false}`)

	family4Text      = valueOf(`"v4"`)
	family6Text      = valueOf(`"v6"`)
	modeActiveActive = valueOf(`"active-active"`)
	bothWays         = valueOf(`"both"`)
)

func (r *row) virtualRouter(i int) {
	r.prop("prop:virtual_router_ip_address")
	r.quoteOpen()
	r.buf = append4(r.buf, 10<<24|240<<16|uint32(16+i))
	r.quoteClose()
	r.close()
	r.set("prop:virtual_router_dpdk_enabled", boolean(i%8 == 1))
	lo, hi := r.w.hostedOn().items(i)
	for m := lo; m < hi; m++ {
		r.ref(virtualMachine, m, refPlain)
	}
}

func (r *row) machineLinks(i int) {
	lo, hi := r.w.machinesOf().items(i)
	r.backrefs(virtualMachineInterface, lo, hi, refPlain)
	r.backref(virtualRouter, r.w.hostedOn().owner(i), refPlain)
}

// machineTag is the tag of a machine, which its row holds as a reference.
func (g *generator) machineTag(i int) (tag int, ok bool) {
	return i / taggedMachines % g.count[globalTag], i%taggedMachines == 0
}

func (r *row) machine(i int) {
	r.set("prop:server_type", serverVirtual)
	if tag, ok := r.w.machineTag(i); ok {
		r.ref(globalTag, tag, refPlain)
	}
}

func (r *row) appendMAC(number uint64) {
	// Multiplication by an odd number is a bijection of 40 bits.
	n := number * 0x9e3779b97f4a7c15 & (1<<40 - 1)
	r.buf = append(r.buf, "02"...)
	for shift := 32; shift >= 0; shift -= 8 {
		r.buf = append(r.buf, ':')
		r.buf = appendHex(r.buf, n>>shift&0xff, 2)
	}
}

func (r *row) port(i int) {
	w := r.w
	network := w.networkOfPort(i)
	onMachine := i < w.machinePorts()

	r.prop("prop:virtual_machine_interface_mac_addresses")
	r.raw(macOpen)
	r.appendMAC(r.s.number)
	r.raw(macClose)
	r.close()
	r.set("prop:port_security_enabled", boolean(onMachine))
	r.set("prop:virtual_machine_interface_disable_policy", valueFalse)
	if !onMachine {
		r.set("prop:virtual_machine_interface_device_owner", ownerRoute)
	} else {
		r.set("prop:virtual_machine_interface_device_owner", ownerNova)
		if i%10 == 3 {
			r.prop("prop:virtual_machine_interface_allowed_address_pairs")
			r.raw(pairOpen)
			r.int(i >> 8 & 0xff)
			r.buf = append(r.buf, '.')
			r.int(i & 0xff)
			r.raw(pairClose)
			r.close()
		}
		if i%10 == 6 {
			r.set("propl:virtual_machine_interface_fat_flow_protocols:0", fatFlow)
		}
		machine := w.machinesOf().owner(i)
		r.open("propm:virtual_machine_interface_bindings:host_id")
		r.value()
		r.raw(bindingHost)
		r.int(w.hostedOn().owner(machine))
		r.raw(bindingClose)
		r.close()
		r.set("propm:virtual_machine_interface_bindings:vnic_type", bindingVNIC)
		r.ref(virtualMachine, machine, refPlain)
	}
	r.ref(routingInstance, network, refBothWays)
	r.ref(virtualNetwork, network, refPlain)
	first, second := w.groupsOfPort(i)
	if first >= 0 {
		r.ref(securityGroup, first, refPlain)
	}
	if second >= 0 {
		r.ref(securityGroup, second, refPlain)
	}
	if table, ok := w.routeTableOfPort(i); ok {
		r.ref(interfaceRouteTable, table, refPlain)
	}
}

var (
	bindingHost  = valueOf(`{"key": "host_id", "value": "compute-`)
	bindingClose = valueOf(`"}`)
	bindingVNIC  = valueOf(`{"key": "vnic_type", "value": "normal"}`)
)

func (r *row) portLinks(i int) {
	w := r.w
	r.backref(instanceIP, i, refPlain)
	t := i - w.firstTenantPort()
	if i >= w.machinePorts() {
		router := (i - w.machinePorts()) / 2
		r.backref(logicalRouter, router, refPlain)
		return
	}
	if t < 0 {
		return
	}
	if e, ok := w.dualStack().ordinal(t); ok {
		r.backref(instanceIP, w.count[virtualMachineInterface]+e, refPlain)
	}
	if f, ok := w.floatingOfPort(i); ok {
		r.backref(floatingIP, f, refPlain)
	}
	if a, ok := w.aliasOfPort(i); ok {
		r.backref(aliasIP, a, refPlain)
	}
	if li, ok := w.logicalOfPort(i); ok {
		r.backref(logicalInterface, li, refPlain)
	}
}

func (r *row) instanceIP(i int) {
	w := r.w
	port := w.portOfIP(i)
	network := w.networkOfPort(port)
	host := r.s.allocated
	if host == 0 {
		host = w.hostOfPort(port)
	}
	family, familyText := family4, family4Text
	r.prop("prop:instance_ip_address")
	r.quoteOpen()
	if i < w.count[virtualMachineInterface] {
		s, _ := w.subnetOf(network)
		r.buf = append4(r.buf, s.address(host))
	} else {
		s, _ := w.subnet6Of(network)
		r.buf = s.appendAddress(r.buf, host)
		family, familyText = family6, family6Text
	}
	r.quoteClose()
	r.close()
	r.set("prop:instance_ip_family", familyText)
	r.set("prop:instance_ip_mode", modeActiveActive)
	r.set("prop:instance_ip_secondary", valueFalse)
	r.prop("prop:subnet_uuid")
	r.quoteOpen()
	if network == flatNetwork {
		r.uuid(w.subnetID(flatNetwork, family6)) // the IPAM's own subnet
	} else {
		r.uuid(w.subnetID(network, family))
	}
	r.quoteClose()
	r.close()
	r.ref(virtualMachineInterface, port, refPlain)
	r.ref(virtualNetwork, network, refPlain)
}

// Floating IPs. Three of four of a pool are each on a port of its tenant.

func (g *generator) portOfFloating(i int) (port int, ok bool) {
	tenant := g.floatingOf().owner(i)
	first, _ := g.floatingOf().items(tenant)
	o := i - first
	lo, hi := g.tenantPortsOf(tenant)
	t := lo + o - o/4
	return g.firstTenantPort() + t, o%4 != 3 && t < hi
}

func (g *generator) floatingOfPort(port int) (i int, ok bool) {
	t := port - g.firstTenantPort()
	tenant := g.tenantOfPort(t)
	lo, _ := g.tenantPortsOf(tenant)
	first, end := g.floatingOf().items(tenant)
	i = first + t - lo + (t-lo)/3
	return i, i < end
}

func (r *row) floatingIP(i int) {
	w := r.w
	tenant := w.floatingOf().owner(i)
	s, _ := w.subnetOf(w.poolNetwork(tenant))
	host := r.s.allocated
	if host == 0 {
		host = w.hostOfFloating(i)
	}
	r.prop("prop:floating_ip_address")
	r.quoteOpen()
	r.buf = append4(r.buf, s.address(host))
	r.quoteClose()
	r.close()
	r.set("prop:floating_ip_address_family", family4Text)
	r.set("prop:floating_ip_is_virtual_ip", valueFalse)
	r.set("prop:floating_ip_traffic_direction", bothWays)
	r.set("prop:floating_ip_port_mappings_enable", valueFalse)
	r.ref(project, 1+tenant, refPlain)
	if port, ok := w.portOfFloating(i); ok {
		r.ref(virtualMachineInterface, port, refPlain)
	}
}

// Alias IPs are on a tenant's last ports, one each.

func (g *generator) portOfAlias(i int) (port int, ok bool) {
	tenant := g.aliasOf().owner(i)
	first, _ := g.aliasOf().items(tenant)
	lo, hi := g.tenantPortsOf(tenant)
	t := hi - 1 - (i - first)
	return g.firstTenantPort() + t, t >= lo
}

func (g *generator) aliasOfPort(port int) (i int, ok bool) {
	t := port - g.firstTenantPort()
	tenant := g.tenantOfPort(t)
	_, hi := g.tenantPortsOf(tenant)
	first, end := g.aliasOf().items(tenant)
	i = first + hi - 1 - t
	return i, i < end
}

func (r *row) aliasIP(i int) {
	w := r.w
	tenant := w.aliasOf().owner(i)
	s, _ := w.subnetOf(w.poolNetwork(tenant))
	r.prop("prop:alias_ip_address")
	r.quoteOpen()
	r.buf = append4(r.buf, s.address(w.hostOfAlias(i)))
	r.quoteClose()
	r.close()
	r.set("prop:alias_ip_address_family", family4Text)
	r.ref(project, 1+tenant, refPlain)
	if port, ok := w.portOfAlias(i); ok {
		r.ref(virtualMachineInterface, port, refPlain)
	}
}
