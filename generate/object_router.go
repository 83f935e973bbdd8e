package generate

// Logical routers, each with two ports, a gateway, and the instance that
// translates for it.

var (
	routerSNAT = valueOf(`"snat-routing"`)
	noText     = valueOf(`""`)
	noRelays   = valueOf(`{"ip_address": []}`)
	refGateway = valueOf(`{"attr": {"logical_router_virtual_network_type": "ExternalGateway"}, "is_weakref": false}`)
	snatLeft   = valueOf(`{"auto_policy": true, "availability_zone": null, "management_virtual_network": null, "left_virtual_network": `)
	snatRight  = valueOf(`, "left_ip_address": null, "right_ip_address": null, "right_virtual_network": `)
	snatIfaces = valueOf(`, "interface_list": [{"virtual_network": `)
	snatIface  = valueOf(`, "ip_address": null, "static_routes": null, "allowed_address_pairs": null}, {"virtual_network": `)
	snatClose  = valueOf(`, "ip_address": null, "static_routes": null, "allowed_address_pairs": null}], ` +
		`"scale_out": {"max_instances": 2, "auto_scale": true}, "ha_mode": "active-standby", ` +
		`"virtual_router_id": null, "service_virtualization_type": null}`)
)

func (r *row) logicalRouter(i int) {
	w := r.w
	r.set("prop:logical_router_type", routerSNAT)
	r.set("prop:logical_router_gateway_external", valueTrue)
	r.set("prop:logical_router_dhcp_relay_server", noRelays)
	r.set("prop:vxlan_network_identifier", noText)
	r.ref(routeTarget, w.routerTarget(i), refPlain)
	r.ref(virtualMachineInterface, w.routerPort(i, 0), refPlain)
	r.ref(virtualMachineInterface, w.routerPort(i, 1), refPlain)
	r.ref(virtualNetwork, publicNetwork, refGateway)
	r.ref(serviceInstance, i, refPlain)
}

func (r *row) serviceInstance(i int) {
	left := r.w.snatNetwork(i)
	r.prop("prop:service_instance_properties")
	r.raw(snatLeft)
	r.nameText(virtualNetwork, left)
	r.raw(snatRight)
	r.nameText(virtualNetwork, publicNetwork)
	r.raw(snatIfaces)
	r.nameText(virtualNetwork, publicNetwork)
	r.raw(snatIface)
	r.nameText(virtualNetwork, left)
	r.raw(snatClose)
	r.close()
	r.set("prop:service_instance_bgp_enabled", valueFalse)
	r.ref(serviceTemplate, 0, refPlain)
}
