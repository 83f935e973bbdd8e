package validate

import (
	"strconv"
	"strings"
)

const targetNodes = "/id/bgp/route-targets/type0"

// aNetwork is a tenant's network, anInstance its default routing instance, aTarget the system route target of that.
func aNetwork(d *document) string {
	return d.find("virtual_network", func(name string, _ map[string]cell) bool { return strings.HasSuffix(name, ":net-8") })
}

func anInstance(d *document) string { return d.named("routing_instance", d.name(aNetwork(d))+":net-8") }

func aTarget(d *document) string {
	for _, t := range d.links(anInstance(d), "ref:route_target:") {
		if numberOf(d, t) >= 8000000 && len(d.links(t, "backref:logical_router:")) == 0 {
			return t
		}
	}
	d.Fatal("no target")
	return ""
}

func numberOf(d *document, target string) int {
	n, err := strconv.Atoi(d.name(target)[strings.LastIndexByte(d.name(target), ':')+1:])
	if err != nil {
		d.Fatal(err)
	}
	return n
}

func nodeOf(d *document, target string) string {
	s := strconv.Itoa(numberOf(d, target))
	return targetNodes + "/" + strings.Repeat("0", 10-len(s)) + s
}

// aRouter has a route target, a service instance for its SNAT and interfaces.
func aRouter(d *document) string { return d.first("logical_router") }

func routersTarget(d *document) string { return d.links(aRouter(d), "ref:route_target:")[0] }

func snatInstance(d *document) string {
	return d.find("routing_instance", func(name string, _ map[string]cell) bool { return strings.Contains(name, "snat-si-left_") })
}

// targetBesides is the route target of the network in which a routing instance lies.
func targetBesides(d *document, instance string) string {
	network := d.name(instance)[:strings.LastIndexByte(d.name(instance), ':')]
	owner := network + network[strings.LastIndexByte(network, ':'):]
	for _, t := range d.links(d.named("routing_instance", owner), "ref:route_target:") {
		if n := numberOf(d, t); n >= 8000000 && d.node(nodeOf(d, t)).data == owner {
			return t
		}
	}
	d.Fatal("no target")
	return ""
}

func instanceRefers(d *document, instance, target string) { d.refer(instance, target) }

var casesOfNumbers = []ruleCase{
	{
		rule:   "M-RTBR-1",
		change: func(d *document) { d.delNodes(nodeOf(d, aTarget(d)) + "/") },
		also:   "M-RTID-4 M-RTID-5",
		near: func(d *document) {
			d.rename(d.find("route_target", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, ":100") }), "target:64513:9000000")
		},
	},
	{
		rule: "M-RTBR-2",
		change: func(d *document) {
			r := d.copyOf(aRouter(d), stranger, "router-x")
			for _, port := range d.links(r, "ref:virtual_machine_interface:") {
				d.unrefer(r, port)
			}
		},
		near: func(d *document) {
			r := d.copyOf(aRouter(d), stranger, "router-x")
			d.unrefer(r, routersTarget(d))
		},
	},
	{
		rule: "M-RTBR-3",
		change: func(d *document) {
			d.unrefer(anInstance(d), aTarget(d))
			instanceRefers(d, d.named("routing_instance", "default-domain:default-project:public:public"), aTarget0(d))
		},
		also: "M-RTBR-5 M-RTID-5 M-RTID-6 B-RT-2",
		near: func(d *document) { instanceRefers(d, anInstance(d), routersTarget(d)) },
	},
	{
		rule: "M-RTBR-4",
		change: func(d *document) {
			d.set(aTarget(d), "backref:routing_instance:"+stranger, `{"attr": {"import_export": null}, "is_weakref": false}`)
		},
		also: "M-RTBR-5 B-REF-3",
		near: func(d *document) {
			d.set(routersTarget(d), "backref:routing_instance:"+stranger, `{"attr": {"import_export": null}, "is_weakref": false}`)
		},
	},
	{
		rule: "M-RTBR-5",
		change: func(d *document) {
			instanceRefers(d, d.named("routing_instance", "default-domain:default-project:public:public"), aTarget(d))
		},
		near: func(d *document) {
			chain := d.find("routing_instance", func(name string, _ map[string]cell) bool { return strings.Contains(name, ":service-") })
			instanceRefers(d, chain, targetBesides(d, chain))
		},
	},
	{
		rule:   "M-RTBR-6",
		change: func(d *document) { d.node(nodeOf(d, routersTarget(d))).set("a:b:c") },
		also:   "M-RTID-4 M-RTID-5 M-RTID-6",
		near:   func(d *document) { d.node(nodeOf(d, aTarget(d))).set("a:b:c") },
	},
	{
		rule: "M-RTBR-7",
		change: func(d *document) {
			t := aTarget(d)
			d.set(t, "backref:logical_router:"+stranger, `{"attr": null}`)
		},
		also: "B-REF-3 M-RTID-5 M-RTID-6",
		near: func(d *document) { d.set(aNetwork(d), "backref:logical_router:"+stranger, `{"attr": null}`) },
	},
	{
		rule:   "M-RTBR-8",
		change: func(d *document) { d.set(aRouter(d), "ref:service_instance:"+stranger, `{"attr": null}`) },
		also:   "B-REF-1",
		near:   func(d *document) { d.set(aRouter(d), "ref:network_policy:"+stranger, `{"attr": null}`) },
	},
	{
		rule:   "M-RTBR-9",
		change: func(d *document) { delete(d.index("routing_instance"), d.entryOf(snatInstance(d))) },
		also:   "M-FQN-5 M-RTBR-5",
		near:   func(d *document) { delete(d.index("routing_instance"), d.entryOf(anInstance(d))) },
	},
	{
		rule:   "M-RTBR-10",
		change: func(d *document) { d.unrefer(snatInstance(d), routersTarget(d)) },
		near:   func(d *document) { d.set(snatInstance(d), "ref:route_target:"+routersTarget(d), `{"attr": null}`) },
	},
	{
		rule: "M-RTBR-11",
		change: func(d *document) {
			port := d.links(aRouter(d), "ref:virtual_machine_interface:")[0]
			d.unrefer(d.links(port, "ref:routing_instance:")[0], routersTarget(d))
		},
		near: func(d *document) {
			// A second interface in the same network shares the reference.
			port := d.links(aRouter(d), "ref:virtual_machine_interface:")[0]
			d.copyOf(port, stranger, stranger)
			d.refer(aRouter(d), stranger)
		},
	},
	{
		rule:   "M-RTID-1",
		change: func(d *document) { d.addNode(targetNodes+"/0000007000", "a:b:c:c") },
		also:   "M-RTID-6",
		near:   func(d *document) { d.addNode(targetNodes+"/0009000000", "a:b:c:c") },
	},
	{
		rule: "M-RTID-2",
		change: func(d *document) {
			d.set(aNetwork(d), "prop:import_route_target_list", `{"route_target": ["target:x:1", "target:1:2"]}`)
		},
		near: func(d *document) {
			d.set(aNetwork(d), "prop:import_route_target_list", `{"route_target": ["target:10.0.0.1:1", "target:1:2"]}`)
		},
	},
	{
		rule: "M-RTID-3",
		change: func(d *document) {
			d.set(aNetwork(d), "prop:import_route_target_list", `{"route_target": ["target:64512:8000001"]}`)
		},
		near: func(d *document) {
			d.set(aNetwork(d), "prop:import_route_target_list", `{"route_target": ["target:64512:7999999", "target:64513:8000001"]}`)
		},
	},
	{
		rule: "M-RTID-4",
		change: func(d *document) {
			d.schema()["a:b:c:c"] = map[string]cell{"rtgt_num": {value: "9000000", time: "1600000000000000"}}
		},
		also: "B-RI-2 B-RT-2",
		near: func(d *document) {
			setIn(d.schema()[d.name(anInstance(d))], "rtgt_num", " "+strconv.Itoa(numberOf(d, aTarget(d))))
		},
	},
	{
		rule: "M-RTID-5",
		change: func(d *document) {
			d.node(nodeOf(d, aTarget(d))).set(d.name(d.named("routing_instance", "default-domain:default-project:public:public")))
		},
		also: "M-RTBR-3 M-RTBR-5 M-RTID-4 M-RTID-6 B-ZK-16",
		near: func(d *document) {
			// The instance of a service chain that sorts last is not the owner.
			chain := d.find("routing_instance", func(name string, _ map[string]cell) bool { return strings.Contains(name, ":service-") })
			instanceRefers(d, chain, targetBesides(d, chain))
		},
	},
	{
		rule:   "M-RTID-6",
		change: func(d *document) { d.addNode(targetNodes+"/0009000000", "a:b:c:c") },
		near:   func(d *document) { d.addNode("/id/bgp/route-targets/type1_2/0000009000", "a:b:c:c") },
	},
	{
		rule: "M-VNID-1",
		change: func(d *document) {
			d.set(aNetwork(d), "prop:virtual_network_network_id", "1")
		},
		also: "M-VNID-2",
		near: func(d *document) {
			n := d.copyOf(d.find("security_group", func(string, map[string]cell) bool { return true }), stranger, "x")
			d.set(n, "prop:security_group_id", "5")
		},
	},
	{
		rule:   "M-VNID-2",
		change: func(d *document) { d.addNode("/id/virtual-networks/0000009000", "a:b:c") },
		near: func(d *document) {
			d.set(aNetwork(d), "prop:virtual_network_network_id", d.row(aNetwork(d))["prop:virtual_network_network_id"].value+" ")
		},
	},
	{
		rule:   "M-VNID-3",
		change: func(d *document) { d.delNodes(d.nodeBelow("/id/virtual-networks", d.name(aNetwork(d))).path) },
		near: func(d *document) {
			n := aNetwork(d)
			id := d.row(n)["prop:virtual_network_network_id"].value
			d.del(n, "prop:virtual_network_network_id")
			d.set(n, "prop:virtual_network_properties", `{"network_id": `+id+`}`)
		},
	},
	{
		rule:   "M-VNID-4",
		change: func(d *document) { d.set(aNetwork(d), "prop:virtual_network_network_id", "0") },
		also:   "M-VNID-2 B-VN-1",
		near: func(d *document) {
			n := aNetwork(d)
			d.set(n, "prop:virtual_network_network_id", `"`+d.row(n)["prop:virtual_network_network_id"].value+`"`)
		},
	},
	{
		rule:   "M-SGID-1",
		change: func(d *document) { d.node("/id/security-groups/id/0000000000").set("a:b:c") },
		also:   "B-ZK-14",
		near:   func(d *document) { d.delNodes("/id/security-groups/id/0000000000/") },
	},
	{
		rule: "M-SGID-2",
		change: func(d *document) {
			list := d.all("security_group")
			d.set(list[1], "prop:security_group_id", d.row(list[0])["prop:security_group_id"].value)
		},
		also: "M-SGID-3",
		near: func(d *document) {
			// Smaller ids are chosen by users.
			for _, g := range d.all("security_group")[:2] {
				d.delNodes(d.nodeBelow("/id/security-groups/id", d.name(g)).path)
				d.set(g, "prop:security_group_id", "7")
				d.set(g, "prop:configured_security_group_id", "7")
			}
		},
	},
	{
		rule:   "M-SGID-3",
		change: func(d *document) { d.addNode("/id/security-groups/id/0000009000", "a:b:c") },
		near: func(d *document) {
			g := d.named("security_group", "default-domain:default-project:__no_rule__")
			d.nodeBelow("/id/security-groups/id", d.name(g)).set("[u'default-domain', u'default-project', '__no_rule__']")
		},
	},
	{
		rule: "M-SGID-4",
		change: func(d *document) {
			d.delNodes(d.nodeBelow("/id/security-groups/id", d.name(d.first("security_group"))).path)
		},
		near: func(d *document) {
			g := d.named("security_group", "default-domain:default-project:__no_rule__")
			d.nodeBelow("/id/security-groups/id", d.name(g)).set("[u'default-domain', u'default-project', '__no_rule__']")
		},
	},
	{
		rule:   "M-SGID-5",
		change: func(d *document) { d.set(d.first("security_group"), "prop:security_group_id", "null") },
		also:   "M-SGID-3",
		near:   func(d *document) { d.set(d.first("security_group"), "prop:security_group_id", "0") },
	},
	{
		rule:   "M-AE-1",
		change: func(d *document) { d.addNode("/id/aggregated-ethernet/leaf-0/0000000077", "vpg-9") },
		near: func(d *document) {
			d.rename(d.find("physical_interface", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, "xe-0/0/9") }), "ae77")
			d.addNode("/id/aggregated-ethernet/leaf-0/0000000077", "vpg-9")
		},
	},
	{
		rule:   "B-AE-1",
		change: func(d *document) { d.delNodes("/id/aggregated-ethernet/leaf-0/0000000000/") },
		near: func(d *document) {
			d.rename(d.find("physical_interface", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, "xe-0/0/9") }), "ae77")
		},
	},
	{
		rule:   "B-AE-2",
		change: func(d *document) { d.node("/id/aggregated-ethernet/leaf-0/0000000000").set("vpg-9") },
		near: func(d *document) {
			d.rename(d.find("physical_interface", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, "xe-0/0/9") }), "ae127")
			d.addNode("/id/aggregated-ethernet/leaf-0/0000000127", "vpg-9")
		},
	},
	{
		rule: "B-RT-1",
		change: func(d *document) {
			setIn(d.schema()[d.name(anInstance(d))], "rtgt_num", strconv.Itoa(numberOf(d, routersTarget(d))))
		},
		also: "M-RTID-4 M-RTID-6",
		near: func(d *document) { setIn(d.schema()[d.name(anInstance(d))], "other", "8000028") },
	},
	{
		rule:   "B-RT-2",
		change: func(d *document) { d.unrefer(anInstance(d), aTarget(d)) },
		also:   "B-RT-5 M-RTID-5 M-RTID-6",
		near: func(d *document) {
			instanceRefers(d, anInstance(d), d.find("route_target", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, ":100") }))
		},
	},
	{
		rule:   "B-RT-3",
		change: func(d *document) { userTarget(d, "target:0:5") },
		near:   func(d *document) { userTarget(d, "target:4200000000:65535") },
	},
	{
		rule:   "B-RT-4",
		change: func(d *document) { userTarget(d, "target:64999:8000001") },
		near:   func(d *document) { userTarget(d, "target:64999:7999999") },
	},
	{
		rule: "B-RT-5",
		change: func(d *document) {
			t := d.find("route_target", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, ":100") })
			for _, r := range d.links(t, "backref:routing_instance:") {
				d.unrefer(r, t)
			}
		},
		near: func(d *document) {
			t := d.find("route_target", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, ":100") })
			for _, r := range d.links(t, "backref:routing_instance:")[1:] {
				d.unrefer(r, t)
			}
		},
	},
	{
		rule: "B-RI-1",
		change: func(d *document) {
			d.remove(d.named("routing_instance", "default-domain:default-project:dci-network:dci-network"))
		},
		also: "B-RI-2 B-RT-5 M-RTID-5 M-RTID-6",
		near: func(d *document) {
			d.remove(d.find("routing_instance", func(name string, _ map[string]cell) bool { return strings.Contains(name, ":service-") }))
		},
	},
	{
		rule: "B-RI-2",
		change: func(d *document) {
			d.schema()["a:b:c:c"] = map[string]cell{"rtgt_num": {value: "9000000", time: "1600000000000000"}}
		},
		also: "M-RTID-4 B-RT-2",
		near: func(d *document) {
			i := d.named("routing_instance", "default-domain:default-project:ip-fabric:ip-fabric")
			for _, t := range d.links(i, "ref:route_target:") {
				d.unrefer(i, t)
			}
		},
	},
	{
		rule:   "B-VN-1",
		change: func(d *document) { d.set(aNetwork(d), "prop:virtual_network_network_id", "16777217") },
		also:   "M-VNID-2 M-VNID-3",
		near:   func(d *document) { d.set(aNetwork(d), "prop:virtual_network_network_id", "16777216") },
	},
	{
		rule:   "B-VN-2",
		change: func(d *document) { d.set(aNetwork(d), "prop:virtual_network_properties", `{"network_id": 7777}`) },
		near:   func(d *document) { d.set(aNetwork(d), "prop:virtual_network_properties", `{"network_id": null}`) },
	},
	{
		rule:   "B-SG-1",
		change: func(d *document) { d.set(d.first("security_group"), "prop:security_group_id", "7") },
		also:   "M-SGID-3",
		near: func(d *document) {
			d.set(d.first("security_group"), "prop:security_group_id", "7")
			d.set(d.first("security_group"), "prop:configured_security_group_id", "7")
		},
	},
	{
		rule: "B-SG-2",
		change: func(d *document) {
			d.set(d.first("security_group"), "prop:security_group_entries", `{"policy_rule": [{"src_addresses": [{"security_group": "a:b:c"}], "dst_addresses": []}]}`)
		},
		near: func(d *document) {
			name := d.name(d.first("security_group"))
			d.set(d.first("security_group"), "prop:security_group_entries",
				`{"policy_rule": [{"src_addresses": [{"security_group": `+quote(name)+`}], "dst_addresses": [{"security_group": "local"}, {"security_group": null}]}]}`)
		},
	},
	{
		rule:   "X-ZKPATH",
		change: func(d *document) { d.delNodes("/id/virtual-networks/") },
		also:   "M-VNID-3",
		near: func(d *document) {
			d.delNodes("/id/virtual-networks/")
			d.addNode("/id/virtual-networks", "")
		},
	},
}

// aTarget0 is the target that lost its instance.
func aTarget0(d *document) string {
	return d.find("route_target", func(_ string, row map[string]cell) bool {
		for column := range row {
			if strings.HasPrefix(column, "backref:") {
				return false
			}
		}
		return true
	})
}

// userTarget gives a network a route target of a user.
func userTarget(d *document, name string) {
	t := d.find("route_target", func(n string, _ map[string]cell) bool { return strings.HasSuffix(n, ":100") })
	d.copyOf(t, stranger, name)
	d.refer(anInstance(d), stranger)
}
