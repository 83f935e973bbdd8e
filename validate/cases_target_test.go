package validate

var casesOfTarget = []ruleCase{
	{
		rule:   "B-TGT-1",
		change: func(d *document) { delete(d.keyspaces, "dm_keyspace") },
		near:   func(d *document) { d.keyspaces["dm_keyspace"] = map[string]map[string]map[string]cell{} },
	},
	{
		rule:   "B-TGT-2",
		change: func(d *document) { delete(d.keyspaces["to_bgp_keyspace"], "route_target_table") },
		also:   "M-RTID-6",
		near:   func(d *document) { delete(d.keyspaces["to_bgp_keyspace"], "service_chain_table") },
	},
	{
		rule:   "B-TGT-3",
		change: func(d *document) { d.keyspaces["system_auth"] = map[string]map[string]map[string]cell{} },
		near:   func(d *document) { d.keyspaces["my_keyspace"] = map[string]map[string]map[string]cell{} },
	},
	{
		rule:   "B-TGT-4",
		change: func(d *document) { d.keyspaces["c1_dm_keyspace"] = map[string]map[string]map[string]cell{} },
		near:   func(d *document) { d.keyspaces["c1_other"] = map[string]map[string]map[string]cell{} },
	},
	{rule: "B-TGT-5", change: nothing, target: &Target{ClusterID: "c2", HasClusterID: true}, also: "B-TGT-8", near: func(d *document) {
		for i := range d.nodes {
			d.nodes[i].path = "c2" + d.nodes[i].path
		}
	}},
	{
		rule: "B-TGT-6", change: nothing, target: &Target{HasContent: true, Filled: []string{"svc_monitor_keyspace/service_instance_table", "zk:/zookeeper"}},
		near: func(d *document) { delete(d.keyspaces, "svc_monitor_keyspace") },
	},
	{
		rule: "B-TGT-7", change: func(d *document) {
			d.keyspaces["useragent"]["old_table"] = map[string]map[string]cell{}
		},
		target: &Target{Tables: []string{"useragent/useragent_keyval_table"}}, near: nothing,
	},
	{rule: "B-TGT-8", change: func(d *document) {
		for i := range d.nodes {
			d.nodes[i].path = "c2" + d.nodes[i].path
		}
	}, target: &Target{ClusterID: "c2", HasClusterID: true}, near: nothing, nearTarget: &Target{HasClusterID: true}},
	{rule: "B-TGT-9", change: nothing, target: &Target{CassandraVersion: "4.1.3"}, near: nothing, nearTarget: &Target{CassandraVersion: "3.11.19"}},
	{
		rule: "B-TGT-10",
		change: func(d *document) {
			d.nodes = append(d.nodes, node{path: "/alone", data: "x", stat: []int64{1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1}})
		},
		near: func(d *document) { d.addNode("/alone", "x") },
	},
	{rule: "B-TGT-11", change: nothing, near: func(d *document) {
		for _, tables := range d.keyspaces {
			for _, table := range tables {
				for _, row := range table {
					for column, c := range row {
						c.time = "1600000000000000"
						row[column] = c
					}
				}
			}
		}
	}},
}
