package validate

import (
	"slices"
	"strings"
)

// ipamOf returns the IPAM that a network refers to.
func ipamOf(d *document, network string) string { return d.links(network, "ref:network_ipam:")[0] }

func subnetSub(d *document, old, new string) {
	n := aNetwork(d)
	d.subBoth(n, "network_ipam", ipamOf(d, n), old, new)
}

// anAddress is an instance IP of aNetwork with an IPv4 address.
func anAddress(d *document) string {
	n := aNetwork(d)
	return d.find("instance_ip", func(_ string, row map[string]cell) bool {
		_, ok := row["ref:virtual_network:"+n]
		return ok && row["prop:instance_ip_family"].value == `"v4"`
	})
}

func addressPath(d *document, uuid string) *node { return d.nodeBelow("/api-server/subnets", uuid) }

func useragentRow(d *document) string {
	for key := range d.useragent() {
		if !strings.Contains(key, " ") && strings.HasPrefix(d.useragent()[key]["value"].value, aNetwork(d)+" 10.") {
			return key
		}
	}
	d.Fatal("no row")
	return ""
}

var casesOfNetworks = []ruleCase{
	{
		rule: "M-SNU-1",
		change: func(d *document) {
			d.useragent()[stranger+" 10.0.0.0/24"] = map[string]cell{"value": {value: stranger2, time: "1600000000000000"}}
		},
		near: func(d *document) {
			d.useragent()[aNetwork(d)+" 10.0.0.0/24"] = map[string]cell{"value": {value: useragentRow(d), time: "1600000000000000"}}
		},
	},
	{
		rule:   "M-SNU-2",
		change: func(d *document) { subnetSub(d, `"subnet_uuid": "`, `"subnet_was": "`) },
		also:   "M-SNU-3 M-SNU-4",
		near:   func(d *document) { subnetSub(d, `"subnet_name": `, `"subnet_was": `) },
	},
	{
		rule:   "M-SNU-3",
		change: func(d *document) { delete(d.useragent(), useragentRow(d)) },
		also:   "M-SNU-5",
		near: func(d *document) {
			key := useragentRow(d)
			d.useragent()[stranger] = d.useragent()[key]
			delete(d.useragent(), key)
		},
	},
	{
		rule: "M-SNU-4",
		change: func(d *document) {
			d.useragent()["other"] = map[string]cell{"value": {value: "x", time: "1600000000000000"}}
		},
		also: "M-SNU-3",
		near: func(d *document) {
			d.useragent()["other"] = map[string]cell{"values": {value: "x", time: "1600000000000000"}}
		},
	},
	{
		rule:   "M-SNU-5",
		change: func(d *document) { delete(d.useragent(), useragentRow(d)) },
		also:   "M-SNU-3",
		near:   func(d *document) { setIn(d.useragent()[useragentRow(d)], "value", "x") },
	},
	{
		rule: "M-SNU-6",
		change: func(d *document) {
			n := aNetwork(d)
			ipam := ipamOf(d, n)
			value := d.row(n)["ref:network_ipam:"+ipam].value
			d.unrefer(n, ipam)
			d.set(n, "ref:network_ipam:"+stranger, value)
		},
		also: "B-REF-1",
		near: func(d *document) { d.set(ipamOf(d, aNetwork(d)), "prop:ipam_subnet_method", "null") },
	},
	{
		rule:   "M-SNU-7",
		change: func(d *document) { d.set(aNetwork(d), "ref:network_ipam;", "null") },
		also:   "B-OBJ-5",
		near:   func(d *document) { d.set(aNetwork(d), "ref:network_ipam:", "null") },
	},
	{
		rule:   "M-IPA-1",
		change: func(d *document) { d.addNode("/api-server/subnets/stray", "x") },
		near: func(d *document) { // neither a subnet without addresses, nor a directory that is listed before what lies in it
			d.addNode("/api-server/subnets/a:b:c:10.9.0.0/24", "")
			n := d.nodes[len(d.nodes)-1]
			n.path = "/api-server/subnets"
			d.nodes = slices.Insert(d.nodes, 0, n)
		},
	},
	{
		rule:   "M-IPA-2",
		change: func(d *document) { subnetSub(d, `"ip_prefix_len": 24`, `"ip_prefix_was": 24`) },
		also:   "M-SNU-2 M-SNU-3 M-SNU-4 M-IPA-7 B-SUB-4 M-IPA-11",
		near:   func(d *document) { subnetSub(d, `"ip_prefix_len": 24`, `"ip_prefix_len": "24"`) },
	},
	{
		rule: "M-IPA-3",
		change: func(d *document) {
			setIn(d.index("instance_ip"), stranger+":"+stranger, "null")
		},
		also: "M-FQN-1 M-FQN-4",
		near: func(d *document) { setIn(d.index("virtual_machine"), stranger+":"+stranger, "null") },
	},
	{
		rule:   "M-IPA-4",
		change: func(d *document) { d.del(anAddress(d), "prop:instance_ip_address") },
		also:   "M-IPA-13",
		near:   func(d *document) { d.set(anAddress(d), "prop:instance_ip_address", "null") },
	},
	{
		rule:   "M-IPA-5",
		change: func(d *document) { d.unrefer(anAddress(d), aNetwork(d)) },
		also:   "M-IPA-13",
		near:   func(d *document) { d.rename(d.first("network_policy"), "x") },
	},
	{
		rule:   "M-IPA-6",
		change: func(d *document) { delete(d.index("virtual_network"), d.entryOf(aNetwork(d))) },
		also:   "M-FQN-5 M-SNU-3 M-SNU-4 M-VNID-2",
		near: func(d *document) {
			quoteEntry(d, d.find("virtual_network", func(n string, _ map[string]cell) bool { return strings.Contains(n, "é") }))
		},
	},
	{
		rule: "M-IPA-7",
		change: func(d *document) {
			d.delNodes(addressPath(d, anAddress(d)).path)
			d.set(anAddress(d), "prop:instance_ip_address", `"192.0.2.1"`)
		},
		also: "B-SUB-4",
		near: func(d *document) { moveAddress(d, anAddress(d), "200") },
	},
	{
		rule: "M-IPA-8",
		change: func(d *document) {
			d.copyOf(anAddress(d), stranger, "") // comes before it, without the lock
		},
		also: "M-IPA-13 M-IPA-14",
		near: func(d *document) {
			c := d.copyOf(anAddress(d), stranger, "")
			moveAddress(d, c, "201")
		},
	},
	{
		rule:   "M-IPA-9",
		change: func(d *document) { d.addNode("/api-server/subnets/a:b:c:10.0.0.0/24/0167772163", stranger) },
		also:   "B-SUB-11",
		near:   func(d *document) { d.addNode("/api-server/subnets/a:b:c:10.0.0.0/24", "") },
	},
	{
		rule:   "M-IPA-10",
		change: func(d *document) { d.delNodes("/api-server/subnets/" + d.name(aNetwork(d)) + ":") },
		also:   "M-IPA-12",
		near:   func(d *document) { d.delNodes("/api-server/subnets/" + d.name(aNetwork(d)) + ":fd") },
	},
	{
		rule:   "M-IPA-11",
		change: func(d *document) { d.addNode("/api-server/subnets/"+d.name(aNetwork(d))+":10.99.0.0/24", "") },
		also:   "B-ZK-11",
		near:   func(d *document) { d.addNode("/api-server/subnets/"+d.name(aNetwork(d))+":10.0.0.0/24", "") },
	},
	{
		rule: "M-IPA-12",
		change: func(d *document) {
			n := d.name(aNetwork(d))
			for i := range d.nodes {
				if strings.HasPrefix(d.nodes[i].path, "/api-server/subnets/"+n+":10.") {
					d.delNodes(strings.Join(strings.Split(d.nodes[i].path, "/")[:5], "/") + "/")
					return
				}
			}
		},
		near: func(d *document) { d.delNodes(addressPath(d, anAddress(d)).path) },
	},
	{
		rule:   "M-IPA-13",
		change: func(d *document) { addLock(d, "200", stranger) },
		also:   "B-SUB-11",
		near:   func(d *document) { addLock(d, "255", "x") },
	},
	{
		rule:   "M-IPA-14",
		change: func(d *document) { d.delNodes(addressPath(d, anAddress(d)).path) },
		near:   func(d *document) { d.set(anAddress(d), "prop:instance_ip_address", `"10.0.1.1"`) },
	},
	{
		rule: "B-SUB-1",
		change: func(d *document) {
			subnetSub(d, `"ipam_subnets": [{`, `"ipam_subnets": [{"subnet": {"ip_prefix": "10.0.0.0", "ip_prefix_len": 8}, "subnet_uuid": "`+stranger+`"}, {`)
		},
		also: "M-SNU-3 M-SNU-5 M-IPA-12 M-IPA-13",
		near: func(d *document) {
			subnetSub(d, `"ipam_subnets": [{`, `"ipam_subnets": [{"subnet": {"ip_prefix": "11.0.0.0", "ip_prefix_len": 8}, "subnet_uuid": "`+stranger+`"}, {`)
		},
	},
	{
		rule: "B-SUB-2",
		change: func(d *document) {
			subnetSub(d, `"ipam_subnets": [{`, `"ipam_subnets": [{"subnet": {"ip_prefix": "11.0.0.7", "ip_prefix_len": 8}, "subnet_uuid": "`+stranger+`"}, {`)
		},
		also: "M-SNU-3 M-SNU-5",
		near: func(d *document) {
			subnetSub(d, `"ipam_subnets": [{`, `"ipam_subnets": [{"subnet": {"ip_prefix": "11.0.0.7", "ip_prefix_len": 32}, "subnet_uuid": "`+stranger+`"}, {`)
		},
	},
	{
		rule:   "B-SUB-3",
		change: func(d *document) { subnetSub(d, `"default_gateway": "10.`, `"default_gateway": "11.`) },
		near: func(d *document) {
			subnetSub(d, `"dns_server_address": "10.`, `"dns_server_address": "0.0.0.0", "was": "`)
		},
	},
	{
		rule:   "B-SUB-4",
		change: func(d *document) { d.set(anAddress(d), "prop:instance_ip_address", `"10.0.1.x"`) },
		also:   "M-IPA-13",
		near:   func(d *document) { d.set(anAddress(d), "prop:instance_ip_address", `"010.000.001.003"`) },
	},
	{
		rule:   "B-SUB-5",
		change: func(d *document) { moveAddress(d, anAddress(d), "255") },
		near:   func(d *document) { moveAddress(d, anAddress(d), "254") },
	},
	{
		rule:   "B-SUB-6",
		change: func(d *document) { subnetSub(d, subnetUUID(d), "not-a-uuid") },
		also:   "M-SNU-4 M-SNU-5",
		near:   func(d *document) { subnetSub(d, subnetUUID(d), stranger) },
	},
	{
		rule:   "B-SUB-7",
		change: func(d *document) { setIn(d.useragent()[useragentRow(d)], "value", stranger+" 10.0.1.0/24") },
		near:   func(d *document) { delete(d.useragent(), useragentRow(d)) },
	},
	{
		rule:   "B-SUB-8",
		change: func(d *document) { d.set(anAddress(d), "prop:instance_ip_family", `"v6"`) },
		near:   func(d *document) { d.del(anAddress(d), "prop:instance_ip_family") },
	},
	{
		rule: "B-SUB-9",
		change: func(d *document) {
			n := addressPath(d, anAddress(d))
			d.addNode(n.path[:len(n.path)-12]+"/00000000x1", "x")
		},
		near: func(d *document) { addLock(d, "255", "x") },
	},
	{
		rule:   "B-SUB-10",
		change: func(d *document) { a := anAddress(d); d.sub(a, "prop:instance_ip_address", `"10.0.`, `"10.00.`) },
		near:   func(d *document) { d.set(anAddress(d), "prop:instance_ip_family", `"V4"`) },
	},
	{
		rule:   "B-SUB-11",
		change: func(d *document) { addLock(d, "200", aPolicy(d)) },
		also:   "M-IPA-13",
		near:   func(d *document) { addLock(d, "200", "dns_server") },
	},
	{
		rule:   "B-SUB-12",
		change: func(d *document) { subnetSub(d, `"alloc_unit": 1`, `"alloc_unit": 0`) },
		near:   func(d *document) { subnetSub(d, `"alloc_unit": 1`, `"alloc_unit": null`) },
	},
	{
		rule: "B-IP-1",
		change: func(d *document) {
			f := d.first("floating_ip")
			n := d.named("virtual_network", strings.Join(strings.Split(d.name(f), ":")[:3], ":"))
			ip := d.find("instance_ip", func(_ string, row map[string]cell) bool {
				_, ok := row["ref:virtual_network:"+n]
				return ok && row["prop:instance_ip_family"].value == `"v4"`
			})
			d.delNodes(addressPath(d, f).path)
			d.set(f, "prop:floating_ip_address", d.row(ip)["prop:instance_ip_address"].value)
		},
		also: "M-IPA-8",
		near: func(d *document) { d.copyOf(anAddress(d), stranger, "") },
	},
	{
		rule: "B-IP-2",
		change: func(d *document) {
			a := anAddress(d)
			d.unrefer(a, d.links(a, "ref:virtual_machine_interface:")[0])
		},
		near: func(d *document) {
			a := anAddress(d)
			d.unrefer(a, aNetwork(d))
		},
	},
	{
		rule: "B-IP-3",
		change: func(d *document) {
			a := anAddress(d)
			d.unrefer(a, d.links(a, "ref:virtual_machine_interface:")[0])
			d.unrefer(a, aNetwork(d))
			d.delNodes(addressPath(d, a).path)
		},
		also: "B-IP-2 M-IPA-5",
		near: func(d *document) { d.unrefer(anAddress(d), aNetwork(d)) },
	},
	{
		rule: "B-VM-1",
		change: func(d *document) {
			d.copyOf(d.first("virtual_machine"), stranger, "")
		},
		near: func(d *document) {
			d.copyOf(d.first("virtual_machine"), stranger, "")
			d.set(stranger, "backref:virtual_machine_interface:"+stranger2, `{"attr": null}`)
		},
	},
	{
		rule: "B-VMI-1",
		change: func(d *document) {
			from, _ := aReference(d)
			d.set(from, "prop:virtual_machine_interface_mac_addresses", `{"mac_address": ["02:00:00:00:00"]}`)
		},
		near: func(d *document) {
			from, _ := aReference(d)
			d.set(from, "prop:virtual_machine_interface_mac_addresses", `{"mac_address": ["02:AB:cd:00:00:09"]}`)
		},
	},
	{
		rule: "B-VMI-2",
		change: func(d *document) {
			from, _ := aReference(d)
			c := d.copyOf(from, stranger, stranger)
			d.set(c, "prop:virtual_machine_interface_mac_addresses", strings.ToUpper(d.row(from)["prop:virtual_machine_interface_mac_addresses"].value[len(`{"mac_address": `):len(d.row(from)["prop:virtual_machine_interface_mac_addresses"].value)-1]))
		},
		near: func(d *document) {
			from, _ := aReference(d)
			c := d.copyOf(from, stranger, stranger)
			d.set(c, "prop:virtual_machine_interface_mac_addresses", `{"mac_address": ["02:ab:cd:00:00:09"]}`)
		},
	},
}

// moveAddress gives an address another last number, and its lock too.
func moveAddress(d *document, uuid, last string) {
	address := strings.Trim(d.row(uuid)["prop:instance_ip_address"].value, `"`)
	address = address[:strings.LastIndexByte(address, '.')+1]
	d.set(uuid, "prop:instance_ip_address", `"`+address+last+`"`)
	for i := range d.nodes {
		if n := &d.nodes[i]; n.data == uuid && strings.HasPrefix(n.path, "/api-server/") {
			d.delNodes(n.path)
			break
		}
	}
	addLock(d, last, uuid)
}

// addLock locks an address of the IPv4 subnet of aNetwork, which ends in last.
func addLock(d *document, last, owner string) {
	n := d.nodeBelow("/api-server/subnets", anLocked(d))
	dir := n.path[:len(n.path)-len("0167772163/")]
	base := uint64(0)
	for _, c := range n.path[len(dir) : len(n.path)-1] {
		base = base*10 + uint64(c-'0')
	}
	base &^= 0xff
	x := uint64(0)
	for _, c := range last {
		x = x*10 + uint64(c-'0')
	}
	digits := []byte("0000000000")
	for i, v := 9, base+x; v > 0; i, v = i-1, v/10 {
		digits[i] = byte('0' + v%10)
	}
	d.addNode(dir+string(digits), owner)
}

// anLocked is an instance IP of aNetwork that has a lock.
func anLocked(d *document) string {
	n := aNetwork(d)
	for _, uuid := range d.all("instance_ip") {
		row := d.row(uuid)
		if _, ok := row["ref:virtual_network:"+n]; !ok || row["prop:instance_ip_family"].value != `"v4"` {
			continue
		}
		for i := range d.nodes {
			if d.nodes[i].data == uuid && strings.HasPrefix(d.nodes[i].path, "/api-server/") {
				return uuid
			}
		}
	}
	d.Fatal("no locked address")
	return ""
}

func subnetUUID(d *document) string {
	n := aNetwork(d)
	value := d.row(n)["ref:network_ipam:"+ipamOf(d, n)].value
	i := strings.Index(value, `"subnet_uuid": "`) + len(`"subnet_uuid": "`)
	return value[i : i+36]
}
