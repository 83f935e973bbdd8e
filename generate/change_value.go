package generate

import (
	"bytes"
	"fmt"
	"strconv"
)

// Changes inside an object's own columns.

// toggle is a column that a change of a property sets, adds or drops.
type toggle struct {
	column string
	value  value // empty: the column is dropped
}

// togglesOf are the properties that a change can touch without touching
// anything else, beside the display name, which every object has.
func togglesOf(k kind) []toggle {
	switch k {
	case virtualMachineInterface:
		return []toggle{
			{"prop:port_security_enabled", valueFalse},
			{"prop:igmp_enable", valueTrue},
			{"prop:virtual_machine_interface_device_owner", ""},
		}
	case instanceIP:
		return []toggle{
			{"prop:instance_ip_mode", valueOf(`"active-standby"`)},
			{"prop:instance_ip_secondary", valueTrue},
			{"prop:instance_ip_local_ip", valueFalse},
		}
	case virtualNetwork:
		return []toggle{
			{"prop:mac_learning_enabled", valueTrue},
			{"prop:fabric_snat", valueTrue},
			{"prop:flood_unknown_unicast", valueTrue},
			{"prop:address_allocation_mode", ""},
		}
	case physicalRouter:
		return []toggle{
			{"prop:physical_router_os_version", valueOf(`"21.4R3-S2"`)},
			{"prop:physical_router_lldp", valueTrue},
			{"prop:physical_router_role", ""},
		}
	case project:
		return []toggle{{"prop:vxlan_routing", valueTrue}, {"prop:alarm_enable", ""}}
	case floatingIP:
		return []toggle{{"prop:floating_ip_traffic_direction", valueOf(`"ingress"`)}}
	}
	return nil
}

func (p *planner) property(c candidate) {
	toggles := togglesOf(c.kind)
	e := p.begin(c)
	if n := c.luck % uint64(len(toggles)+1); n > 0 {
		t := toggles[n-1]
		old, ok := p.row.find(t.column)
		switch {
		case ok && t.value == "":
			e.set(t.column, cellEdit{drop: true, at: c.at})
			return
		case t.value != "" && (!ok || value(p.row.cellValue(old)) != t.value):
			e.set(t.column, cellEdit{value: t.value, at: c.at})
			return
		}
	}
	name := fmt.Sprintf("Changed №%d — %s", len(p.changes), c.kind.typ())
	e.set("prop:display_name", cellEdit{value: value(appendNested(nil, name)), at: c.at})
}

// leaf is a piece of a JSON value that a nested change replaces.
type leaf struct{ column, old, new string }

func leavesOf(k kind) []leaf {
	switch k {
	case virtualNetwork:
		return []leaf{
			{"prop:virtual_network_properties", `"mtu": 1500`, `"mtu": 9000`},
			{"prop:virtual_network_properties", `"rpf": "enable"`, `"rpf": "disable"`},
			{"prop:virtual_network_properties", `"max_flows": 0`, `"max_flows": 100000`},
		}
	case project:
		return []leaf{{"prop:quota", `"security_group": 200`, `"security_group": 250`}}
	case securityGroup:
		return []leaf{{"prop:security_group_entries", `"dst_ports": [{"start_port": 0,`, `"dst_ports": [{"start_port": 1024,`}}
	case networkPolicy:
		return []leaf{{"prop:network_policy_entries", `"simple_action": "pass"`, `"simple_action": "deny"`}}
	case physicalRouter:
		return []leaf{
			{"prop:physical_router_snmp_credentials", `"timeout": 5`, `"timeout": 10`},
			{"prop:physical_router_user_credentials", `"username": "netops"`, `"username": "root"`},
		}
	case physicalInterface:
		return []leaf{{"prop:physical_interface_port_params", `"port_mtu": 9216`, `"port_mtu": 1500`}}
	case serviceInstance:
		return []leaf{{"prop:service_instance_properties", `"max_instances": 2`, `"max_instances": 3`}}
	case accessControlList:
		return []leaf{{"prop:access_control_list_entries", `"log": false`, `"log": true`}}
	case virtualMachineInterface:
		return []leaf{{"prop:virtual_machine_interface_allowed_address_pairs", `"address_mode": "active-standby"`, `"address_mode": "active-active"`}}
	case globalSystemConfig:
		return []leaf{{"prop:graceful_restart_parameters", `"restart_time": 300`, `"restart_time": 600`}}
	}
	return nil
}

func (p *planner) nested(c candidate) bool {
	e := p.begin(c)
	leaves := append(leavesOf(c.kind), leaf{
		"prop:id_perms", `"description": null`, fmt.Sprintf(`"description": "change %d"`, len(p.changes)),
	})
	first := int(c.luck % uint64(len(leaves)))
	for o := range leaves {
		l := leaves[(first+o)%len(leaves)]
		old, ok := p.row.find(l.column)
		if !ok {
			continue
		}
		if v, ok := replaced(p.row.cellValue(old), l.old, l.new); ok {
			e.set(l.column, cellEdit{value: v, at: c.at})
			return true
		}
	}
	return e.abandon()
}

func (p *planner) list(c candidate) bool {
	if c.kind == securityGroup && c.i == noRuleGroup {
		return false
	}
	e := p.begin(c)
	switch c.kind {
	case virtualMachineInterface:
		p.changeBinding(e, c)
	case addressGroup:
		p.changeElement(e, c, "propl:address_group_prefix:", func(n int) string {
			return fmt.Sprintf(`{"ip_prefix": "10.%d.%d.0", "ip_prefix_len": 25}`, 250+n%5, len(p.changes)%256)
		})
	case serviceGroup:
		p.changeElement(e, c, "propl:service_group_firewall_service_list:", func(n int) string {
			return fmt.Sprintf(`{"protocol": "udp", "protocol_id": 17, "src_ports": {"start_port": 0, "end_port": 65535}, `+
				`"dst_ports": {"start_port": %d, "end_port": %d}}`, 10000+n, 10000+n)
		})
	case securityGroup:
		p.appendElement(e, c, "prop:security_group_entries", `{"rule_uuid": null, "direction": ">", "protocol": "icmp", `+
			`"ethertype": "IPv4", "rule_sequence": null, "action_list": null, "application": [], "src_addresses": [], `+
			`"src_ports": [], "dst_addresses": [], "dst_ports": []}`)
	case networkPolicy:
		p.appendElement(e, c, "prop:network_policy_entries", `{"rule_sequence": {"major": -1, "minor": -1}, "rule_uuid": null, `+
			`"direction": ">", "protocol": "tcp", "application": [], "src_addresses": [], "src_ports": [], `+
			`"dst_addresses": [], "dst_ports": [], "action_list": {"simple_action": "deny"}}`)
	case interfaceRouteTable:
		p.appendElement(e, c, "prop:interface_route_table_routes", fmt.Sprintf(
			`{"prefix": "198.51.100.%d/32", "next_hop": null, "next_hop_type": null, "community_attributes": null}`, len(p.changes)%256))
	}
	return true
}

// changeBinding sets, adds or drops an element of a port's bindings.
func (p *planner) changeBinding(e *edit, c candidate) {
	const prefix = "propm:virtual_machine_interface_bindings:"
	_, bound := p.row.find(prefix + "vnic_type")
	switch {
	case bound && c.luck%3 == 0:
		e.set(prefix+"vnic_type", cellEdit{value: valueOf(`{"key": "vnic_type", "value": "direct"}`), at: c.at})
	case bound && c.luck%3 == 1:
		e.set(prefix+"vnic_type", cellEdit{drop: true, at: c.at})
	default:
		e.set(prefix+"vif_type", cellEdit{value: valueOf(`{"key": "vif_type", "value": "vrouter"}`), at: c.at})
	}
}

// changeElement sets the first element of a list that is stored by element,
// adds one at its end, or drops the last, which leaves no gap (B-OBJ-7).
func (p *planner) changeElement(e *edit, c candidate, prefix string, element func(n int) string) {
	n := 0
	for ; ; n++ {
		if _, ok := p.row.find(prefix + strconv.Itoa(n)); !ok {
			break
		}
	}
	switch {
	case c.luck%3 == 0:
		e.set(prefix+"0", cellEdit{value: valueOf(element(0)), at: c.at})
	case c.luck%3 == 1 && n > 1:
		e.set(prefix+strconv.Itoa(n-1), cellEdit{drop: true, at: c.at})
	default:
		e.set(prefix+strconv.Itoa(n), cellEdit{value: valueOf(element(n)), at: c.at})
	}
}

// appendElement adds an element to the list with which a value ends.
func (p *planner) appendElement(e *edit, c candidate, column, element string) {
	old, _ := p.row.find(column)
	open := bytes.TrimSuffix(p.row.cellValue(old), []byte("]}"))
	e.set(column, cellEdit{value: value(open) + ", " + valueOf(element) + "]}", at: c.at})
}

// reference drops one of the references that an object can do without, or
// hangs a tag on it.
func (p *planner) reference(c candidate) bool {
	g := p.after.generator
	e := p.begin(c)
	groups := 0
	for _, t := range p.row.targets {
		if t.kind == securityGroup {
			groups++
		}
	}
	if c.luck%2 == 0 {
		for _, t := range p.row.targets {
			switch t.kind {
			case globalTag, projectTag, interfaceRouteTable, networkPolicy:
			case securityGroup:
				if groups < 2 {
					continue
				}
			case virtualMachineInterface:
				if c.kind != floatingIP {
					continue
				}
			default:
				continue
			}
			p.dropReference(e, c, t)
			return true
		}
	}
	tag := int(c.luck >> 8 % uint64(g.count[globalTag]))
	column := "ref:tag:" + string(appendUUID(nil, g.uuidOf(globalTag, tag)))
	if _, ok := p.row.find(column); ok {
		return e.abandon()
	}
	e.set(column, cellEdit{value: refPlain, at: c.at})
	id := string(appendUUID(nil, p.row.s.id))
	p.attach([]link{{int(g.number(globalTag, tag)), "backref:" + c.kind.typ() + ":" + id, refPlain}}, c.at)
	return true
}

func (p *planner) dropReference(e *edit, c candidate, t place) {
	g := p.after.generator
	id := string(appendUUID(nil, g.uuidOf(t.kind, t.i)))
	own := string(appendUUID(nil, p.row.s.id))
	e.set("ref:"+t.kind.typ()+":"+id, cellEdit{drop: true, at: c.at})
	p.detach([]link{{int(g.number(t.kind, t.i)), "backref:" + c.kind.typ() + ":" + own, ""}}, c.at)
}

// retime changes write times and nothing else.
func (p *planner) retime(c candidate) bool {
	e := p.edit(c.slot)
	e.primary = true
	e.set("prop:display_name", cellEdit{retime: true, at: c.at})
	e.set("type", cellEdit{retime: true, at: c.at + 1})
	return true
}
