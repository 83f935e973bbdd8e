package generate

// IPAMs. A network's subnets stand in its reference to its IPAM; those of the
// flat IPAM stand in the IPAM.

var (
	ipamDHCP       = valueOf(`{"ipam_method": "dhcp", "ipam_dns_method": "default-dns-server", "dhcp_option_list": null}`)
	subnetsByUser  = valueOf(`"user-defined-subnet"`)
	subnetsFlat    = valueOf(`"flat-subnet"`)
	flatSubnetOpen = valueOf(`{"subnet": {"ip_prefix": "100.64.0.0", "ip_prefix_len": 16}, "default_gateway": "100.64.0.1", ` +
		`"dns_server_address": "100.64.0.2", "alloc_unit": 1, "addr_from_start": true, "enable_dhcp": true, ` +
		`"allocation_pools": [], "dns_nameservers": [], "dhcp_option_list": null, "host_routes": null, "subnet_uuid": "`)
	flatSubnetName  = valueOf(`", "subnet_name": "flat"}`)
	flatRefOpen     = valueOf(`{"attr": {"ipam_subnets": [{"subnet_uuid": "`)
	flatRefClose    = valueOf(`"}], "host_routes": null}, "is_weakref": false}`)
	subnetsOpen     = valueOf(`{"attr": {"ipam_subnets": [`)
	subnetsClose    = valueOf(`], "host_routes": null}, "is_weakref": false}`)
	subnetPrefix    = valueOf(`{"subnet": {"ip_prefix": "`)
	subnetGateway   = valueOf(`}, "default_gateway": "`)
	subnetDNS       = valueOf(`", "dns_server_address": "`)
	subnetUUID      = valueOf(`", "subnet_uuid": "`)
	subnetName      = valueOf(`", "subnet_name": "`)
	subnetUnit      = valueOf(`", "alloc_unit": `)
	subnetTail      = valueOf(`, "enable_dhcp": true, "addr_from_start": true, "allocation_pools": [], "dns_nameservers": [], "dhcp_option_list": null, "host_routes": null, "created": "`)
	subnetModified  = valueOf(`", "last_modified": "`)
	subnetTailClose = valueOf(`"}`)
)

// ipamOfNetwork is the IPAM that a network takes its subnets from.
func (g *generator) ipamOfNetwork(i int) (ipam int, ok bool) {
	switch j := i - specialNetworks; {
	case i == flatNetwork:
		return flatIPAM, true
	case i == wideNetwork || i == publicNetwork:
		return defaultIPAM, true
	case j >= 0 && j < g.networks:
		return specialIPAMs + g.networksOf().owner(j), true
	}
	return 0, false
}

func (r *row) ipam(i int) {
	r.set("prop:network_ipam_mgmt", ipamDHCP)
	if i != flatIPAM {
		r.set("prop:ipam_subnet_method", subnetsByUser)
		return
	}
	r.set("prop:ipam_subnet_method", subnetsFlat)
	r.prop("propl:ipam_subnets:0")
	r.raw(flatSubnetOpen)
	r.uuid(r.w.subnetID(flatNetwork, family6))
	r.raw(flatSubnetName)
	r.close()
}

func (r *row) ipamLinks(i int) {
	lo, hi := wideNetwork, publicNetwork+1
	if i >= specialIPAMs {
		lo, hi = r.w.networksOf().items(i - specialIPAMs)
		lo, hi = lo+specialNetworks, hi+specialNetworks
	}
	for network := lo; network < hi; network++ {
		if ipam, ok := r.w.ipamOfNetwork(network); ok && ipam == i {
			r.backref0(virtualNetwork, network)
			r.subnets(network)
			r.closeBackref(virtualNetwork, network)
		}
	}
}

// subnets appends the value of a network's reference to its IPAM.
func (r *row) subnets(network int) {
	w := r.w
	if network == flatNetwork {
		r.raw(flatRefOpen)
		r.uuid(w.subnetID(flatNetwork, family4))
		r.raw(flatRefClose)
		return
	}
	r.raw(subnetsOpen)
	v4, _ := w.subnetOf(network)
	r.raw(subnetPrefix)
	r.buf = v4.appendPrefix(r.buf)
	r.raw(prefixLen)
	r.int(v4.prefixLen())
	r.raw(subnetGateway)
	r.buf = append4(r.buf, v4.address(gatewayHost))
	r.raw(subnetDNS)
	r.buf = append4(r.buf, v4.address(dnsHost))
	r.subnetTail(network, family4, v4.unit)
	if v6, ok := w.subnet6Of(network); ok {
		r.buf = append(r.buf, ", "...)
		r.raw(subnetPrefix)
		r.buf = v6.appendPrefix(r.buf)
		r.raw(prefixLen)
		r.int(64)
		r.raw(subnetGateway)
		r.buf = v6.appendAddress(r.buf, gatewayHost)
		r.raw(subnetDNS)
		r.buf = v6.appendAddress(r.buf, dnsHost)
		r.subnetTail(network, family6, v6.unit)
	}
	r.raw(subnetsClose)
}

func (r *row) subnetTail(network, family, unit int) {
	id := r.w.subnetID(network, family)
	r.raw(subnetUUID)
	r.uuid(id)
	r.raw(subnetName)
	r.uuid(id)
	r.raw(subnetUnit)
	r.int(unit)
	created := r.w.createdAt(virtualNetwork, network)
	r.raw(subnetTail)
	r.buf = appendTime(r.buf, created)
	r.raw(subnetModified)
	r.buf = appendTime(r.buf, created)
	r.raw(subnetTailClose)
}
