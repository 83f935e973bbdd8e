package generate

// The tables beside the objects': useragent, to_bgp_keyspace,
// svc_monitor_keyspace, dm_keyspace. No change touches them.

// textCell writes a cell whose value is plain text.
func (d *dump) textCell(column string, text []byte, at int64) {
	d.cell([]byte(column), appendEscaped(nil, text), at)
	d.stats.Columns++
}

// subnetTable is useragent_keyval_table: from the uuid of a network's subnet
// to the network and prefix. Older plugins also wrote the way back, which is
// there for some.
func (d *dump) subnetTable() table {
	w := d.w
	const forms = 3 // IPv4, IPv6, and the way back of IPv4
	network := func(i int) (network, form int, ok bool) {
		network, form = wideNetwork+i/forms, i%forms
		_, ok4 := w.subnetOf(network)
		_, ok6 := w.subnet6Of(network)
		switch form {
		case family4:
			return network, form, ok4
		case family6:
			return network, form, ok6
		}
		return network, form, ok6 && network%16 == 7
	}
	prefix := func(dst []byte, network, form int) []byte {
		dst = append(appendUUID(dst, w.uuidOf(virtualNetwork, network)), ' ')
		if network == flatNetwork {
			return append(dst, "0.0.0.0/0"...)
		}
		if form == family6 {
			s, _ := w.subnet6Of(network)
			return s.appendCIDR(dst)
		}
		s, _ := w.subnetOf(network)
		return s.appendCIDR(dst)
	}
	return table{
		name: "useragent_keyval_table",
		rows: forms * (specialNetworks - wideNetwork + w.networks),
		key: func(dst []byte, i int) ([]byte, bool) {
			network, form, ok := network(i)
			if form == family4 || form == family6 {
				return appendUUID(dst, w.subnetID(network, form)), ok
			}
			return prefix(dst, network, family4), ok
		},
		cells: func(i int) {
			network, form, _ := network(i)
			text := prefix(nil, network, form)
			if form != family4 && form != family6 {
				text = appendUUID(nil, w.subnetID(network, family4))
			}
			d.textCell("value", text, w.createdAt(virtualNetwork, network)+1300+int64(form))
		},
	}
}

// targetTable is route_target_table: the number of each system route target
// by the name of its owner.
func (d *dump) targetTable() table {
	w := d.w
	var f fqName
	return table{
		name: "route_target_table",
		rows: w.firstUserTarget(),
		key: func(dst []byte, i int) ([]byte, bool) {
			w.nameOfTargetOwner(&f, i)
			return append(dst, f.text...), true
		},
		cells: func(i int) {
			d.textCell("rtgt_num", appendUint(nil, uint64(w.targetNumber(i))), w.createdAt(routeTarget, i)+5)
		},
	}
}

// nameOfTargetOwner sets f to the fq_name of the routing instance or logical
// router for which a system route target was allocated.
func (g *generator) nameOfTargetOwner(f *fqName, i int) {
	router, chain := i-g.routerTarget(0), i-g.chainTarget(0)
	switch {
	case chain >= 0:
		g.nameOf(f, routingInstance, g.chainInstance(chain))
	case router >= 0:
		g.nameOf(f, logicalRouter, router)
	default:
		g.nameOf(f, routingInstance, i)
	}
}

func (d *dump) chainKey(dst []byte, chain int) ([]byte, bool) {
	return d.w.appendChainName(dst, chain), true
}

func (d *dump) chainAddressTable() table {
	w := d.w
	return table{
		name: "service_chain_ip_address_table",
		rows: w.chains,
		key:  d.chainKey,
		cells: func(i int) {
			s, _ := w.subnetOf(w.networkOfInstance(w.chainInstance(i)))
			at := w.createdAt(routingInstance, w.chainInstance(i)) + 40
			d.textCell("ip_address", append4(nil, s.address(dnsHost)), at)
			d.textCell("ip_uuid", appendUUID(nil, w.chainID(i)), at+1)
		},
	}
}

// chainMachine is the machine that a service chain runs through.
func (g *generator) chainMachine(chain int) int {
	return split{g.count[virtualMachine], g.chains}.first(chain)
}

// chainedMachines is how many service chains have a machine.
func (g *generator) chainedMachines() int { return min(g.chains, g.count[virtualMachine]) }

func (d *dump) chainTable() table {
	w := d.w
	return table{
		name: "service_chain_table",
		rows: w.chainedMachines(),
		key: func(dst []byte, i int) ([]byte, bool) {
			return appendUUID(dst, w.uuidOf(virtualMachine, w.chainMachine(i))), true
		},
		cells: func(i int) {
			name := w.appendChainName(nil, i)
			d.textCell(string(name), []byte("0"), w.createdAt(routingInstance, w.chainInstance(i))+50)
		},
	}
}

func (d *dump) chainUUIDTable() table {
	w := d.w
	var f fqName
	return table{
		name: "service_chain_uuid_table",
		rows: w.chains,
		key:  d.chainKey,
		cells: func(i int) {
			quoted := func(dst, text []byte) []byte {
				return append(appendEscaped(append(dst, '"'), text), '"')
			}
			left, right := w.routerNetworks(w.chainRouter(i))
			text := []byte(`{"py/object": "schema_transformer.resources.service_chain.ServiceChain", "name": `)
			text = quoted(text, w.appendChainName(nil, i))
			text = append(text, `, "left_vn": `...)
			w.nameOf(&f, virtualNetwork, left)
			text = quoted(text, f.text)
			text = append(text, `, "right_vn": `...)
			w.nameOf(&f, virtualNetwork, right)
			text = quoted(text, f.text)
			text = append(text, `, "direction": "<>", "protocol": "any", "created": true, "sp_list": [{"py/object": "vnc_api.gen.resource_xsd.PortType", "start_port": 0, "end_port": 65535}], "dp_list": [{"py/id": 2}], "service_list": [{"py/tuple": [`...)
			w.nameOf(&f, serviceInstance, w.chainRouter(i))
			text = append(quoted(text, f.text), `, "firewall"]}]}`...)
			d.textCell("value", text, w.createdAt(routingInstance, w.chainInstance(i))+60)
		},
	}
}

// instanceTable is svc_monitor's service_instance_table.
func (d *dump) instanceTable() table {
	w := d.w
	var f fqName
	return table{
		name: "service_instance_table",
		rows: w.routers,
		key: func(dst []byte, i int) ([]byte, bool) {
			w.nameOf(&f, serviceInstance, i)
			return append(dst, f.text...), true
		},
		cells: func(i int) {
			at := w.createdAt(serviceInstance, i) + 70
			d.textCell("max-instances", []byte("2"), at)
			d.textCell("si_type", []byte("source-nat"), at+1)
			d.textCell("state", []byte("active"), at+2)
		},
	}
}

// deviceAddressTable is dm_pr_vn_ip_table: an address on each router for the
// network of each of its first two logical ports.
func (d *dump) deviceAddressTable() table {
	w := d.w
	const networks = 2
	network := func(i int) int { return specialNetworks + i%w.networks }
	return table{
		name: "dm_pr_vn_ip_table",
		rows: networks * w.count[physicalRouter],
		key: func(dst []byte, i int) ([]byte, bool) {
			dst = append(appendUUID(dst, w.uuidOf(physicalRouter, i/networks)), ':')
			return appendUUID(dst, w.uuidOf(virtualNetwork, network(i))), true
		},
		cells: func(i int) {
			s, _ := w.subnetOf(network(i))
			d.textCell("ip_address", append4(nil, s.address(dnsHost)), w.createdAt(physicalRouter, i/networks)+80)
		},
	}
}

func (d *dump) deviceASNTable() table {
	w := d.w
	return table{
		name: "dm_pr_asn_table",
		rows: w.count[physicalRouter],
		key: func(dst []byte, i int) ([]byte, bool) {
			return appendUUID(dst, w.uuidOf(physicalRouter, i)), true
		},
		cells: func(i int) {
			text := append(appendUUID(nil, w.uuidOf(fabric, w.routersIn().owner(i))), ':')
			d.textCell("asn", appendUint(text, deviceASN(i)), w.createdAt(physicalRouter, i)+90)
		},
	}
}
