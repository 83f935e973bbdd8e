package validate

import "strings"

func replaced(old, new string) func(*document) {
	return func(d *document) {
		d.after = func(text string) string {
			if !strings.Contains(text, old) {
				d.Fatalf("no %s", old)
			}
			return strings.Replace(text, old, new, 1)
		}
	}
}

func rawCell(d *document, raw string) {
	c := d.row(aPolicy(d))["prop:display_name"]
	c.raw = raw
	d.row(aPolicy(d))["prop:display_name"] = c
}

func nothing(*document) {}

var casesOfStructure = []ruleCase{
	{rule: "B-STR-1", change: replaced(`"zookeeper": `, `"zookeeper"; `), near: nothing, incomplete: true},
	{
		rule:       "B-STR-2",
		change:     func(d *document) { d.after = func(text string) string { return text[:len(text)-1000] } },
		near:       func(d *document) { d.after = func(text string) string { return text + "\n" } },
		incomplete: true,
	},
	{
		rule:       "B-STR-3",
		change:     func(d *document) { d.after = func(string) string { return `{"zookeeper": "[]"}` } },
		near:       func(d *document) { d.members["other"] = "{}" },
		incomplete: true,
	},
	{
		rule:   "B-STR-4",
		change: func(d *document) { d.zk = "7" },
		also:   "B-STR-6 X-ZKPATH M-IPA-10 M-IPA-12 M-RTBR-1 M-RTID-4 M-RTID-5 M-SGID-4 M-VNID-3 B-AE-1",
		near:   func(d *document) { d.zk = "{}" },
	},
	{rule: "B-STR-5", change: func(d *document) { d.zk = `"nothing"` }, near: func(d *document) { d.zk = `""` }, incomplete: true},
	{
		rule:   "B-STR-6",
		change: func(d *document) { d.zk = `"[]"` },
		also:   "X-ZKPATH M-IPA-10 M-IPA-12 M-RTBR-1 M-RTID-4 M-RTID-5 M-SGID-4 M-VNID-3 B-AE-1",
		near:   func(d *document) { d.nodes = d.nodes[:1] },
	},
	{
		rule:   "B-STR-7",
		change: func(d *document) { rawCell(d, `{}`) },
		near:   func(d *document) { rawCell(d, `["\"x\"" , 1600000000000000]`) },
	},
	{
		rule:   "B-STR-8",
		change: func(d *document) { rawCell(d, `[7, 1600000000000000]`) },
		near:   func(d *document) { rawCell(d, `["7", 1600000000000000]`) },
	},
	{rule: "B-STR-9", change: func(d *document) { d.members["other"] = "{}" }, near: func(d *document) { d.members["dumptool"] = "{}" }},
	{
		rule:   "B-STR-10",
		change: func(d *document) { d.nodes = append(d.nodes, node{raw: `["/x/y", "z"]`}) },
		near:   func(d *document) { d.nodes = append(d.nodes, node{raw: `["/x/y",["z",[1,1,1,1,0,0,0,0,1,0,1]]]`}) },
	},
	{
		rule:   "B-STR-11",
		change: func(d *document) { d.after = func(text string) string { return twice(text, `"META:latest_col_ts": `) } },
		near:   replaced(`"META:latest_col_ts": `, `"META:latest_col_t\u0073": `),
	},
	{
		rule:   "B-STR-12",
		change: func(d *document) { n := d.nodes[3]; n.path = "/" + n.path; d.nodes = append(d.nodes, n) },
		also:   "B-ENC-4",
		near:   func(d *document) { d.addNode("/x/y", "z") },
	},
	{
		rule: "B-STR-13",
		change: func(d *document) {
			d.after = func(text string) string {
				return strings.Replace(text, `{"cassandra": {`, `{"cassandra": {"dm_keyspace_dm_pr_ae_id_table": {}, `, 1)
			}
		},
		near: func(d *document) { d.keyspaces["my_dm_pr_ae_id_table"] = map[string]map[string]map[string]cell{} },
	},
	{
		rule:   "B-STR-14",
		change: func(d *document) { d.after = func(text string) string { return "\ufeff" + text } },
		near:   func(d *document) { d.after = func(text string) string { return " \r\n" + text } },
	},
	{
		rule:   "B-STR-15",
		change: func(d *document) { d.objects()[stranger] = map[string]cell{} }, // and no object
		near: func(d *document) { // neither a table without rows, nor a row whose only cell can't be read
			d.keyspaces["dm_keyspace"]["dm_pnf_resource_table"] = map[string]map[string]cell{}
			d.objects()[stranger] = map[string]cell{"x": {raw: "5"}}
		},
	},
	{
		rule:   "B-STR-16",
		change: func(d *document) { d.keyspaces["dm_keyspace"]["pool_table"] = map[string]map[string]cell{} },
		near:   func(d *document) { d.keyspaces["dm_keyspace"]["dm_pnf_resource_table"] = map[string]map[string]cell{} },
	},
	{
		rule: "B-ENC-1",
		change: func(d *document) {
			rawCell(d, "[\"\\\"\xff\\\"\", 1600000000000000]")
		},
		near: func(d *document) { rawCell(d, "[\"\\\"\u00ff\\\"\", 1600000000000000]") },
	},
	{
		rule:   "B-ENC-2",
		change: func(d *document) { rawCell(d, `["\"\ud800\"", 1600000000000000]`) },
		near:   func(d *document) { rawCell(d, `["\"\ud83d\ude80\"", 1600000000000000]`) },
	},
}

// twice repeats the first member with a name.
func twice(text, name string) string {
	i := strings.Index(text, name)
	j := i + strings.IndexByte(text[i:], ']') + 1
	return text[:j] + ", " + text[i:j] + text[j:]
}
