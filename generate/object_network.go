package generate

// Virtual networks, their routing instances, and route targets.

var (
	networkProperties = valueOf(`{"allow_transit": false, "vxlan_network_identifier": null, ` +
		`"forwarding_mode": "l2_l3", "rpf": "enable", "mirror_destination": false, "max_flows": 0, "mtu": 1500}`)
	categoryTenant = valueOf(`"tenant"`)
	targetListOpen = valueOf(`{"route_target": ["`)
	targetListEnd  = valueOf(`"]}`)
	allocationMode = valueOf(`"user-defined-subnet-only"`)
	policyAttr     = valueOf(`{"attr": {"sequence": {"major": 0, "minor": 0}, "timer": null}, "is_weakref": false}`)
)

func (r *row) network(i int) {
	w := r.w
	r.prop("prop:virtual_network_network_id")
	r.int(i + 1)
	r.close()
	r.set("prop:virtual_network_properties", networkProperties)
	r.set("prop:is_shared", boolean(w.sharing(virtualNetwork, i).global == 7))
	r.set("prop:router_external", boolean(i == publicNetwork))
	if i >= specialNetworks {
		r.set("prop:port_security_enabled", valueTrue)
		r.set("prop:flood_unknown_unicast", valueFalse)
		r.set("prop:address_allocation_mode", allocationMode)
	}
	if i%5 == 0 {
		r.set("prop:virtual_network_category", categoryTenant)
	}
	if ipam, ok := w.ipamOfNetwork(i); ok {
		r.ref0(networkIPAM, ipam)
		r.subnets(i)
		r.close()
	}
	if target, ok := w.userTarget(i); ok {
		r.prop("prop:route_target_list")
		r.raw(targetListOpen)
		r.buf = w.appendName(r.buf, routeTarget, target)
		r.raw(targetListEnd)
		r.close()
	}
	if policy, ok := w.policyOfNetwork(i); ok {
		r.ref(networkPolicy, policy, policyAttr)
	}
	if tag, ok := w.tagOfNetwork(i); ok {
		r.ref(projectTag, tag, refPlain)
	}
}

func (r *row) networkLinks(i int) {
	w := r.w
	r.child(routingInstance, i)
	j := i - specialNetworks
	switch {
	case i == ipFabric:
		r.child(routingInstance, w.fabricInstance())
	case i == wideNetwork:
		r.portsAndIPs(0, w.widePorts)
	case i == flatNetwork:
		r.portsAndIPs(w.widePorts, w.firstTenantPort())
	case i == publicNetwork:
		r.backrefs(logicalRouter, 0, w.routers, refGateway)
	}
	if j < 0 || j >= w.networks {
		return
	}
	if chain, ok := w.chainOfNetwork(i); ok {
		r.child(routingInstance, w.chainInstance(chain))
	}
	if tenant := w.networksOf().owner(j); w.poolNetwork(tenant) == i {
		r.child(floatingIPPool, tenant)
		r.child(aliasIPPool, tenant)
	}
	lo, hi := w.portsOf().items(j)
	r.portsAndIPs(w.firstTenantPort()+lo, w.firstTenantPort()+hi)
	first := w.count[virtualMachineInterface]
	r.backrefs(instanceIP, first+w.dualStack().before(lo), first+w.dualStack().before(hi), refPlain)
	if router, side, ok := w.routerOfNetwork(i); ok {
		port := w.routerPort(router, side)
		r.portsAndIPs(port, port+1)
	}
}

// portsAndIPs writes the references of ports and of their first addresses,
// which have the same indices.
func (r *row) portsAndIPs(lo, hi int) {
	r.backrefs(virtualMachineInterface, lo, hi, refPlain)
	r.backrefs(instanceIP, lo, hi, refPlain)
}

var (
	targetBoth   = valueOf(`{"attr": {"import_export": null}, "is_weakref": false}`)
	targetImport = valueOf(`{"attr": {"import_export": "import"}, "is_weakref": false}`)

	chainOpen    = valueOf(`{"service_chain_id": "`)
	chainPrefix  = valueOf(`", "prefix": ["`)
	chainRI      = valueOf(`"], "routing_instance": `)
	chainAddress = valueOf(`, "service_chain_address": "`)
	chainSI      = valueOf(`", "source_routing_instance": null, "sc_head": true, "retain_as_path": false, "service_instance": `)
)

func (r *row) instance(i int) {
	w := r.w
	chain := i - w.chainInstance(0)
	isDefault := i < w.count[virtualNetwork]
	r.set("prop:routing_instance_is_default", boolean(isDefault))
	r.set("prop:routing_instance_has_pnf", valueFalse)
	switch {
	case isDefault:
		r.set("prop:routing_instance_fabric_snat", valueFalse)
		r.ref(routeTarget, i, targetBoth)
		if router, _, ok := w.routerOfNetwork(i); ok {
			r.ref(routeTarget, w.routerTarget(router), targetBoth)
		}
		if router := i - w.snatNetwork(0); router >= 0 {
			r.ref(routeTarget, w.routerTarget(router), targetImport)
		}
		if target, ok := w.userTarget(i); ok {
			r.ref(routeTarget, target, targetBoth)
		}
	case chain >= 0:
		r.ref(routeTarget, w.chainTarget(chain), targetBoth)
		network := w.networkOfInstance(i)
		s, _ := w.subnetOf(network)
		r.prop("prop:service_chain_information")
		r.raw(chainOpen)
		r.uuid(w.chainID(chain))
		r.raw(chainPrefix)
		r.buf = s.appendCIDR(r.buf)
		r.raw(chainRI)
		r.nameText(routingInstance, network)
		r.raw(chainAddress)
		r.buf = append4(r.buf, s.address(dnsHost))
		r.raw(chainSI)
		r.nameText(serviceInstance, w.chainRouter(chain))
		r.buf = append(r.buf, '}')
		r.close()
	}
}

func (r *row) instanceLinks(i int) {
	w := r.w
	switch {
	case i == w.fabricInstance():
		r.children(bgpRouter, 0, w.count[bgpRouter])
	case i == wideNetwork:
		r.backrefs(virtualMachineInterface, 0, w.widePorts, refBothWays)
	case i == flatNetwork:
		r.backrefs(virtualMachineInterface, w.widePorts, w.firstTenantPort(), refBothWays)
	case i >= specialNetworks && i < specialNetworks+w.networks:
		lo, hi := w.portsOf().items(i - specialNetworks)
		r.backrefs(virtualMachineInterface, w.firstTenantPort()+lo, w.firstTenantPort()+hi, refBothWays)
		if router, side, ok := w.routerOfNetwork(i); ok {
			r.backref(virtualMachineInterface, w.routerPort(router, side), refBothWays)
		}
	}
}

func (r *row) targetLinks(i int) {
	w := r.w
	router := i - w.routerTarget(0)
	chain := i - w.chainTarget(0)
	user := i - w.firstUserTarget()
	switch {
	case user >= 0:
		for j := 8*user + 5; j < w.networks; j += 8 * w.userRTs {
			r.backref(routingInstance, specialNetworks+j, targetBoth)
		}
	case chain >= 0:
		r.backref(routingInstance, w.chainInstance(chain), targetBoth)
	case router >= 0:
		r.backref(logicalRouter, router, refPlain)
		left, right := w.routerNetworks(router)
		r.backref(routingInstance, left, targetBoth)
		r.backref(routingInstance, right, targetBoth)
		r.backref(routingInstance, w.snatNetwork(router), targetImport)
	default:
		r.backref(routingInstance, i, targetBoth)
	}
}
