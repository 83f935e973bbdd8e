package redact_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/filter/redact"
)

func apply(t *testing.T, text string, o redact.Options) (string, *redact.Report) {
	t.Helper()
	out, report, err := tryApply(text, o)
	if err != nil {
		t.Fatal(err)
	}
	return out, report
}

func tryApply(text string, o redact.Options) (string, *redact.Report, error) {
	d, err := dump.Open(dump.Input{Name: "test.json", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
	if err != nil {
		return "", nil, err
	}
	defer d.Close()
	var out bytes.Buffer
	report, err := redact.Apply(context.Background(), &out, d, o)
	return out.String(), report, err
}

// rows makes a dump of objects; each has the columns given, with JSON values.
type rows map[string]map[string]string

func (r rows) dump() string {
	table := map[string]map[string][]any{}
	for key, columns := range r {
		table[key] = map[string][]any{}
		for name, value := range columns {
			table[key][name] = []any{value, 1580000000000000}
		}
	}
	text, err := json.Marshal(map[string]any{
		"cassandra": map[string]any{"config_db_uuid": map[string]any{"obj_uuid_table": table}},
		"zookeeper": "[]",
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// valueAt makes a value in which leaf stands at a path.
func valueAt(path string, leaf any) any {
	if path == "" {
		return leaf
	}
	part, rest, _ := strings.Cut(path, ".")
	name := strings.TrimSuffix(part, "[]")
	inner := valueAt(rest, leaf)
	if name != part {
		inner = []any{inner}
	}
	if name == "" {
		return inner
	}
	return map[string]any{name: inner}
}

func marshal(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// canary is a secret that no detector knows by its looks.
func canary(n int) string { return fmt.Sprintf("kanarie vogel %05d zq", n) }

// holds tells if a text holds a canary in any of the forms in which one could
// be left.
func holds(text, canary string) bool {
	lower := strings.ToLower(text)
	for _, form := range []string{canary, url.QueryEscape(canary), url.PathEscape(canary), hex.EncodeToString([]byte(canary))} {
		if strings.Contains(lower, strings.ToLower(form)) {
			return true
		}
	}
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + canary))
		core := encoded[(shift*8+5)/6 : (shift+len(canary))*8/6]
		if strings.Contains(text, core) {
			return true
		}
	}
	return false
}

// TestSecretPlaces plants a secret in each place that the model has for one,
// with the type and without, and in each spelling of the column.
func TestSecretPlaces(t *testing.T) {
	n := 0
	for _, typ := range contrail.ObjectTypes() {
		columns := []string{}
		for _, p := range typ.Props() {
			columns = append(columns, p.Kind.String()+":"+p.Name, "prop:"+p.Name, "propl:"+p.Name+":0", "propm:"+p.Name+":x")
		}
		for _, to := range typ.Refs() {
			columns = append(columns, "ref:"+to+":2b423b0c-0000-4000-8000-000000000001", "backref:"+to+":2b423b0c-0000-4000-8000-000000000001")
		}
		for _, column := range columns {
			for p := range contrail.SensitivePlaces(typ.Name(), []byte(column)) {
				if p.Class != contrail.ClassSecret && p.Class != contrail.ClassSecretRef {
					continue
				}
				n++
				c := canary(n)
				row := rows{"2b423b0c-0000-4000-8000-000000000002": {
					"type": marshal(typ.Name()), column: marshal(valueAt(p.Path, c)),
				}}
				out, report := apply(t, row.dump(), redact.Options{Profile: redact.Share})
				if holds(out, c) || report.Total != 1 {
					t.Errorf("%s %s %s: %s", typ.Name(), column, p.Path, out)
				}
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d places", n)
	}
}

// nestings wrap a text in another one.
var nestings = map[string]func(string) string{
	"raw":       func(s string) string { return s },
	"json":      func(s string) string { return marshal(map[string]any{"a": []any{1, s}}) },
	"json text": func(s string) string { return marshal(s) },
	"base64":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("x " + s)) },
	"wrapped":   func(s string) string { return wrap(base64.StdEncoding.EncodeToString([]byte(s))) },
	"hex":       func(s string) string { return hex.EncodeToString([]byte(s)) },
	"percent":   url.QueryEscape,
	"gzip": func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(s))
		w.Close()
		return base64.StdEncoding.EncodeToString(b.Bytes())
	},
}

func wrap(s string) string {
	var b strings.Builder
	for len(s) > 16 {
		b.WriteString(s[:16] + "\n")
		s = s[16:]
	}
	return b.String() + s
}

// shapes are secrets that detectors know by their looks; %s is what must be
// gone.
var shapes = map[string]string{
	"$9$%sabcdefgh":                   "Zq7canary1LbHXwgZ",
	"https://svc:%s@10.0.0.9/api":     "Zq7canary2pass",
	"ftp://h/?x=1&X-Amz-Token=%s":     "Zq7canary3token",
	"$6$abcdefgh$%s":                  "Zq7canary4ZZZZZZ",
	"Authorization: Bearer %s":        "Zq7canary5.xyz",
	"-----BEGIN PRIVATE KEY-----\n%s": "Zq7canary6MIIabcdefgh",
	"password 7 %s":                   "122A00190108A1",
}

// containers hold a text that others than programs can write.
var containers = map[string]func(string) string{
	"annotation": func(s string) string {
		return rows{"u": {"propm:annotations:a": marshal(map[string]string{"key": "a", "value": s})}}.dump()
	},
	"description": func(s string) string {
		return rows{"u": {"prop:id_perms": marshal(map[string]any{"description": s, "enable": true})}}.dump()
	},
	"display name": func(s string) string { return rows{"u": {"prop:display_name": marshal(s)}}.dump() },
	"device config": func(s string) string {
		return rows{"u": {"prop:physical_router_supplemental_config": marshal(s)}}.dump()
	},
	"unknown property": func(s string) string { return rows{"u": {"prop:from_next_year": marshal([]any{s})}}.dump() },
	"unknown column":   func(s string) string { return rows{"u": {"whatever": s}}.dump() },
	"unknown member": func(s string) string {
		return rows{"u": {"prop:virtual_network_properties": marshal(map[string]any{"new": s})}}.dump()
	},
	"not JSON":                     func(s string) string { return rows{"u": {"prop:id_perms": "{'" + s}}.dump() },
	"znode data":                   func(s string) string { return zkDump("/job-manager/x/", s) },
	"znode data of a known family": func(s string) string { return zkDump("/id/virtual-networks/0000000001/", s) },
	"znode name":                   func(s string) string { return zkDump("/else/"+s+"/", "") },
	"useragent":                    func(s string) string { return tableDump("useragent", "useragent_keyval_table", "k", "value", s) },
	"row key":                      func(s string) string { return tableDump("useragent", "useragent_keyval_table", s, "value", "x") },
	"driver":                       func(s string) string { return tableDump("svc_monitor_keyspace", "pool_table", "u", "driver_info", s) },
	"unknown table":                func(s string) string { return tableDump("other", "table", "u", "c", s) },
	"column name":                  func(s string) string { return tableDump("other", "table", "u", s, "v") },
	"top level":                    func(s string) string { return `{"cassandra": {}, "extra": ` + marshal(map[string]any{"x": s}) + `}` },
	"extra element": func(s string) string {
		return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"u": {"prop:x": ["1", 1, ` + marshal(s) + `]}}}}, "zookeeper": "[]"}`
	},
	"bare text": func(s string) string {
		return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"u": {"prop:x": ` + marshal(marshal(s)) + `}}}}, "zookeeper": "[]"}`
	},
}

// TestContainers plants secrets of each shape in each sort of container, in
// each nesting, twice over.
func TestContainers(t *testing.T) {
	for where, container := range containers {
		for shape, secret := range shapes {
			text := fmt.Sprintf(shape, secret)
			for outer, f := range nestings {
				for inner, g := range nestings {
					if strings.Contains(where, "name") && strings.Contains(where, "znode") && (outer != "raw" || inner != "raw") {
						continue // slashes are no part of a name
					}
					if inner == "wrapped" && outer == "percent" || where != "annotation" && inner != "raw" && inner != outer {
						continue
					}
					in := container(f(g(text)))
					out, report, err := tryApply(in, redact.Options{Profile: redact.Share})
					if err != nil {
						t.Fatalf("%s, %s in %s: %v", where, inner, outer, err)
					}
					if holds(out, secret) || report.Total == 0 {
						t.Errorf("%s, %s in %s: %q\nstays in %s", where, inner, outer, text, out)
					}
					if !json.Valid([]byte(out)) {
						t.Errorf("%s, %s in %s: no JSON any more: %s", where, inner, outer, out)
					}
				}
			}
		}
	}
}

func zkDump(path, data string) string {
	nodes := marshal([]any{[]any{path, []any{data, []int{1, 2, 3, 4, 5, 6, 7, 0, 9, 0, 11}}}})
	return marshal(map[string]any{"cassandra": map[string]any{}, "zookeeper": nodes})
}

func tableDump(keyspace, table, key, column, value string) string {
	return marshal(map[string]any{
		"cassandra": map[string]any{keyspace: map[string]any{table: map[string]any{key: map[string]any{column: []any{value, 1}}}}},
		"zookeeper": "[]",
	})
}

// TestUntouched checks that a dump without secrets keeps its bytes, odd as they
// may be, and that nodes in an object are written as a list if one changes.
func TestUntouched(t *testing.T) {
	nested := `{"zookeeper" : {"/": {"a": {"b": ["%s", [1580000000000.5]]}, "c": ["", [1.5]]}}, "cassandra": {}}`
	for _, text := range []string{
		`{ "cassandra":{"config_db_uuid":{"obj_uuid_table":{"u":{"prop:x":["\u0022n\u00e9\u0022",1.5,{}],"y":"1","z":[64512,1]}}}},"zookeeper":[] , "m":{"a":1}}` + "\n",
		strings.ReplaceAll(nested, "%s", "data"),
	} {
		if out, report := apply(t, text, redact.Options{Profile: redact.Share}); out != text || report.Total != 0 {
			t.Errorf("%s\nbecomes %s", text, out)
		}
	}
	out, _ := apply(t, strings.ReplaceAll(nested, "%s", "https://u:hunter2hunter2@h/"), redact.Options{Profile: redact.Share})
	if strings.Contains(out, "hunter2") || !json.Valid([]byte(out)) || !strings.Contains(out, `"[[\"`) {
		t.Errorf("nodes in an object become %s", out)
	}
}
