package contrail

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	uuidA = "0000000a-1111-4222-8333-00000000000a"
	uuidB = "0000000b-1111-4222-8333-00000000000b"
	uuidC = "0000000c-1111-4222-8333-00000000000c"
)

// oddRow has every kind of column and most of what can be wrong with one.
var oddRow = [][2]string{
	{"type", `"virtual_network"`},
	{"fq_name", `["default-domain", "b\u00fcro", "half \ud83d"]`},
	{"parent_type", `"project"`},
	{"parent:domain:" + uuidB, `null`},
	{"parent:project:" + uuidA, `null`},
	{"META:latest_col_ts", `null`},
	{"META:other", `null`},
	{"prop:display_name", `"half \ud83d"`},
	{"prop:id_perms", `{"created": "2020"}}`},
	{"prop:virtual_network_network_id", ` 18446744073709551615 `},
	{"prop:virtual_network_fat_flow_protocols", `{"fat_flow_protocol": []}`},
	{"propl:virtual_network_fat_flow_protocols:10", `{"port": 10}`},
	{"propl:virtual_network_fat_flow_protocols:2", `{"port": 2}`},
	{"propl:virtual_network_fat_flow_protocols:0", `{"port": 1.50}`},
	{"propm:annotations:b:c", `{"key": "b:c", "value": "1"}`},
	{"propm:annotations:", `{"key": "", "value": "2"}`},
	{"propm:annotations:a", `not json`},
	{"ref:network_ipam:" + uuidB, `{"attr": {"ipam_subnets": []}, "is_weakref": false}`},
	{"ref:network_ipam:" + uuidA, `{"attr": null}`},
	{"ref:virtual_network:" + uuidC, `{"is_weakref": true, "attr": null}`},
	{"ref:route_table:" + uuidA, `null`},
	{"ref:route_table:" + uuidB, `{"sequence": 1}`},
	{"ref:route_table:" + uuidC, `{"attr": 1, "more": 2}`},
	{"backref:instance_ip:" + uuidA, `{"attr": null}`},
	{"children:routing_instance:" + uuidB, `null`},
	{"children:routing_instance:" + uuidA, `7`},
	{"relaxbackref:" + uuidB, `null`},
	{"relaxbackref:" + uuidA, `null`},
	{"UUID", `"x"`},
	{"ref:too:many:parts", `null`},
	{"half \xed\xa0\xbd", "\"\xed\xa0\xbd\""},
}

func build(row [][2]string) *Object {
	b := NewObjectBuilder(uuidC)
	for _, c := range row {
		b.Add([]byte(c[0]), []byte(c[1]))
	}
	return b.Object()
}

func TestObjectGolden(t *testing.T) {
	o := build(oddRow)
	o.Resolve(func(typ, uuid string) []string {
		if uuid == uuidC {
			return nil
		}
		return []string{typ, uuid[7:8]}
	})
	var got bytes.Buffer
	if err := json.Indent(&got, o.AppendJSON(nil), "", "  "); err != nil {
		t.Fatalf("%v: %s", err, o.AppendJSON(nil))
	}
	got.WriteByte('\n')
	const path = "testdata/object.golden.json"
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("object differs (-want +got):\n%s", diff)
	}
}

// The order of the columns doesn't matter.
func TestObjectOfAnyOrder(t *testing.T) {
	want := build(oddRow).AppendJSON(nil)
	rapid.Check(t, func(t *rapid.T) {
		if got := build(rapid.Permutation(oddRow).Draw(t, "row")).AppendJSON(nil); !bytes.Equal(got, want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

func TestObjectLookups(t *testing.T) {
	o := build(oddRow)
	if p, ok := o.Prop("virtual_network_fat_flow_protocols"); !ok || p.Kind != PropList || len(p.Elements) != 3 || p.Elements[1].Key != "10" {
		t.Errorf("list property: %+v", p)
	}
	if got := string(o.PropValue("virtual_network_fat_flow_protocols")); got != `{"fat_flow_protocol": []}` {
		t.Errorf("plain form: %s", got)
	}
	if o.PropValue("id_perms") != nil || o.PropValue("annotations") != nil || o.PropValue("none") != nil {
		t.Error("a value for what is no JSON, no plain property, or not there")
	}
	if _, ok := o.Prop("none"); ok {
		t.Error("found a property that is not there")
	}
	if got := len(o.RefsTo("network_ipam")); got != 2 || o.RefsTo("x") != nil || len(o.BackrefsFrom("instance_ip")) != 1 {
		t.Errorf("%d references", got)
	}
	if o.FQName[2] != "half \xed\xa0\xbd" {
		t.Errorf("name %q", o.FQName[2])
	}
}

func TestObjectWithoutAnything(t *testing.T) {
	const want = `{"uuid":"u","type":null,"fq_name":null,"parent":null,"props":{},"refs":{},"backrefs":{},"children":{}}`
	if got, err := json.Marshal(NewObjectBuilder("u").Object()); err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestParentOfObject(t *testing.T) {
	for _, test := range []struct {
		row          [][2]string
		parent, more string
	}{
		{[][2]string{{"parent_type", `"global-system-config"`}}, `{"type":"global_system_config","uuid":null,"fq_name":null}`, ``},
		{[][2]string{{"parent_type", `""`}}, `null`, `,"extra":{"parent_type":""}`},
		{[][2]string{{"parent_type", `5`}}, `null`, `,"extra":{"parent_type":5}`},
		{[][2]string{{"parent_type", `x`}}, `null`, `,"extra":{"parent_type":"x"},"not_json":["parent_type"]`},
		{[][2]string{{"parent:a_b:u", `null`}}, `{"type":"a_b","uuid":"u","fq_name":null}`, ``},
		{[][2]string{{"parent:a_b:u", `null`}, {"parent_type", `"a-b"`}}, `{"type":"a_b","uuid":"u","fq_name":null}`, ``},
		{[][2]string{{"parent:a_b:u", `null`}, {"parent_type", `"a_b"`}}, `{"type":"a_b","uuid":"u","fq_name":null}`, ``},
		{[][2]string{{"parent:a_b:u", `1`}, {"parent_type", `"c"`}}, `{"type":"a_b","uuid":"u","fq_name":null}`, `,"extra":{"parent:a_b:u":1,"parent_type":"c"}`},
	} {
		got := string(build(test.row).AppendJSON(nil))
		want := `{"uuid":"` + uuidC + `","type":null,"fq_name":null,"parent":` + test.parent + `,"props":{},"refs":{},"backrefs":{},"children":{}` + test.more + `}`
		if got != want {
			t.Errorf("%v:\n got %s\nwant %s", test.row, got, want)
		}
	}
}

func TestOpaqueCells(t *testing.T) {
	b := NewObjectBuilder("u")
	b.AddOpaque([]byte("prop:a"), []byte(`{"x": 1}`))
	b.AddOpaque([]byte("prop:b"), []byte(`12 MiB of text`))
	b.AddOpaque([]byte("fq_name"), []byte(`["a"]`))
	b.AddOpaque([]byte("ref:t:"+uuidA), []byte(`{"attr": null}`))
	want := `{"uuid":"u","type":null,"fq_name":null,"parent":null,"props":{"a":{"x": 1},"b":"12 MiB of text"},` +
		`"refs":{"t":[{"uuid":"` + uuidA + `","fq_name":null,"attr":{"attr": null}}]},"backrefs":{},"children":{},` +
		`"extra":{"fq_name":["a"]},"not_json":["fq_name","prop:a","prop:b","ref:t:` + uuidA + `"]}`
	if got := string(b.Object().AppendJSON(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// With a limit the same links are kept in any order, and all are counted.
func TestLimitedLinks(t *testing.T) {
	const n = 1000
	columns := make([]int, n)
	for i := range columns {
		columns[i] = i
	}
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int{0, 1, 3, n - 1, n, n + 1}).Draw(t, "limit")
		start, step := rapid.IntRange(0, n-1).Draw(t, "start"), rapid.SampledFrom([]int{1, 3, 7, 333, 999}).Draw(t, "step")
		b := NewObjectBuilder("u")
		b.LimitLinks(limit)
		for i := range columns {
			b.Add(fmt.Appendf(nil, "backref:instance_ip:%08d", (start+i*step)%n), []byte(`{"attr": null}`))
		}
		b.Add([]byte("ref:x:1"), []byte(`null`))
		o := b.Object()
		g := o.Backrefs[0]
		if g.Total != n || len(g.Links) != min(limit, n) || !slices.IsSortedFunc(g.Links, func(a, b Link) int { return strings.Compare(a.UUID, b.UUID) }) {
			t.Fatalf("limit %d: %d of %d links", limit, len(g.Links), g.Total)
		}
		if limit > 0 && (g.Links[0].UUID != "00000000" || g.Links[len(g.Links)-1].UUID != fmt.Sprintf("%08d", len(g.Links)-1)) {
			t.Fatalf("limit %d: from %s to %s", limit, g.Links[0].UUID, g.Links[len(g.Links)-1].UUID)
		}
		text := string(o.AppendJSON(nil))
		if counted := strings.Contains(text, `"counts":{`) && strings.Contains(text, `"backrefs":{"instance_ip":1000}`); counted != (limit < n) {
			t.Fatalf("limit %d: %s", limit, text)
		}
	})
}

// Every column can be found in the object again: nothing is lost.
func TestObjectHoldsEveryColumn(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		for uuid, columns := range d.rows() {
			o := d.object(uuid)
			left := map[string]string{}
			for name, value := range columns {
				if name != "META:latest_col_ts" {
					left[name] = value
				}
			}
			take := func(name string, value []byte) {
				if slices.Contains(o.NotJSON, name) {
					value = []byte(text(value))
				}
				if left[name] != string(value) {
					t.Errorf("%s of %s is %s, the row has %s", name, uuid, value, left[name])
				}
				delete(left, name)
			}
			take("type", fmt.Appendf(nil, "%q", o.Type))
			if got, _ := json.Marshal(o.FQName); !sameJSON(string(got), left["fq_name"]) {
				t.Errorf("name of %s is %s", uuid, got)
			}
			delete(left, "fq_name")
			for _, p := range o.Props {
				if p.Kind == PropPlain {
					take("prop:"+p.Name, p.Value)
				}
				for _, e := range p.Elements {
					take(p.Kind.String()+":"+p.Name+":"+e.Key, e.Value)
				}
			}
			for _, m := range o.Extra {
				take(m.Name, m.Value)
			}
			if o.Parent != nil {
				take("parent:"+o.Parent.Type+":"+o.Parent.UUID, []byte("null"))
				if NormalizeType(text([]byte(left["parent_type"]))) == o.Parent.Type {
					delete(left, "parent_type")
				}
			}
			for kind, groups := range map[string][]LinkGroup{"ref": o.Refs, "backref": o.Backrefs, "children": o.Children} {
				for _, g := range groups {
					for _, l := range g.Links {
						name := kind + ":" + g.Type + ":" + l.UUID
						value := `null`
						if l.Attr != nil {
							value = `{"attr":` + string(l.Attr)
							if l.IsWeakRef != nil {
								value += `,"is_weakref":` + string(l.IsWeakRef)
							}
							value += "}"
						}
						if !sameJSON(left[name], value) {
							t.Errorf("%s of %s is %s, the row has %s", name, uuid, value, left[name])
						}
						delete(left, name)
					}
				}
			}
			for name := range left {
				t.Errorf("%s of %s is lost", name, uuid)
			}
			if text := o.AppendJSON(nil); !json.Valid(text) {
				t.Errorf("object %s is not JSON: %s", uuid, text)
			}
		}
	})
}

// sameJSON compares texts whose numbers are small.
func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && cmp.Equal(x, y)
}

// FuzzObject builds an object of any columns: three lines each, name, value,
// and if it is opaque.
func FuzzObject(f *testing.F) {
	var seed strings.Builder
	for _, c := range oddRow {
		seed.WriteString(c[0] + "\n" + c[1] + "\n\n")
	}
	f.Add([]byte(seed.String()))
	f.Add([]byte("prop:perms2\n{\"share\": [{\"tenant\": 1}]}\n\nref:network_ipam:x\n{\"attr\": {\"ipam_subnets\": [{\"subnet\": {}}, 3]}}\n"))
	f.Add([]byte("type\n\"tag\"\n\nfq_name\n[\"\"]\n\nprop:tag_id\n\"0x\"\n"))
	f.Add([]byte("type\n\"virtual_port_group\"\n\nfq_name\n[\"a\"]\n\nref:physical_interface:u\n{\"attr\": {\"ae_num\": 1}}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b := NewObjectBuilder(uuidA)
		lines := bytes.Split(text, []byte{'\n'})
		for ; len(lines) >= 3; lines = lines[3:] {
			if len(lines[2]) > 0 {
				b.AddOpaque(lines[0], lines[1])
			} else {
				b.Add(lines[0], lines[1])
			}
		}
		o := b.Object()
		o.Resolve(func(typ, uuid string) []string { return []string{typ, uuid, ""} })
		got := o.AppendJSON(nil)
		if !json.Valid(got) {
			t.Fatalf("not JSON: %s", got)
		}
		if again := o.AppendJSON(nil); !bytes.Equal(got, again) {
			t.Fatalf("%s\nthen %s", got, again)
		}
		o.ImpliedNodes()
		o.Shares()
		o.Subnets()
		o.Address()
		o.NameColumns()
	})
}

func BenchmarkObject(b *testing.B) {
	d := readDump(b, "testdata/small.json")
	var row [][2][]byte
	for name, value := range d.rows()["00000005-1111-4222-8333-000000009aab"] {
		row = append(row, [2][]byte{[]byte(name), []byte(value)})
	}
	b.ReportAllocs()
	for b.Loop() {
		o := NewObjectBuilder("u")
		for _, c := range row {
			o.Add(c[0], c[1])
		}
		o.Object()
	}
}

func BenchmarkManyLinks(b *testing.B) {
	for _, limit := range []int{-1, 0, 100} {
		b.Run(fmt.Sprint(limit), func(b *testing.B) {
			value := []byte(`{"attr": null}`)
			b.ReportAllocs()
			for b.Loop() {
				o := NewObjectBuilder("u")
				if limit >= 0 {
					o.LimitLinks(limit)
				}
				name := []byte("backref:virtual_machine_interface:00000005-1111-4222-8333-000000000000")
				for i := range 100_000 {
					copy(name[len(name)-6:], fmt.Sprintf("%06d", i*7919%100_000))
					o.Add(name, value)
				}
				o.Object()
			}
		})
	}
}
