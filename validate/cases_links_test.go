package validate

import "strings"

// aTagged returns a reference that is plain: from a port to its security group.
func aReference(d *document) (from, to string) {
	from = d.find("virtual_machine_interface", func(_ string, row map[string]cell) bool {
		for column := range row {
			if strings.HasPrefix(column, "ref:security_group:") {
				return true
			}
		}
		return false
	})
	return from, d.links(from, "ref:security_group:")[0]
}

func parentOf(d *document, uuid string) (typ, parent string) {
	for column := range d.row(uuid) {
		if rest, ok := strings.CutPrefix(column, "parent:"); ok {
			typ, parent, _ = strings.Cut(rest, ":")
			return typ, parent
		}
	}
	d.Fatalf("%s has no parent", uuid)
	return "", ""
}

var casesOfLinks = []ruleCase{
	{
		rule:   "B-PAR-1",
		change: func(d *document) { d.del(aPolicy(d), "parent_type") },
		near:   func(d *document) { d.set(d.first("domain"), "parent_type", `""`) },
	},
	{
		rule: "B-PAR-2",
		change: func(d *document) {
			p := aPolicy(d)
			domain := d.first("domain")
			d.set(p, "parent:domain:"+domain, "null")
			d.set(domain, "children:network_policy:"+p, "null")
		},
		also: "B-PAR-7 B-SCH-1",
		near: func(d *document) { d.set(d.first("domain"), "children:project:"+stranger, "null") },
	},
	{
		rule: "B-PAR-3",
		change: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.del(p, "parent:project:"+parent)
			d.set(p, "parent:domain:"+parent, "null")
			d.set(p, "parent_type", `"domain"`)
		},
		also: "B-SCH-1",
		near: func(d *document) { d.set(aPolicy(d), "parent_type", `"Project"`) },
	},
	{
		rule: "B-PAR-4",
		change: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.del(parent, "children:network_policy:"+p)
		},
		near: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.set(parent, "children:network_policy:"+p, "7")
		},
	},
	{
		rule: "B-PAR-5",
		change: func(d *document) {
			d.set(d.named("project", "default-domain:default-project"), "children:network_policy:"+aPolicy(d), "null")
		},
		near: func(d *document) { d.copyOf(aPolicy(d), stranger, "x") },
	},
	{
		rule:   "B-PAR-6",
		change: func(d *document) { d.set(d.first("domain"), "children:project:"+stranger, "null") },
		near:   func(d *document) { d.copyOf(aPolicy(d), stranger, "x") },
	},
	{
		rule: "B-PAR-7",
		change: func(d *document) {
			p := aPolicy(d)
			d.forget(p)
			d.set(p, "fq_name", `["default-domain", "elsewhere", "policy"]`)
			setIn(d.index("network_policy"), d.entryOf(p), "null")
			d.addNode(d.lockOf(p), p)
		},
		near: func(d *document) { d.rename(aPolicy(d), "another") },
	},
	{
		rule: "B-PAR-8",
		change: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.del(p, "parent:project:"+parent)
			d.del(parent, "children:network_policy:"+p)
			d.set(p, "parent:network_policy:"+p, "null")
			d.set(p, "parent_type", `"network-policy"`)
		},
		also: "B-SCH-1",
		near: func(d *document) { d.copyOf(aPolicy(d), stranger, "x") },
	},
	{
		rule: "B-PAR-9",
		change: func(d *document) {
			network := d.find("virtual_network", func(name string, _ map[string]cell) bool { return strings.HasSuffix(name, ":dci-network") })
			_, parent := parentOf(d, network)
			d.del(parent, "children:virtual_network:"+network)
			d.del(network, "parent:project:"+parent)
			d.set(network, "parent:project:"+stranger, "null")
		},
		also: "M-ORPH-1",
		near: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.del(parent, "children:network_policy:"+p)
			d.del(p, "parent:project:"+parent)
			d.set(p, "parent:project:"+stranger, "null")
		},
	},
	{
		rule: "B-PAR-10",
		change: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.del(parent, "children:network_policy:"+p)
			d.del(p, "parent:project:"+parent)
			d.del(p, "parent_type")
			d.set(p, "parent:project:"+stranger, "null")
		},
		also: "B-PAR-1",
		near: func(d *document) {
			p := aPolicy(d)
			_, parent := parentOf(d, p)
			d.del(parent, "children:network_policy:"+p)
			d.del(p, "parent:project:"+parent)
			d.set(p, "parent:project:"+stranger, "null")
		},
	},
	{
		rule: "B-REF-1",
		change: func(d *document) {
			from, _ := aReference(d)
			d.set(from, "ref:security_group:"+stranger, `{"attr": null}`)
		},
		near: func(d *document) { d.set(aPolicy(d), "relaxbackref:"+stranger, "null") },
	},
	{
		rule: "B-REF-2",
		change: func(d *document) {
			from, to := aReference(d)
			d.del(to, "backref:virtual_machine_interface:"+from)
		},
		near: func(d *document) { bothWays(d) },
	},
	{
		rule: "B-REF-3",
		change: func(d *document) {
			_, to := aReference(d)
			d.set(to, "backref:virtual_machine_interface:"+stranger, `{"attr": null}`)
		},
		near: func(d *document) { d.set(aPolicy(d), "relaxbackref:"+stranger, "null") },
	},
	{
		rule: "B-REF-4",
		change: func(d *document) {
			from, to := aReference(d)
			d.del(from, "ref:security_group:"+to)
		},
		near: func(d *document) {
			a, b := bothWays(d)
			d.set(b, "backref:bgp_router:"+a, d.row(a)["ref:bgp_router:"+b].value)
		},
	},
	{
		rule: "B-REF-5",
		change: func(d *document) {
			from, to := aReference(d)
			d.del(from, "ref:security_group:"+to)
			d.set(from, "ref:network_policy:"+to, `{"attr": null, "is_weakref": false}`)
		},
		also: "B-REF-4 B-SCH-1",
		near: func(d *document) { d.refer(aPolicy(d), d.first("tag")) },
	},
	{
		rule: "B-REF-6",
		change: func(d *document) {
			from, to := aReference(d)
			d.set(from, "ref:security_group:"+to, `{"attr": {"x": 1}, "is_weakref": false}`)
		},
		near: func(d *document) {
			from, to := aReference(d)
			d.set(from, "ref:security_group:"+to, `{"is_weakref":false,"attr":null}`)
		},
	},
	{
		rule: "B-REF-7",
		change: func(d *document) {
			from, to := aReference(d)
			d.set(from, "ref:security_group:"+to, `null`)
			d.set(to, "backref:virtual_machine_interface:"+from, `null`)
		},
		near: func(d *document) {
			from, to := aReference(d)
			d.set(from, "ref:security_group:"+to, `{"attr": null}`)
			d.set(to, "backref:virtual_machine_interface:"+from, `{"attr": null}`)
		},
	},
	{
		rule: "B-REF-8",
		change: func(d *document) {
			r := d.first("bgp_router")
			d.set(r, "ref:bgp_router:"+r, `{"attr": null}`)
		},
		near: func(d *document) { bothWays(d) },
	},
	{
		rule:   "B-REF-9",
		change: func(d *document) { d.set(aPolicy(d), "relaxbackref:"+stranger, "null") },
		near:   func(d *document) { d.refer(aPolicy(d), d.first("tag")) },
	},
	{
		rule:   "B-REF-10",
		change: func(d *document) { manyBackrefs(d, 100_001) },
		also:   "B-REF-3",
		near:   func(d *document) { manyBackrefs(d, 99_000) },
	},
}

// bothWays makes two BGP routers refer to each other, each with ref:, as objects of one type do.
func bothWays(d *document) (a, b string) {
	list := d.all("bgp_router")
	a, b = list[0], list[1]
	value := `{"attr": {"session": []}, "is_weakref": false}`
	d.set(a, "ref:bgp_router:"+b, value)
	d.set(b, "ref:bgp_router:"+a, value)
	return a, b
}

// manyBackrefs gives a tag many back-references, to objects that don't exist.
func manyBackrefs(d *document, n int) {
	tag := d.first("tag")
	for i := range n {
		hex := "00000000" + strings.ToLower(string("0123456789abcdef"[i%16])+string("0123456789abcdef"[i/16%16])+
			string("0123456789abcdef"[i/256%16])+string("0123456789abcdef"[i/4096%16])+string("0123456789abcdef"[i/65536%16]))
		d.set(tag, "backref:project:0badc0de-0000-4000-9000-"+hex[len(hex)-12:], `{"attr": null, "is_weakref": false}`)
	}
}
