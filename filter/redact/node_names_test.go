package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/filter/redact"
)

// TestNodeNames checks that a name of many words is the same in nodes of numbers as in the index.
func TestNodeNames(t *testing.T) {
	const name, uuid = "default-domain:Team Blue of Floor 12:the net - for all of us", "6453a2da-9956-4912-9825-591cd8025238"
	for _, path := range []string{
		"/id/virtual-networks/0000000005/", "/id/security-groups/id/0000000005/", "/id/bgp/route-targets/type0/0008000005/",
		"/id/bgp/route-targets/0008000005/", "/c7/id/virtual-networks/0000000005/", "/id/sub-clusters/id/0000000005/",
	} {
		nodes := marshal([]any{[]any{path, []any{name, []int{1, 2, 3, 4, 5, 6, 7, 0, len(name), 0, 11}}}})
		out, _ := apply(t, marshal(map[string]any{
			"cassandra": map[string]any{"config_db_uuid": map[string]any{"obj_fq_name_table": map[string]any{
				"virtual_network": map[string]any{name + ":" + uuid: []any{"null", 1}},
			}}},
			"zookeeper": nodes,
		}), redact.Options{Profile: redact.Anonymous})
		var after struct {
			Cassandra map[string]map[string]map[string]map[string]any
			ZooKeeper string
		}
		if err := json.Unmarshal([]byte(out), &after); err != nil {
			t.Fatal(err)
		}
		for column := range after.Cassandra["config_db_uuid"]["obj_fq_name_table"]["virtual_network"] {
			want := strings.TrimSuffix(column, ":"+uuid)
			if want == name || strings.Count(want, ":") != 2 || !strings.Contains(after.ZooKeeper, `["`+want+`", `) {
				t.Errorf("%s: %q in the index, and %s", path, want, after.ZooKeeper)
			}
		}
	}
}
