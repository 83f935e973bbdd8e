package generate

// Network policies and interface route tables. Half of each hang on something.

// Policies. The first half of a tenant's hang on its networks, one network
// in three; the others on nothing.

func (g *generator) policyOfNetwork(i int) (policy int, ok bool) {
	j := i - specialNetworks
	if j < 0 || j >= g.networks {
		return 0, false
	}
	tenant := g.networksOf().owner(j)
	first, _ := g.networksOf().items(tenant)
	lo, hi := g.looseOf(networkPolicy).items(tenant)
	v, used := j-first, attached(hi-lo)
	if v%3 != 1 || used == 0 {
		return 0, false
	}
	return lo + v/3%used, true
}

func (r *row) policyLinks(i int) {
	tenant := r.w.looseOf(networkPolicy).owner(i)
	first, end := r.w.networksOf().items(tenant)
	for j := first; j < end; j++ {
		if policy, ok := r.w.policyOfNetwork(specialNetworks + j); ok && policy == i {
			r.backref(virtualNetwork, specialNetworks+j, policyAttr)
		}
	}
}

var (
	policyRuleOpen = valueOf(`{"rule_sequence": {"major": -1, "minor": -1}, "rule_uuid": "`)
	policyRuleFrom = valueOf(`", "direction": "<>", "protocol": "any", "ethertype": null, "application": [], "src_addresses": [{"virtual_network": `)
	policyRuleTo   = valueOf(`, "security_group": null, "subnet": null, "network_policy": null, "subnet_list": []}], ` +
		`"src_ports": [{"start_port": -1, "end_port": -1}], "dst_addresses": [{"virtual_network": "any", ` +
		`"security_group": null, "subnet": null, "network_policy": null, "subnet_list": []}], ` +
		`"dst_ports": [{"start_port": -1, "end_port": -1}], "action_list": {"simple_action": "pass", "gateway_name": null, ` +
		`"apply_service": [], "mirror_to": null, "assign_routing_instance": null, "log": false, "alert": false, "qos_action": null}}`)
	rulesClose = value(`]}`)
	anyText    = valueOf(`"any"`)
)

func (r *row) policy(i int) {
	w := r.w
	tenant := w.looseOf(networkPolicy).owner(i)
	first, end := w.networksOf().items(tenant)
	r.prop("prop:network_policy_entries")
	r.raw(rulesOpen)
	for n := range 1 + i%2 {
		if n > 0 {
			r.buf = append(r.buf, ", "...)
		}
		r.raw(policyRuleOpen)
		r.uuid(w.drawUUID(streamRule, r.s.number*16+uint64(n)))
		r.raw(policyRuleFrom)
		if n == 0 {
			r.nameText(virtualNetwork, specialNetworks+first+i%(end-first))
		} else {
			r.raw(anyText)
		}
		r.raw(policyRuleTo)
	}
	r.raw(rulesClose)
	r.close()
}

// Interface route tables. The first half of a tenant's hang on its ports,
// one port in sixteen.

func (g *generator) routeTableOfPort(port int) (table int, ok bool) {
	t := port - g.firstTenantPort()
	if t < 0 || port >= g.machinePorts() {
		return 0, false
	}
	tenant := g.tenantOfPort(t)
	first, _ := g.tenantPortsOf(tenant)
	lo, hi := g.looseOf(interfaceRouteTable).items(tenant)
	x, used := t-first, attached(hi-lo)
	if x%16 != 2 || used == 0 {
		return 0, false
	}
	return lo + x/16%used, true
}

func (r *row) routeTableLinks(i int) {
	tenant := r.w.looseOf(interfaceRouteTable).owner(i)
	first, end := r.w.tenantPortsOf(tenant)
	for t := first; t < end; t++ {
		port := r.w.firstTenantPort() + t
		if table, ok := r.w.routeTableOfPort(port); ok && table == i {
			r.backref(virtualMachineInterface, port, refPlain)
		}
	}
}

var (
	routesOpen = valueOf(`{"route": [{"prefix": "192.0.`)
	routesEnd  = valueOf(`/24", "next_hop": null, "next_hop_type": null, "community_attributes": {"community_attribute": ["no-reoriginate"]}}]}`)
)

func (r *row) routeTable(i int) {
	r.prop("prop:interface_route_table_routes")
	r.raw(routesOpen)
	r.int(i % 256)
	r.buf = append(r.buf, ".0"...)
	r.raw(routesEnd)
	r.close()
}
