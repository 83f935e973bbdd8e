package validate

import "strings"

func aGroup(d *document) string { return d.first("service_group") }

func lastPart(d *document, uuid string) string {
	return d.name(uuid)[strings.LastIndexByte(d.name(uuid), ':')+1:]
}

func clustered(d *document, from int) {
	for i := range d.nodes[from:] {
		n := &d.nodes[from+i]
		n.path = "c1" + n.path
	}
}

var casesOfZooKeeper = []ruleCase{
	{
		rule:   "B-ENC-4",
		change: func(d *document) { d.addNode("/x/./y", "z") },
		near:   func(d *document) { d.addNode("/x/.y/é", "z") },
	},
	{
		rule:   "B-ZK-1",
		change: func(d *document) { d.addNode("/x/y", "z"); d.node("/x/y").stat[7] = 99 },
		near:   func(d *document) { d.addNode("/x/y", "z"); d.node("/x/y").stat[6] = 99 },
	},
	{
		rule:   "B-ZK-2",
		change: func(d *document) { d.addNode("/consumers/y", "z") },
		near:   func(d *document) { d.addNode("/x/consumers", "z") },
	},
	{
		rule: "B-ZK-3",
		change: func(d *document) {
			g := aGroup(d)
			d.copyOf(g, stranger, lastPart(d, g)+"/x")
			d.delNodes(d.lockOf(g) + "/")
			d.addNode(d.lockOf(stranger), stranger)
		},
		near: func(d *document) {
			g := aGroup(d)
			d.copyOf(g, stranger, lastPart(d, g)+"/x")
		},
	},
	{
		rule: "B-ZK-4",
		change: func(d *document) {
			d.addNode("/x/y/z", "1")
			d.addNode("/x/y", "2")
		},
		near: func(d *document) {
			d.addNode("/x/y", "2")
			d.addNode("/x/y/z", "1")
		},
	},
	{
		rule:   "B-ZK-5",
		change: func(d *document) { d.addNode("/x/y", "z"); d.node("/x/y").stat[8] = 9 },
		near:   func(d *document) { d.addNode("/x/y", "zé") },
	},
	{
		rule: "B-ZK-6",
		change: func(d *document) {
			d.copyOf(aGroup(d), stranger, "x/admin")
			d.delLock(stranger)
		},
		near: func(d *document) {
			d.copyOf(aGroup(d), stranger, "x/administrator")
			d.delLock(stranger)
		},
	},
	{
		rule:   "B-ZK-7",
		change: func(d *document) { d.addNode("/fq-name-to-uuid/service_group:a:b:c", stranger) },
		near:   func(d *document) { d.addNode("/fq-name-to-uuids/service_group:a:b:c", stranger) },
	},
	{
		rule:   "B-ZK-8",
		change: func(d *document) { d.delLock(aGroup(d)) },
		near: func(d *document) {
			d.copyOf(aGroup(d), stranger, "x//y/")
		},
	},
	{
		rule:   "B-ZK-9",
		change: func(d *document) { d.node(d.lockOf(aGroup(d))).set(stranger) },
		also:   "B-ZK-7",
		near:   func(d *document) { d.addNode("/fq-name-to-uuid/service_group:a:b:c", stranger) },
	},
	{
		rule:   "B-ZK-10",
		change: func(d *document) { d.addNode("/id/virtual-port-group/77", "vpg") },
		near:   func(d *document) { d.addNode("/id/virtual-port-group/0000000077", "vpg") },
	},
	{
		rule:   "B-ZK-11",
		change: func(d *document) { d.addNode("/id/sub-clusters/id", "") },
		near:   func(d *document) { d.addNode("/x/sub-clusters", "") },
	},
	{
		rule:   "B-ZK-12",
		change: func(d *document) { clustered(d, len(d.nodes)-1) },
		near:   func(d *document) { clustered(d, 0) },
	},
	{
		rule:   "B-ZK-13",
		change: func(d *document) { d.addNode("/id/bgp/route-targets/0008000100", "a:b:c:c") },
		near:   func(d *document) { d.addNode("/id/bgp/route-targets/type0/0008000100", "a:b:c:c") },
	},
	{
		rule:   "B-ZK-14",
		change: func(d *document) { d.delNodes("/id/security-groups/id/0000000000/") },
		near: func(d *document) {
			d.node("/id/security-groups/id/0000000000").path = "/id/security-groups/id/0000000000"
		},
	},
	{
		rule:   "B-ZK-15",
		change: func(d *document) { d.nodeBelow("/id/tags/values", d.name(d.first("tag"))).set("another") },
		near:   func(d *document) { d.delNodes("/id/tags/types/0000000003/") },
	},
	{
		rule: "B-ZK-16",
		change: func(d *document) {
			d.addNode("/id/virtual-port-group/0000000078", "x")
			d.addNode("/id/virtual-networks/0000000777", d.name(aNetwork(d)))
		},
		also: "M-VNID-2",
		near: func(d *document) { d.addNode("/id/virtual-networks/0000000777", strings.ToUpper(d.name(aNetwork(d)))) },
	},
}
