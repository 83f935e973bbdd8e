package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

func mustRef(t *testing.T, text string) Ref {
	t.Helper()
	ref, err := ParseRef(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return ref
}

func get(t *testing.T, d *dump.Dump, ref string) *Found {
	t.Helper()
	f, err := Get(background, d, mustRef(t, ref))
	if err != nil {
		t.Fatalf("%s: %v", ref, err)
	}
	return f
}

func viewOf(t *testing.T, f *Found, v View) map[string]any {
	t.Helper()
	var b bytes.Buffer
	if cut, err := f.WriteJSON(&b, v); err != nil || cut {
		t.Fatalf("%s: cut %v, %v", f.Path, cut, err)
	}
	var m map[string]any
	if err := json.Unmarshal(b.Bytes(), &m); err != nil {
		t.Fatalf("%s: %v in %s", f.Path, err, b.Bytes())
	}
	return m
}

func rawOf(t *testing.T, f *Found) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Raw(&b); err != nil {
		t.Fatalf("%s: %v", f.Path, err)
	}
	return b.String()
}

func TestRefs(t *testing.T) {
	for text, want := range map[string]Ref{
		net1:                                     {UUID: net1},
		"2B42":                                   {UUID: "2b42"},
		"11111111-":                              {UUID: "11111111-"},
		"virtual-network:d:p:n/1":                {Type: "virtual_network", Name: "d:p:n/1"},
		"virtual_machine:" + port:                {Type: "virtual_machine", Name: port},
		"ks/t/a:b":                               {Path: dump.Path{Level: dump.AtRow, Keyspace: "ks", Table: "t", Row: "a:b"}},
		"ks/t/r/prop:x":                          {Path: dump.Path{Level: dump.AtColumn, Keyspace: "ks", Table: "t", Row: "r", Column: "prop:x"}},
		"zk:/id/a":                               {Path: dump.Path{Level: dump.AtZNode, Node: "/id/a"}},
		"zk:id":                                  {Path: dump.Path{Level: dump.AtZNode, Node: "/id"}},
		"deadbeef-dead-beef-dead-beefdeadbeef:x": {Type: "deadbeef_dead_beef_dead_beefdeadbeef", Name: "x"},
	} {
		want.Text = text
		if got, err := ParseRef(text); err != nil || got != want {
			t.Errorf("%s is %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "config_db_uuid", "ks/t", "ks/", ":x", "x:", "net 1", "1111111111", "ks/t/r/c/d", "zk:%z"} {
		if ref, err := ParseRef(text); err == nil {
			t.Errorf("%q is accepted as %+v", text, ref)
		}
	}
}

func TestGetFinds(t *testing.T) {
	const objects = "config_db_uuid/obj_uuid_table/"
	// A scalar member of the top level leaves no outline to go by.
	full := strings.Replace(small, `{"cassandra"`, `{"x": 1, "cassandra"`, 1)
	all := forms(t, small)
	for name, d := range forms(t, full) {
		all["full "+name] = d
	}
	for ref, want := range map[string]string{
		net1:                                 objects + net1,
		"2222":                               objects + port,
		"1111111":                            objects + net1,
		"11112":                              objects + net2,
		"virtual-network:d:p:nét":            objects + net1, // quoted in the index
		"virtual_network:d%3Ap%3An%C3%A9t":   objects + net1,
		"virtual-network:d:p:a:b":            objects + net2,
		"virtual_machine_interface:d:p:port": objects + port,   // another name in the index
		"physical-router:r":                  objects + router, // not in the index
		objects + ghost:                      objects + ghost,
		"dm_keyspace/dm_pr_asn_table/" + router + "/asn":    "dm_keyspace/dm_pr_asn_table/" + router + "/asn",
		"useragent/useragent_keyval_table/%/%":              "useragent/useragent_keyval_table/%/%",
		"useragent/useragent_keyval_table/vn 10.0.0.0%2F24": "useragent/useragent_keyval_table/vn 10.0.0.0%2F24",
		"useragent/useragent_keyval_table/ab":               "useragent/useragent_keyval_table/ab", // spelled with an escape
		"zk:/id/x y/a%25b":                                  "zk:/id/x y/a%25b",
		"zk:fq-name-to-uuid/virtual_network:d:p:nét/":       "zk:/fq-name-to-uuid/virtual_network:d:p:nét",
	} {
		for name, d := range all {
			f, err := Get(background, d, mustRef(t, ref))
			if err != nil || f.Path.String() != want {
				t.Errorf("%s, %s: %v, %v, want %s", name, ref, f, err, want)
			}
		}
	}
	for ref, near := range map[string]string{
		ghost[:20] + "4":                     "[]",
		"ffff":                               "[]",
		"virtual-network:d:p:gone":           "[]", // a stale index column
		"virtual-network:d:p:a:bb":           "[virtual_network:d:p:a:b]",
		"virtual-netwrk:d:p:a:b":             "[virtual_network:d:p:a:b]",
		"virtual_machine_interface:d:p:porz": "[virtual_machine_interface:d:p:port]",
		objects + "x":                        "[]",
		"useragent/useragent_keyval_tabl/x":  "[useragent/useragent_keyval_table]",
		objects + net1 + "/prop:display_nam": "[" + objects + net1 + "/prop:display_name]",
		"zk:/id/virtual-networks":            "[]",
		"zk:/id/virtual-networks/0000000007": "[zk:/id/virtual-networks/0000000004 zk:/id/virtual-networks/0000000005]",
	} {
		for name, d := range all {
			f, err := Get(background, d, mustRef(t, ref))
			var missing *NotFound
			if !errors.As(err, &missing) || fmt.Sprint(missing.Near) != near {
				t.Errorf("%s, %s: %v, %v, near %+v, want %s", name, ref, f, err, missing, near)
			}
		}
	}
	for name, d := range all {
		_, err := Get(background, d, mustRef(t, "1111"))
		var several *Ambiguous
		if !errors.As(err, &several) || several.Many != 2 || fmt.Sprint(several.What) != "["+net1+" "+net2+"]" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What can't be told from the outline is left to a full check.
func TestGetInDamagedDumps(t *testing.T) {
	for name, damage := range map[string][2]string{
		"key twice":            {`"` + ghost + `"`, `"` + net1 + `"`},
		"key twice, escaped":   {`"` + ghost + `"`, `"\u0031` + net1[1:] + `"`},
		"cut off":              {`"[]`, ``},
		"bad escape elsewhere": {`bare`, `b\are`},
		"bad UTF-8 elsewhere":  {`bare`, "b\xffre"},
		"table twice":          {`"empty": {}`, `"obj_uuid_table": {}`},
		"row is no object":     {`"nothing": {}`, `"nothing": {"t": {"k": []}}`},
		"rest after it":        {"}\n", "} 1\n"},
	} {
		text := small
		if i := strings.LastIndex(text, damage[0]); damage[1] == "" {
			text = text[:len(text)-10]
		} else if i < 0 {
			t.Fatal(name)
		} else {
			text = text[:i] + damage[1] + text[i+len(damage[0]):]
		}
		for _, ref := range []string{net1, router, "ffff", "virtual-network:d:p:nét", "zk:/id/x y/a%25b", "zk:/nosuch", "dm_keyspace/dm_pr_asn_table/" + router} {
			f, err := Get(background, open(t, text, dump.Options{}), mustRef(t, ref))
			var p *dump.Problem
			if !errors.As(err, &p) {
				t.Errorf("%s, %s: %v, %v", name, ref, f, err)
			}
		}
	}
	// Damage inside of another row is not looked for; in the row itself, and
	// where nothing is found, it is.
	text := strings.Replace(small, `["{}", 1600000000000009]`, `["{}" 1600000000000009]`, 1)
	if _, err := Get(background, open(t, text, dump.Options{}), mustRef(t, net1)); err != nil {
		t.Error(err)
	}
	var p *dump.Problem
	if _, err := Get(background, open(t, text, dump.Options{}), mustRef(t, "ffff")); !errors.As(err, &p) {
		t.Error(err)
	}
	f := get(t, open(t, text, dump.Options{}), ghost)
	if _, err := f.WriteJSON(new(bytes.Buffer), View{}); !errors.As(err, &p) {
		t.Error(err)
	}
}

func TestObjectView(t *testing.T) {
	f := get(t, open(t, small, dump.Options{}), net1)
	m := viewOf(t, f, View{Names: true, Schema: GetSchema})
	want := map[string]any{
		"schema": GetSchema, "uuid": net1, "type": "virtual_network", "fq_name": []any{"d", "p", "nét"},
		"parent": map[string]any{"type": "project", "uuid": nil, "fq_name": nil},
		"props":  map[string]any{"display_name": "nét", "flags": true},
		"refs":   map[string]any{}, "children": map[string]any{},
		"backrefs": map[string]any{"virtual_machine_interface": []any{map[string]any{"uuid": port, "fq_name": []any{"d", "p", "port"}, "attr": nil}}},
		"extra":    map[string]any{"weird/name%": "not JSON"}, "not_json": []any{"weird/name%"},
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("%v\nwant\n%v", m, want)
	}
	m = viewOf(t, get(t, open(t, small, dump.Options{}), port), View{})
	refs := m["refs"].(map[string]any)["virtual_network"].([]any)
	if len(refs) != 2 || refs[0].(map[string]any)["fq_name"] != nil {
		t.Errorf("without names: %v", refs)
	}
	m = viewOf(t, get(t, open(t, small, dump.Options{}), port), View{Names: true})
	refs = m["refs"].(map[string]any)["virtual_network"].([]any)
	if fmt.Sprint(refs[0].(map[string]any)["fq_name"]) != "[d p nét]" || refs[1].(map[string]any)["fq_name"] != nil {
		t.Errorf("with names: %v", refs)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	const node = "zk:/id/virtual-networks/0000000005"
	for _, ref := range []string{router, "config_db_uuid/obj_uuid_table/" + router + "/prop:physical_router_user_credentials", node} {
		f := get(t, open(t, small, dump.Options{}), ref)
		for _, mask := range []bool{false, true} {
			text := fmt.Sprint(viewOf(t, f, View{Mask: mask}))
			if strings.Contains(text, "hunter2") == mask || strings.Contains(text, contrail.Masked) != mask {
				t.Errorf("%s, mask %v: %s", ref, mask, text)
			}
		}
		if raw := rawOf(t, f); !strings.Contains(raw, "hunter2") {
			t.Errorf("%s: %s", ref, raw)
		}
	}
}

func TestOtherViews(t *testing.T) {
	d := open(t, small, dump.Options{})
	row := viewOf(t, get(t, d, "useragent/useragent_keyval_table/ab"), View{})
	want := map[string]any{
		"keyspace": "useragent", "table": "useragent_keyval_table", "key": "ab",
		"columns": map[string]any{
			"c": map[string]any{"value": "bare", "timestamp": nil},
			"d": map[string]any{"value": []any{1., map[string]any{"k": "v"}}, "timestamp": 8.},
			"e": map[string]any{"value": "x", "timestamp": 9.},
		},
	}
	if !reflect.DeepEqual(row, want) {
		t.Errorf("%v\nwant\n%v", row, want)
	}
	column := viewOf(t, get(t, d, "dm_keyspace/dm_pr_asn_table/"+router+"/asn"), View{Schema: GetSchema})
	want = map[string]any{"schema": GetSchema, "keyspace": "dm_keyspace", "table": "dm_pr_asn_table", "key": router, "column": "asn", "value": 64512., "timestamp": 1.6e15}
	if !reflect.DeepEqual(column, want) {
		t.Errorf("%v\nwant\n%v", column, want)
	}
	node := viewOf(t, get(t, d, "zk:/id/virtual-networks/0000000004"), View{})
	if node["path"] != "/id/virtual-networks/0000000004" || node["family"] != "id" || node["data"] != "d:p:net" ||
		!strings.Contains(fmt.Sprint(node["means"]), "network id 5") || node["stat"].(map[string]any)["ephemeralOwner"] != 8. {
		t.Errorf("%v", node)
	}
	node = viewOf(t, get(t, d, "zk:/id/x y/a%25b"), View{})
	if node["data"] != nil || !reflect.DeepEqual(node["stat"], map[string]any{"ctime": 1579787888111.5}) {
		t.Errorf("%v", node)
	}
}

// The stored JSON of every row, cell and znode is the text that encoding/json
// finds there.
func TestRawIsWhatStandsThere(t *testing.T) {
	for name, text := range texts(t) {
		var doc struct {
			Cassandra map[string]map[string]map[string]json.RawMessage
		}
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		for form, d := range forms(t, text) {
			if len(text) > 300_000 && form != "plain" {
				continue
			}
			left := 30
			for ks, tables := range doc.Cassandra {
				for table, rows := range tables {
					for key, raw := range rows {
						if left--; left < 0 {
							break
						}
						p := dump.Path{Level: dump.AtRow, Keyspace: ks, Table: table, Row: key}
						f := get(t, d, p.String())
						if got := rawOf(t, f); got != string(raw) {
							t.Fatalf("%s, %s: %s is\n%s\nwant\n%s", name, form, p, got, raw)
						}
						var cells map[string]json.RawMessage
						if err := json.Unmarshal(raw, &cells); err != nil {
							t.Fatal(err)
						}
						for column, cell := range cells {
							p.Level, p.Column = dump.AtColumn, column
							if got := rawOf(t, get(t, d, p.String())); got != string(cell) {
								t.Fatalf("%s, %s: %s is\n%s\nwant\n%s", name, form, p, got, cell)
							}
							break
						}
					}
				}
			}
		}
	}
}

func TestRawNodes(t *testing.T) {
	d := open(t, small, dump.Options{})
	if got, want := rawOf(t, get(t, d, "zk:/fq-name-to-uuid/virtual_network:d:p:nét")),
		`["/fq-name-to-uuid/virtual_network:d:p:nét/", ["`+net1+`", [1, 2, 1600000000001, 1600000000002, 0, 0, 0, 0, 36, 0, 1]]]`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	const stat = `[1, 2, 3, 4, 0, 0, 0, 0, 5, 0, 1]`
	for zk, want := range map[string]string{
		`[["/a/b/",["x", ` + stat + ` ]]]`:                  `["/a/b/",["x", ` + stat + ` ]]`,
		`{"/": {"a": {"b": ["x\"", ` + stat + `]}}}`:        `["/a/b/", ["x\"", ` + stat + `]]`,
		`"{\"/\": {\"a\": {\"b\": [null, ` + stat + `]}}}"`: `["/a/b/", [null, ` + stat + `]]`,
	} {
		f := get(t, open(t, `{"cassandra": {}, "zookeeper": `+zk+`}`, dump.Options{}), "zk:/a/b")
		if got := rawOf(t, f); got != want {
			t.Errorf("%s: %s, want %s", zk, got, want)
		}
		if m := viewOf(t, f, View{}); m["path"] != "/a/b" || m["stat"].(map[string]any)["pzxid"] != 1. {
			t.Errorf("%s: %v", zk, m)
		}
	}
}
