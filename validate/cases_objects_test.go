package validate

import (
	"strings"
)

const (
	stranger  = "0badc0de-0000-4000-8000-000000000001" // a uuid that no object has
	stranger2 = "0badc0de-0000-4000-8000-000000000002"
)

// other takes a name that begins with another one.
func aPolicy(d *document) string { return d.first("network_policy") }

var casesOfObjects = []ruleCase{
	{
		rule:   "M-MAND-1",
		change: func(d *document) { d.del(aPolicy(d), "prop:id_perms") },
		near:   func(d *document) { d.set(aPolicy(d), "prop:id_perms", "null") },
	},
	{
		rule: "M-ORPH-1",
		change: func(d *document) {
			p := aPolicy(d)
			parent := d.links(p, "parent:project:")[0]
			d.del(p, "parent:project:"+parent)
			d.del(parent, "children:network_policy:"+p)
			d.set(p, "parent:project:"+stranger, "null")
		},
		near: func(d *document) { d.set(d.first("domain"), "parent_type", `"config-root"`) },
	},
	{
		rule:   "M-FQN-1",
		change: func(d *document) { setIn(d.index("network_policy"), "a:b:c:"+stranger, "null") },
		also:   "M-FQN-4",
		near:   func(d *document) { d.set(aPolicy(d), "fq_name", "[]") },
	},
	{
		rule: "M-FQN-2",
		change: func(d *document) {
			p := aPolicy(d)
			delete(d.index("network_policy"), d.entryOf(p))
			setIn(d.index("network_policy"), "a:b:c:"+p, "null")
		},
		also: "M-FQN-4 M-FQN-5 B-FQN-1",
		near: func(d *document) {
			n := d.find("virtual_network", func(name string, _ map[string]cell) bool { return strings.Contains(name, "é") })
			quoteEntry(d, n)
		},
	},
	{
		rule:   "M-FQN-3",
		change: func(d *document) { d.del(aPolicy(d), "type") },
		also:   "M-MAND-1 M-FQN-4 B-ZK-7",
		near:   func(d *document) { d.set(aPolicy(d), "type", `"network_policyx"`) },
	},
	{
		rule:   "M-FQN-4",
		change: func(d *document) { setIn(d.index("network_policy"), d.name(aPolicy(d))+":"+stranger, "null") },
		also:   "M-FQN-1",
		near:   func(d *document) { setIn(d.index("network_policy"), "no uuid", "null") },
	},
	{
		rule:   "M-FQN-5",
		change: func(d *document) { delete(d.index("network_policy"), d.entryOf(aPolicy(d))) },
		near: func(d *document) {
			n := d.find("virtual_network", func(name string, _ map[string]cell) bool { return strings.Contains(name, "é") })
			quoteEntry(d, n)
		},
	},
	{
		rule:   "M-DUP-1",
		change: func(d *document) { twin(d, "prop:id_perms") },
		also:   "B-OBJ-9 B-STR-12",
		near: func(d *document) {
			twin(d, "prop:id_perms")
			d.del(stranger, "prop:id_perms")
		},
	},
	{
		rule:   "B-OBJ-1",
		change: func(d *document) { d.copyOf(aPolicy(d), "nouuid", "policy-x") },
		also:   "B-OBJ-5 B-FQN-2 M-FQN-5",
		near:   func(d *document) { d.copyOf(aPolicy(d), stranger, "policy-x") },
	},
	{
		rule:   "B-OBJ-2",
		change: func(d *document) { d.set(aPolicy(d), "type", `7`) },
		also:   "M-FQN-4 B-ZK-7",
		near:   func(d *document) { d.set(aPolicy(d), "type", `"network_policyx"`) },
	},
	{
		rule:   "B-OBJ-3",
		change: func(d *document) { d.set(aPolicy(d), "fq_name", `["a", 1]`) },
		also:   "M-FQN-4 B-ZK-7",
		near:   func(d *document) { d.set(aPolicy(d), "fq_name", `["a b", "c", "d"]`) },
	},
	{
		rule:   "B-OBJ-4",
		change: func(d *document) { d.rename(aPolicy(d), "x:y") },
		near:   func(d *document) { d.rename(aPolicy(d), "x/y") },
	},
	{
		rule:   "B-OBJ-5",
		change: func(d *document) { d.set(aPolicy(d), "ref:tag", `{"attr": null}`) },
		near:   func(d *document) { d.set(aPolicy(d), "propm:annotations:a:b:c", `{"key": "a:b:c", "value": "v"}`) },
	},
	{
		rule: "B-OBJ-6",
		change: func(d *document) {
			d.copyOf(aPolicy(d), stranger, "x")
			retype(d, stranger, "network_thing")
		},
		near: func(d *document) {
			d.copyOf(aPolicy(d), stranger, "x")
			retype(d, stranger, "service_group")
		},
	},
	{
		rule: "B-OBJ-7",
		change: func(d *document) {
			g := d.first("address_group")
			d.set(g, "propl:address_group_prefix:7", `{"ip_prefix": "10.9.0.0", "ip_prefix_len": 24}`)
		},
		near: func(d *document) {
			g := d.first("address_group")
			d.set(g, "propl:address_group_prefix:"+stranger, `{"ip_prefix": "10.9.0.0", "ip_prefix_len": 24}`)
		},
	},
	{
		rule:   "B-OBJ-8",
		change: func(d *document) { d.set(d.first("address_group"), "prop:address_group_prefix", `{"subnet": []}`) },
		near:   func(d *document) { d.set(aPolicy(d), "prop:annotations", `{"key_value_pair": []}`) },
	},
	{
		rule: "B-OBJ-9",
		change: func(d *document) {
			twin(d, "")
			delete(d.index("network_policy"), d.entryOf(stranger))
		},
		also: "M-FQN-5 B-ZK-9 B-STR-12",
		near: func(d *document) { d.copyOf(aPolicy(d), stranger, "policy-x") },
	},
	{
		rule:   "B-OBJ-10",
		change: func(d *document) { setIn(d.index("service_group"), d.entryOf(aPolicy(d)), "null") },
		also:   "M-FQN-4 B-FQN-3",
		near:   func(d *document) { setIn(d.index("service_group"), "a:b:c:"+stranger, "null") },
	},
	{
		rule: "B-FQN-1",
		change: func(d *document) {
			p := aPolicy(d)
			delete(d.index("network_policy"), d.entryOf(p))
			setIn(d.index("network_policy"), d.name(p)+"x:"+p, "null")
		},
		also: "M-FQN-2 M-FQN-4 M-FQN-5",
		near: func(d *document) { d.rename(aPolicy(d), "another") },
	},
	{
		rule:   "B-FQN-2",
		change: func(d *document) { setIn(d.index("network_policy"), "a:b:c", "null") },
		near:   func(d *document) { d.rename(aPolicy(d), "a:b") },
	},
	{
		rule: "B-FQN-3",
		change: func(d *document) {
			p := aPolicy(d)
			delete(d.index("network_policy"), d.entryOf(p))
			setIn(d.index("service_group"), d.entryOf(p), "null")
		},
		also: "M-FQN-4 M-FQN-5",
		near: func(d *document) { setIn(d.index("service_group"), "a:b:c:"+stranger, "null") },
	},
	{
		rule:   "B-SHR-1",
		change: func(d *document) { setIn(sharedRow(d), "tenant:x", "7") },
		near: func(d *document) {
			p := aPolicy(d)
			share(d, p, `"tenant:`+stranger+`"`, "tenant:"+stranger+":"+p)
		},
	},
	{
		rule:   "B-SHR-2",
		change: func(d *document) { setIn(sharedRow(d), "tenant:"+stranger+":"+aPolicy(d), "7") },
		near: func(d *document) {
			p := aPolicy(d)
			share(d, p, `"domain:`+stranger+`"`, "domain:"+stranger+":"+p)
		},
	},
	{
		rule:   "B-SCH-1",
		change: func(d *document) { d.set(aPolicy(d), "prop:no_such_property", "true") },
		near:   func(d *document) { d.set(d.first("virtual_network"), "prop:fabric_snat", "true") },
	},
	{
		rule:   "B-SCH-2",
		change: func(d *document) { d.remove(d.first("global_vrouter_config")) },
		near:   func(d *document) { d.remove(aPolicy(d)) },
	},
	{
		rule:   "B-TS-1",
		change: func(d *document) { retime(d, aPolicy(d), "prop:perms2", "1822000000000000") },
		near:   func(d *document) { retime(d, aPolicy(d), "prop:perms2", "1622600000000000") },
	},
	{
		rule:   "B-TS-2",
		change: func(d *document) { retime(d, aPolicy(d), "prop:perms2", "1579787888.1") },
		near:   func(d *document) { retime(d, aPolicy(d), "prop:perms2", "1000000000000000") },
	},
	{
		rule:   "B-TS-3",
		change: func(d *document) { retime(d, aPolicy(d), "prop:perms2", "-1600000000000000") },
		near:   func(d *document) { retime(d, aPolicy(d), "prop:perms2", "1600000000000000") },
	},
	{
		rule: "B-TS-4",
		change: func(d *document) {
			for _, table := range d.keyspaces["dm_keyspace"] {
				for _, row := range table {
					for column, c := range row {
						c.time = "1600000000000000"
						row[column] = c
					}
				}
			}
		},
		near: func(d *document) { delete(d.keyspaces, "svc_monitor_keyspace") },
	},
	{
		rule:   "B-TS-5",
		change: func(d *document) { d.sub(aPolicy(d), "prop:id_perms", `"created": "2`, `"created": "x`) },
		near:   func(d *document) { d.sub(aPolicy(d), "prop:id_perms", `"created": "2`, `"was_created": "x`) },
	},
	{
		rule:   "B-TS-6",
		change: func(d *document) { d.sub(aPolicy(d), "prop:id_perms", `"uuid_mslong": `, `"uuid_mslong": 1`) },
		near:   func(d *document) { d.sub(aPolicy(d), "prop:id_perms", `"uuid": {`, `"uuid_was": {`) },
	},
	{
		rule:   "B-TS-7",
		change: func(d *document) { d.del(aPolicy(d), "META:latest_col_ts") },
		near:   func(d *document) { d.set(aPolicy(d), "META:other", "null") },
	},
	{
		rule:   "X-GSC",
		change: func(d *document) { d.del(d.first("global_system_config"), "prop:autonomous_system") },
		near:   func(d *document) { d.set(d.first("global_system_config"), "prop:autonomous_system", `65000`) },
	},
	{
		rule:   "B-ENC-3",
		change: func(d *document) { d.rename(d.first("service_group"), "a\tb") },
		also:   "B-ENC-4",
		near:   func(d *document) { d.rename(d.first("service_group"), `a\tb`) },
	},
	{
		rule:   "B-ENC-5",
		change: func(d *document) { d.set(aPolicy(d), "prop:network_policy_entries", `{"policy_rule": [}`) },
		near:   func(d *document) { d.set(aPolicy(d), "prop:network_policy_entries", ` {"policy_rule" : [ ] } `) },
	},
	{
		rule: "B-ENC-6",
		change: func(d *document) {
			p := aPolicy(d)
			d.set(p, "prop:perms2", quote(d.row(p)["prop:perms2"].value))
		},
		near: func(d *document) { d.set(aPolicy(d), "prop:display_name", `"{\"a\": 1}"`) },
	},
	{
		rule: "B-ENC-7",
		change: func(d *document) {
			quoteEntry(d, d.find("virtual_network", func(name string, _ map[string]cell) bool { return strings.Contains(name, "é") }))
		},
		near: func(d *document) { d.rename(d.first("service_group"), "a%C3%A9+b") },
	},
	{
		rule: "B-ENC-8",
		change: func(d *document) {
			g := d.first("service_group")
			d.rename(g, "caf\u00e9")
			d.copyOf(g, stranger, "cafe\u0301")
		},
		near: func(d *document) {
			g := d.first("service_group")
			d.rename(g, "caf\u00e9")
			d.copyOf(g, stranger, "caf\u00e8")
		},
	},
	{
		rule:   "B-ENC-9",
		change: func(d *document) { d.set(aPolicy(d), "propm:annotations:"+strings.Repeat("k", 70000), `{"key": "k"}`) },
		near:   func(d *document) { d.set(aPolicy(d), "propm:annotations:"+strings.Repeat("k", 60000), `{"key": "k"}`) },
	},
	{
		rule: "B-ENC-10",
		change: func(d *document) {
			d.set(aPolicy(d), "prop:network_policy_entries", `{"policy_rule": [{"n": 9007199254740993}]}`)
		},
		near: func(d *document) {
			d.set(aPolicy(d), "prop:network_policy_entries", `{"policy_rule": [{"n": 9007199254740992, "x": "99999999999999999999", "f": 99999999999999999999.5, "g": [0.30000000000000004, -0.12345678901234567]}]}`)
		},
	},
}

// quoteEntry writes the entry of an object percent-encoded.
func quoteEntry(d *document, uuid string) {
	typ := d.typ(uuid)
	delete(d.index(typ), d.entryOf(uuid))
	setIn(d.index(typ), quoteName(d.name(uuid))+":"+uuid, "null")
}

// quoteName is Python's quote_plus.
func quoteName(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-~", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}

// twin makes a second policy of the name of the first.
func twin(d *document, _ string) {
	p := aPolicy(d)
	name := d.name(p)
	d.copyOf(p, stranger, name[strings.LastIndexByte(name, ':')+1:])
}

// retype gives an object another type everywhere.
func retype(d *document, uuid, typ string) {
	d.forget(uuid)
	old := d.typ(uuid)
	d.set(uuid, "type", `"`+typ+`"`)
	for _, row := range d.objects() {
		for column, c := range row {
			if kind, ok := strings.CutSuffix(column, ":"+old+":"+uuid); ok {
				delete(row, column)
				row[kind+":"+typ+":"+uuid] = c
			}
		}
	}
	for column := range d.row(uuid) {
		if strings.HasPrefix(column, "ref:") || strings.HasPrefix(column, "prop:network") || strings.HasPrefix(column, "prop:service") {
			delete(d.row(uuid), column)
		}
	}
	if d.index(typ) == nil {
		d.keyspaces[objectKeyspace][nameTable][typ] = map[string]cell{}
	}
	setIn(d.index(typ), d.entryOf(uuid), "null")
	d.addNode(d.lockOf(uuid), uuid)
}

func sharedRow(d *document) map[string]cell {
	table := d.keyspaces[objectKeyspace][sharedTable]
	if table["network_policy"] == nil {
		table["network_policy"] = map[string]cell{}
	}
	return table["network_policy"]
}

func share(d *document, uuid, tenant, column string) {
	d.sub(uuid, "prop:perms2", `"share": [`, `"share": [{"tenant": `+tenant+`, "tenant_access": 5}`)
	setIn(sharedRow(d), column, "5")
}

func retime(d *document, uuid, column, time string) {
	c := d.row(uuid)[column]
	c.time = time
	d.row(uuid)[column] = c
}
