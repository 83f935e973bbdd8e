package generate

import "fmt"

// The physical side: fabrics, routers with their interfaces, port groups, and
// the BGP routers. These are the objects with secrets.

var (
	refWithAE    = valueOf(`{"attr": {"ae_num": `)
	refWithAEEnd = valueOf(`}, "is_weakref": false}`)

	credentialOpen = valueOf(`{"credential": {"username": "root", "password": `)
	credentialEnd  = valueOf(`}, "vendor": "Juniper", "device_family": "junos-qfx"}`)

	vendorJuniper = valueOf(`"juniper"`)
	productQFX    = valueOf(`"qfx5110-48s-4c"`)
	familyQFX     = valueOf(`"junos-qfx"`)
	osVersion     = valueOf(`"20.2R2-S3.5"`)
	roleLeaf      = valueOf(`"leaf"`)
	roles         = valueOf(`{"rb_roles": ["CRB-Access", "Route-Reflector"]}`)
	stateActive   = valueOf(`"active"`)
	cipherLocal   = valueOf(`"local"`)
	cipherNone    = valueOf(`"none"`)
	userOpen      = valueOf(`{"username": "netops", "password": `)
	snmpV2        = valueOf(`{"version": 2, "local_port": 161, "retries": 3, "timeout": 5, "v2_community": `)
	snmpV3        = valueOf(`{"version": 3, "local_port": 161, "retries": 3, "timeout": 5, "v3_security_name": "nms", ` +
		`"v3_security_level": "authpriv", "v3_authentication_protocol": "sha", "v3_privacy_protocol": "aes", "v3_authentication_password": `)
	snmpV3Privacy = valueOf(`, "v3_privacy_password": `)
	asnOpen       = valueOf(`{"asn": [`)

	interfaceRegular = valueOf(`"regular"`)
	interfaceFabric  = valueOf(`"fabric"`)
	interfaceAccess  = valueOf(`"access"`)
	portParams       = valueOf(`{"port_disable": false, "port_mtu": 9216, "port_description": null}`)
	logicalL2        = valueOf(`"l2"`)

	bgpOpen     = valueOf(`{"admin_down": false, "vendor": "contrail", "cluster_id": null, "autonomous_system": `)
	bgpLocal    = valueOf(`, "local_autonomous_system": null, "hold_time": 90, "port": 179, "source_port": null, "router_type": "control-node", "identifier": "`)
	bgpAddress  = valueOf(`", "address": "`)
	bgpFamilies = valueOf(`", "address_families": {"family": ["route-target", "inet-vpn", "e-vpn", "erm-vpn", "inet6-vpn"]}, ` +
		`"auth_data": {"key_type": "md5", "key_items": [{"key_id": 0, "key": `)
	bgpClose    = valueOf(`}]}}`)
	sessionOpen = valueOf(`{"attr": {"session": [{"uuid": "`)
	sessionAttr = valueOf(`", "attributes": [{"bgp_router": null, "admin_down": false, "passive": false, "as_override": false, ` +
		`"hold_time": 90, "loop_count": 0, "local_autonomous_system": null, "address_families": null, ` +
		`"family_attributes": [], "private_as_action": null, "route_origin_override": null, ` +
		`"auth_data": {"key_type": "md5", "key_items": [{"key_id": 1, "key": `)
	sessionEnd = valueOf(`}]}}]}]}, "is_weakref": false}`)
)

func (r *row) fabric(i int) {
	r.set("prop:fabric_ztp", valueTrue)
	r.set("prop:fabric_enterprise_style", valueFalse)
	r.set("prop:fabric_os_version", osVersion)
	for n := range 2 {
		r.open("propl:fabric_credentials:")
		r.int(n)
		r.value()
		r.raw(credentialOpen)
		r.text(r.w.secret(r.s.number*4 + uint64(n)))
		r.raw(credentialEnd)
		r.close()
	}
	r.annotation("user_input", fmt.Sprintf(`{"fabric_display_name": "fabric-%d", "management_subnets": [{"cidr": "198.18.%d.0/24"}]}`, i, i%256))
}

func (r *row) fabricLinks(i int) {
	lo, hi := r.w.routersIn().items(i)
	r.backrefs(physicalRouter, lo, hi, refPlain)
	r.children(virtualPortGroup, lo*r.w.groupsPerRouter(), hi*r.w.groupsPerRouter())
}

// deviceASN is the AS number that the device manager gave a router.
func deviceASN(router int) uint64 { return 4_210_000_001 + uint64(router) }

func (r *row) physicalRouter(i int) {
	address := func(column string, base uint32) {
		r.prop(column)
		r.quoteOpen()
		r.buf = append4(r.buf, base+uint32(i))
		r.quoteClose()
		r.close()
	}
	address("prop:physical_router_management_ip", 198<<24|18<<16|1)
	address("prop:physical_router_loopback_ip", 10<<24|255<<16|1)
	address("prop:physical_router_dataplane_ip", 10<<24|255<<16|1)
	r.set("prop:physical_router_vendor_name", vendorJuniper)
	r.set("prop:physical_router_product_name", productQFX)
	r.set("prop:physical_router_device_family", familyQFX)
	r.set("prop:physical_router_os_version", osVersion)
	r.set("prop:physical_router_role", roleLeaf)
	r.set("prop:routing_bridging_roles", roles)
	r.set("prop:physical_router_vnc_managed", valueTrue)
	r.set("prop:physical_router_managed_state", stateActive)
	r.prop("prop:physical_router_hostname")
	r.bytes(r.name.part(r.name.n - 1))
	r.close()
	r.prop("prop:physical_router_serial_number")
	r.quoteOpen()
	r.buf = appendPadded(append(r.buf, "WS37190"...), uint64(i), 5)
	r.quoteClose()
	r.close()
	r.prop("prop:physical_router_autonomous_system")
	r.raw(asnOpen)
	r.uint(deviceASN(i))
	r.raw(`]}`)
	r.close()

	secret := r.s.number * 4
	password, cipher := r.w.secret(secret), cipherNone
	if i%4 != 3 {
		password, cipher = encrypted(password, r.s.id), cipherLocal
	}
	r.prop("prop:physical_router_user_credentials")
	r.raw(userOpen)
	r.text(password)
	r.raw(`}`)
	r.close()
	r.set("prop:physical_router_encryption_type", cipher)
	r.prop("prop:physical_router_snmp_credentials")
	if i%2 == 0 {
		r.raw(snmpV2)
		r.text(r.w.secret(secret + 1))
	} else {
		r.raw(snmpV3)
		r.text(r.w.secret(secret + 1))
		r.raw(snmpV3Privacy)
		r.text(r.w.secret(secret + 2))
	}
	r.raw(`}`)
	r.close()
	r.ref(fabric, r.w.routersIn().owner(i), refPlain)
}

func (r *row) physicalInterface(i int) {
	port := i % r.w.portsPerRouter
	other, linked := r.w.linkedInterface(i)
	switch {
	case linked:
		r.set("prop:physical_interface_type", interfaceFabric)
		r.ref(physicalInterface, other, refPlain)
	case port < r.w.bondedPorts():
		r.set("prop:physical_interface_type", interfaceAccess)
	default:
		r.set("prop:physical_interface_type", interfaceRegular)
	}
	r.prop("prop:physical_interface_port_id")
	r.quoteOpen()
	r.int(512 + port)
	r.quoteClose()
	r.close()
	r.prop("prop:physical_interface_mac_addresses")
	r.raw(macOpen)
	r.appendMAC(r.s.number)
	r.raw(macClose)
	r.close()
	r.set("prop:physical_interface_port_params", portParams)
}

func (r *row) interfaceLinks(i int) {
	w := r.w
	router, port := i/w.portsPerRouter, i%w.portsPerRouter
	switch o := port - w.bondedPorts(); {
	case o < 0:
		group := router*w.groupsPerRouter() + port/2
		r.backref0(virtualPortGroup, group)
		r.bond(group)
		r.closeBackref(virtualPortGroup, group)
	case o < w.logicalPerRouter():
		r.child(logicalInterface, router*w.logicalPerRouter()+o)
	}
}

// bond appends the value of a port group's references to its interfaces. The
// group's place on its router is its number there.
func (r *row) bond(group int) {
	r.raw(refWithAE)
	r.int(group % r.w.groupsPerRouter())
	r.raw(refWithAEEnd)
}

func (r *row) portGroup(i int) {
	w := r.w
	r.set("prop:virtual_port_group_lacp_enabled", valueTrue)
	r.set("prop:virtual_port_group_user_created", valueTrue)
	r.set("prop:virtual_port_group_type", interfaceAccess)
	r.prop("prop:virtual_port_group_trunk_port_id")
	r.quoteOpen()
	r.uuid(w.drawUUID(streamRule, r.s.number*16))
	r.quoteClose()
	r.close()
	first := w.routerOfGroup(i)*w.portsPerRouter + 2*(i%w.groupsPerRouter())
	for port := first; port < first+2; port++ {
		r.ref0(physicalInterface, port)
		r.bond(i)
		r.close()
	}
}

// Logical interfaces each lead to one tenant port, where there are enough.

func (g *generator) logicalPorts() choice {
	n := g.count[logicalInterface]
	if n > g.tenantPorts {
		n = 0
	}
	return choice{g.tenantPorts, n}
}

func (g *generator) logicalOfPort(port int) (i int, ok bool) {
	return g.logicalPorts().ordinal(port - g.firstTenantPort())
}

func (r *row) logicalInterface(i int) {
	r.set("prop:logical_interface_type", logicalL2)
	r.set("prop:logical_interface_vlan_tag", "100")
	if ports := r.w.logicalPorts(); i < ports.chosen {
		r.ref(virtualMachineInterface, r.w.firstTenantPort()+ports.item(i), refPlain)
	}
}

// bgpRouter is a control node; each peers with all others. References
// between them are of one type, so that both rows hold the same.
func (r *row) bgpRouter(i int) {
	w := r.w
	address := func(i int) { r.buf = append4(r.buf, 10<<24|240<<16|2+uint32(i)) }
	r.prop("prop:bgp_router_parameters")
	r.raw(bgpOpen)
	r.uint(w.asn)
	r.raw(bgpLocal)
	address(i)
	r.raw(bgpAddress)
	address(i)
	r.raw(bgpFamilies)
	r.text(w.secret(r.s.number * 4))
	r.raw(bgpClose)
	r.close()
	for other := range w.count[bgpRouter] {
		if other == i {
			continue
		}
		lo, hi := min(i, other), max(i, other)
		session := w.number(bgpRouter, lo)*64 + uint64(hi)
		r.ref0(bgpRouter, other)
		r.raw(sessionOpen)
		r.uuid(w.drawUUID(streamRule, session*16+8))
		r.raw(sessionAttr)
		r.text(w.secret(session | 1<<50))
		r.raw(sessionEnd)
		r.close()
	}
}
