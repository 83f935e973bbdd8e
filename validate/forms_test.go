package validate

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/generate"
)

// TestGenerated holds consistent dumps to have nothing of warning or above.
func TestGenerated(t *testing.T) {
	for name, o := range map[string]generate.Options{
		"20000":       {Objects: 20_000, Seed: 3},
		"cluster id":  {Objects: 2000, Seed: 4, ClusterID: "c7", UnsortedColumns: true},
		"4-byte ASN":  {Objects: 2000, Seed: 5, FourByteASN: true, ClusterID: "c7", ZooKeeperFirst: true, Indent: 2},
		"alloc unit":  {Objects: 2000, Seed: 6, AllocUnit: 8, TokenOrder: true},
		"the least":   {Objects: generate.MinObjects, Seed: 7},
		"4-byte only": {Objects: 3000, Seed: 8, FourByteASN: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if _, err := generate.Write(&b, o); err != nil {
				t.Fatal(err)
			}
			list, s := findings(t, b.String(), Options{Now: referenceTime}, 0)
			if s.Worst() > Info || s.Incomplete != nil {
				t.Errorf("%v\n%s", s.Incomplete, lines(list))
			}
		})
	}
}

// TestSameAnswer validates damaged dumps in several spellings and budgets.
func TestSameAnswer(t *testing.T) {
	for _, c := range allCases() {
		switch c.rule {
		case "M-FQN-2", "M-RTBR-5", "M-IPA-8", "M-SGID-2", "B-REF-2", "B-PAR-9", "B-ZK-9", "B-SUB-1", "B-SHR-2", "B-ENC-8":
		default:
			continue
		}
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			d := newDocument(t)
			c.change(d)
			text := d.text()
			answer := func(text string, memory int64) string {
				list, _ := findings(t, text, Options{Now: referenceTime}, memory)
				for i := range list {
					list[i].Offset = 0
				}
				return lines(list)
			}
			want := answer(text, 0)
			if !strings.Contains(want, c.rule) {
				t.Fatalf("nothing found:\n%s", want)
			}
			var indented bytes.Buffer
			if err := json.Indent(&indented, []byte(text), "", "    "); err != nil {
				t.Fatal(err)
			}
			var compact bytes.Buffer
			if err := json.Compact(&compact, []byte(text)); err != nil {
				t.Fatal(err)
			}
			escaped := strings.Replace(text, `"type": [`, `"\u0074ype": [`, 100)
			for name, got := range map[string]string{
				"little memory": answer(text, 1<<20), "indented": answer(indented.String(), 0), "compact": answer(compact.String(), 0), "escaped": answer(escaped, 0),
			} {
				if got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
				}
			}
		})
	}
}

// FuzzValidate breaks dumps in any way: there must be an answer, and the same one twice.
func FuzzValidate(f *testing.F) {
	f.Add(`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"00000000-0000-0000-0000-000000000001": {"fq_name": ["[\"a\"]", 1], "type": ["\"virtual_network\"", 1]}}}}, "zookeeper": "[]"}`)
	f.Add(`{"zookeeper": "[[\"/api-server/subnets/a:b:c:10.0.0.0/24/0167772163/\", [\"x\", [1.5]]]]", "cassandra": {"useragent": {"useragent_keyval_table": {"a b/c": {"value": [null, -1]}}}}}`)
	f.Add(`{"cassandra": {"config_db_uuid": {"obj_fq_name_table": {"route_target": {"target:1:x:00000000-0000-0000-0000-000000000001": ["null", 1e3]}}, "obj_shared_table": {"x": {"global::y": ["7", 1]}}}}, "zookeeper": {"c": {"id": {"virtual-networks": {"1": ["n", [1]]}}}}}`)
	f.Add(`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"a": {"parent:x:a": ["null", 1], "ref:y:b": ["{\"attr\"", 1], "type": ["7", 1], "fq_name": ["[7]", 1]}}}, "to_bgp_keyspace": {"route_target_table": {"a:b": {"rtgt_num": ["99999999999999999999", 1]}}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		a, _ := findings(t, text, Options{Now: referenceTime, Compat: true}, 1<<20)
		b, _ := findings(t, text, Options{Now: referenceTime, Compat: true}, 0)
		if lines(a) != lines(b) {
			t.Errorf("%s\n%s", lines(a), lines(b))
		}
	})
}
