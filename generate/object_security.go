package generate

// Security groups with their two access control lists each, address groups
// and service groups.

// groupsOfPort gives the security groups of a port, -1 for none. Some ports
// are in __no_rule__, the very wide one. The others are in one group of their
// project, and of a tenant's ports one in eight is in its default group too.
func (g *generator) groupsOfPort(port int) (first, second int) {
	if port >= g.machinePorts() {
		return -1, -1
	}
	if _, ok := g.wideMembers().ordinal(port); ok {
		return noRuleGroup, -1
	}
	t := port - g.firstTenantPort()
	if t < 0 {
		return defaultGroup, -1
	}
	tenant := g.tenantOfPort(t)
	lo, hi := g.groupsOf().items(tenant)
	firstPort, endPort := g.tenantPortsOf(tenant)
	first = specialGroups + lo + split{endPort - firstPort, hi - lo}.owner(t-firstPort)
	second = -1
	if (t-firstPort)%8 == 1 && first != specialGroups+lo {
		second = specialGroups + lo
	}
	return first, second
}

func (r *row) groupLinks(i int) {
	w := r.w
	if i != noRuleGroup {
		r.children(accessControlList, 2*(i-1), 2*i)
	}
	switch i {
	case noRuleGroup:
		for e := range w.wideGroup {
			r.backref(virtualMachineInterface, w.wideMembers().item(e), refPlain)
		}
		return
	case defaultGroup:
		for port := range w.firstTenantPort() {
			if first, _ := w.groupsOfPort(port); first == defaultGroup {
				r.backref(virtualMachineInterface, port, refPlain)
			}
		}
		return
	}
	tenant := w.groupsOf().owner(i - specialGroups)
	lo, hi := w.groupsOf().items(tenant)
	firstPort, endPort := w.tenantPortsOf(tenant)
	from, to := 0, endPort-firstPort
	if i != specialGroups+lo { // all but the tenant's default group have one run of ports
		from, to = split{endPort - firstPort, hi - lo}.items(i - specialGroups - lo)
	}
	for port := w.firstTenantPort() + firstPort + from; port < w.firstTenantPort()+firstPort+to; port++ {
		if first, second := w.groupsOfPort(port); first == i || second == i {
			r.backref(virtualMachineInterface, port, refPlain)
		}
	}
}

var (
	rulesOpen = valueOf(`{"policy_rule": [`)
	rulesNone = valueOf(`{"policy_rule": []}`)

	groupRuleOpen     = valueOf(`{"rule_uuid": "`)
	groupRuleProtocol = valueOf(`", "direction": ">", "protocol": "`)
	groupRuleType     = valueOf(`", "ethertype": "`)
	groupRuleSource   = valueOf(`", "rule_sequence": null, "created": null, "last_modified": null, "action_list": null, ` +
		`"application": [], "src_addresses": [{"security_group": `)
	groupRuleSubnet = valueOf(`, "subnet": {"ip_prefix": "0.0.0.0", "ip_prefix_len": 0}`)
	groupRuleNoNet  = valueOf(`, "subnet": null`)
	groupRuleTarget = valueOf(`, "virtual_network": null, "network_policy": null, "subnet_list": []}], ` +
		`"src_ports": [{"start_port": 0, "end_port": 65535}], "dst_addresses": [{"security_group": "local", ` +
		`"subnet": null, "virtual_network": null, "network_policy": null, "subnet_list": []}], "dst_ports": [{"start_port": `)
	portEnd        = valueOf(`, "end_port": `)
	groupRuleClose = valueOf(`}]}`)

	aclOpen = valueOf(`{"dynamic": null, "acl_rule": [{"match_condition": {"protocol": "any", "ethertype": "IPv4", ` +
		`"src_address": {"security_group": null, "subnet": {"ip_prefix": "0.0.0.0", "ip_prefix_len": 0}, ` +
		`"virtual_network": null, "network_policy": null, "subnet_list": []}, ` +
		`"src_port": {"start_port": 0, "end_port": 65535}, "dst_address": {"security_group": null, "subnet": null, ` +
		`"virtual_network": null, "network_policy": null, "subnet_list": []}, "dst_port": {"start_port": 0, "end_port": 65535}}, ` +
		`"action_list": {"simple_action": "pass", "gateway_name": null, "apply_service": [], "mirror_to": null, ` +
		`"assign_routing_instance": null, "log": false, "alert": false, "qos_action": null, "host_based_service": false}, ` +
		`"rule_uuid": "`)
	aclEnd = valueOf(`", "direction": ">"}]}`)
)

// servicePorts are what rules open.
var servicePorts = [...]int{22, 80, 123, 443, 3306, 5432, 8080, 8443, 9092}

func (r *row) securityGroup(i int) {
	r.prop("prop:security_group_id")
	r.uint(firstGroupNumber + r.w.groupNode(r.s))
	r.close()
	r.set("prop:configured_security_group_id", "0")
	if i == noRuleGroup {
		r.set("prop:security_group_entries", rulesNone)
		return
	}
	r.prop("prop:security_group_entries")
	r.raw(rulesOpen)
	r.groupRule(0, "any", "IPv4", true, 0, 65535)
	r.buf = append(r.buf, ", "...)
	r.groupRule(1, "any", "IPv6", true, 0, 65535)
	for n := range i % 3 {
		r.buf = append(r.buf, ", "...)
		port := servicePorts[(i+5*n)%len(servicePorts)]
		r.groupRule(2+n, "tcp", "IPv4", false, port, port)
	}
	r.raw(rulesClose)
	r.close()
}

func (r *row) groupRule(n int, protocol, ethertype string, fromOwn bool, start, end int) {
	r.raw(groupRuleOpen)
	r.uuid(r.w.drawUUID(streamRule, r.s.number*16+uint64(n)))
	r.raw(groupRuleProtocol)
	r.buf = append(r.buf, protocol...)
	r.raw(groupRuleType)
	r.buf = append(r.buf, ethertype...)
	r.raw(groupRuleSource)
	if fromOwn {
		r.bytes(r.name.text)
		r.raw(groupRuleNoNet)
	} else {
		r.raw(valueNull)
		r.raw(groupRuleSubnet)
	}
	r.raw(groupRuleTarget)
	r.int(start)
	r.raw(portEnd)
	r.int(end)
	r.raw(groupRuleClose)
}

// groupNode is the ZooKeeper node of a security group's id. Node 0 is
// reserved; groups that changes add follow those of the layout.
func (w *world) groupNode(s *subject) uint64 {
	if s.copied {
		return uint64(s.allocated)
	}
	return uint64(s.i + 1)
}

func (r *row) accessControlList() {
	r.prop("prop:access_control_list_entries")
	r.raw(aclOpen)
	r.uuid(r.w.drawUUID(streamRule, r.s.number*16))
	r.raw(aclEnd)
	r.close()
	r.prop("prop:access_control_list_hash")
	r.uint(r.w.draw(streamRule, r.s.number*16+1) | 1<<63)
	r.close()
}

var (
	prefixOpen = valueOf(`{"ip_prefix": "`)
	prefixLen  = valueOf(`", "ip_prefix_len": `)
)

func (r *row) addressGroup(i int) {
	for n := range 2 + i%3 {
		r.open("propl:address_group_prefix:")
		r.int(n)
		r.value()
		r.raw(prefixOpen)
		r.buf = append4(r.buf, 10<<24|uint32(i%250)<<16|uint32(n)<<8)
		r.raw(prefixLen)
		r.int(24)
		r.buf = append(r.buf, '}')
		r.close()
	}
}

var (
	serviceOpen  = valueOf(`{"protocol": "tcp", "protocol_id": 6, "src_ports": {"start_port": 0, "end_port": 65535}, "dst_ports": {"start_port": `)
	serviceClose = value(`}}`)
)

func (r *row) serviceGroup(i int) {
	for n := range 1 + i%3 {
		r.open("propl:service_group_firewall_service_list:")
		r.int(n)
		r.value()
		r.raw(serviceOpen)
		port := servicePorts[(i+n)%len(servicePorts)]
		r.int(port)
		r.raw(portEnd)
		r.int(port)
		r.raw(serviceClose)
		r.close()
	}
}
