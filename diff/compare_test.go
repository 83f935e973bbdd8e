package diff_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

const (
	u1 = "11111111-1111-4111-8111-111111111111"
	u2 = "22222222-2222-4222-8222-222222222222"
	u3 = "33333333-3333-4333-8333-333333333333"
)

// build makes a dump out of rows of obj_uuid_table, other tables of
// config_db_uuid, and ZooKeeper entries ("path data" with a stat of ones).
type build struct {
	objects map[string]map[string]string // uuid, column, JSON text of the value
	tables  string                       // further members of config_db_uuid
	more    string                       // further members of the top level
	nodes   [][2]string
	time    int
	stat    int
}

func (b build) String() string {
	var s strings.Builder
	s.WriteString(`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {`)
	sep := ""
	for u, cols := range b.objects {
		fmt.Fprintf(&s, `%s%q: {`, sep, u)
		sep = ", "
		inner := ""
		for name, value := range cols {
			fmt.Fprintf(&s, `%s%q: [%q, %d]`, inner, name, value, 1600000000000000+b.time)
			inner = ", "
		}
		s.WriteString("}")
	}
	s.WriteString("}" + b.tables + `}}, "zookeeper": "[`)
	for i, n := range b.nodes {
		if i > 0 {
			s.WriteString(", ")
		}
		fmt.Fprintf(&s, `[\"%s\", [\"%s\", [%d, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]]`, n[0], n[1], b.stat)
	}
	s.WriteString(`]"` + b.more + "}")
	return s.String()
}

func object(typ, fqName string, more ...string) map[string]string {
	m := map[string]string{"type": `"` + typ + `"`, "fq_name": fqName}
	for i := 0; i < len(more); i += 2 {
		m[more[i]] = more[i+1]
	}
	return m
}

// compare compares two dumps in every form that they can have, plain and
// indexed, makes sure that the outcome is the same, and returns it.
func compare(t *testing.T, a, b string, o diff.Options) string {
	t.Helper()
	plain := [2]string{a, b}
	packed := [2]string{indexed(t, a), indexed(t, b)}
	want := compareAs(t, plain, o)
	for _, pair := range [][2]string{packed, {plain[0], packed[1]}, {packed[0], plain[1]}} {
		// An index says nothing about how a path is written.
		if got := compareAs(t, pair, o); got != want && got+"spelling 1" != want {
			t.Errorf("with an index:\n%.2000s\nwithout:\n%.2000s", got, want)
		}
	}
	return want
}

// indexed returns the indexed form of a dump.
func indexed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := index.Compress(context.Background(), &b, strings.NewReader(text), index.Options{Feeder: objindex.New()}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// compared returns the result of a comparison, open until the test ends.
func compared(t *testing.T, pair [2]string, o diff.Options) *diff.Result {
	t.Helper()
	dumps := opened(t, pair, dump.Options{})
	r, err := diff.Compare(context.Background(), dumps[0], dumps[1], o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// opened returns two dumps, open until the test ends.
func opened(t *testing.T, pair [2]string, o dump.Options) (dumps [2]*dump.Dump) {
	t.Helper()
	for i, text := range pair {
		d, err := dump.Open(dump.Input{Name: "AB"[i : i+1], At: strings.NewReader(text), Size: int64(len(text))}, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		dumps[i] = d
	}
	return dumps
}

// compareAs returns the names of changes with their fields, and what was
// ignored.
func compareAs(t *testing.T, pair [2]string, o diff.Options) string {
	t.Helper()
	r := compared(t, pair, o)
	var out []string
	for ch, err := range r.Changes() {
		if err != nil {
			t.Fatal(err)
		}
		line := string(ch.Op)[:3] + " " + render.Title(ch)
		if ch.RenamedFrom != nil {
			line += " from " + strings.Join(ch.RenamedFrom, ":")
		}
		if ch.RecreatedFrom != "" {
			line += " was " + ch.RecreatedFrom[:2]
		}
		if ch.TypeWas != "" {
			line += " type was " + ch.TypeWas
		}
		for _, f := range ch.Fields {
			line += " " + string(f.Op)[:3] + "=" + f.Name
			for _, e := range f.Edits {
				line += "(" + string(e.Op)[:3] + " " + e.Path + ")"
			}
		}
		out = append(out, line)
	}
	for _, reason := range diff.Reasons() {
		if n := r.Summary.Ignored[reason]; n > 0 {
			out = append(out, fmt.Sprintf("%s %d", reason, n))
		}
	}
	return strings.Join(out, "\n")
}

func TestChanges(t *testing.T) {
	type objects = map[string]map[string]string
	vn := func(more ...string) map[string]string { return object("virtual_network", `["d", "n"]`, more...) }
	for _, c := range []struct {
		name string
		a, b build
		o    diff.Options
		want string
	}{
		{"nothing", build{objects: objects{u1: vn()}}, build{objects: objects{u1: vn()}}, diff.Options{}, ""},
		{"property", build{objects: objects{u1: vn("prop:x", `{"a": [1, 2], "b": 1}`)}}, build{objects: objects{u1: vn("prop:x", `{"b": 2, "a": [1, 3]}`)}},
			diff.Options{}, "mod virtual_network:d:n mod=prop:x(mod a.1)(mod b)"},
		{"order of members and spaces in a value", build{objects: objects{u1: vn("prop:x", `{"a": 1, "b": 2}`)}}, build{objects: objects{u1: vn("prop:x", `{"b":2,"a":1}`)}},
			diff.Options{}, ""},
		{"number text", build{objects: objects{u1: vn("prop:x", `1`)}}, build{objects: objects{u1: vn("prop:x", `1.0`)}}, diff.Options{}, "mod virtual_network:d:n mod=prop:x(mod )"},
		{"not JSON", build{objects: objects{u1: vn("prop:x", `{a`)}}, build{objects: objects{u1: vn("prop:x", `{ a`)}}, diff.Options{}, "mod virtual_network:d:n mod=prop:x"},
		{"added and removed", build{objects: objects{u1: vn("prop:x", "1")}}, build{objects: objects{u2: object("tag", `["t"]`)}}, diff.Options{},
			"add tag:t add=fq_name add=type\nrem virtual_network:d:n rem=fq_name rem=prop:x rem=type"},
		{"re-created", build{objects: objects{u1: vn("prop:x", "1", "prop:y", "2")}}, build{objects: objects{u2: vn("prop:x", "1", "prop:y", "3")}}, diff.Options{},
			"mod virtual_network:d:n was 11 mod=prop:y(mod )"},
		{"renamed", build{objects: objects{u1: vn()}}, build{objects: objects{u1: object("virtual_network", `["d", "m"]`)}}, diff.Options{},
			"mod virtual_network:d:m from d:n mod=fq_name(mod 1)"},
		{"other type", build{objects: objects{u1: vn()}}, build{objects: objects{u1: object("tag", `["d", "n"]`)}}, diff.Options{},
			"mod tag:d:n type was virtual_network mod=type(mod )"},
		{"times", build{objects: objects{u1: vn("META:latest_col_ts", "null", "prop:x", "1")}}, build{objects: objects{u1: vn("META:latest_col_ts", "null", "prop:x", "1")}, time: 1}, diff.Options{},
			"timestamp 3\nlatest-col-ts 1"},
		{"times shown", build{objects: objects{u1: vn()}}, build{objects: objects{u1: vn()}, time: 1}, diff.Options{Show: map[diff.Reason]bool{diff.Timestamp: true}},
			"mod virtual_network:d:n mod=fq_name mod=type"},
		{"last_modified", build{objects: objects{u1: vn("prop:id_perms", `{"enable": true, "last_modified": "x"}`)}}, build{objects: objects{u1: vn("prop:id_perms", `{"last_modified": "y", "enable": true}`)}}, diff.Options{},
			"last-modified 1"},
		{"last_modified and more", build{objects: objects{u1: vn("prop:id_perms", `{"enable": true, "last_modified": "x"}`)}}, build{objects: objects{u1: vn("prop:id_perms", `{"last_modified": "y", "enable": false}`)}}, diff.Options{},
			"mod virtual_network:d:n mod=prop:id_perms(mod enable)(mod last_modified)"},
		{"reference and back-reference",
			build{objects: objects{u1: vn("backref:tag:"+u2, `{"attr": 1}`), u2: object("tag", `["t"]`, "ref:virtual_network:"+u1, `{"attr": 1}`)}},
			build{objects: objects{u1: vn(), u2: object("tag", `["t"]`)}}, diff.Options{},
			"mod tag:t rem=ref:virtual_network:" + u1 + "\nderived-ref 1"},
		{"back-reference with another value than the reference",
			build{objects: objects{u1: vn("backref:tag:"+u2, `{"attr": 2}`), u2: object("tag", `["t"]`, "ref:virtual_network:"+u1, `{"attr": 1}`)}},
			build{objects: objects{u1: vn(), u2: object("tag", `["t"]`)}}, diff.Options{},
			"mod tag:t rem=ref:virtual_network:" + u1 + "\nmod virtual_network:d:n rem=backref:tag:" + u2},
		{"back-reference without reference",
			build{objects: objects{u1: vn(), u2: object("tag", `["t"]`)}},
			build{objects: objects{u1: vn("backref:tag:"+u2, `{"attr": null}`), u2: object("tag", `["t"]`)}}, diff.Options{},
			"mod virtual_network:d:n add=backref:tag:" + u2},
		{"reference whose back-reference was never there",
			build{objects: objects{u1: vn(), u2: object("tag", `["t"]`)}},
			build{objects: objects{u1: vn(), u2: object("tag", `["t"]`, "ref:virtual_network:"+u1, "null")}}, diff.Options{},
			"mod tag:t add=ref:virtual_network:" + u1},
		{"child",
			build{objects: objects{u1: vn()}},
			build{objects: objects{u1: vn("children:routing_instance:"+u2, "null"), u2: object("routing_instance", `["d", "n", "r"]`, "parent:virtual_network:"+u1, "null", "parent_type", `"virtual-network"`)}}, diff.Options{},
			"add routing_instance:d:n:r add=fq_name add=parent:virtual_network:" + u1 + " add=parent_type add=type\nderived-ref 1"},
		{"child of another type",
			build{objects: objects{u1: vn()}},
			build{objects: objects{u1: vn("children:tag:"+u2, "null"), u2: object("routing_instance", `["d", "n", "r"]`, "parent:virtual_network:"+u1, "null")}}, diff.Options{},
			"add routing_instance:d:n:r add=fq_name add=parent:virtual_network:" + u1 + " add=type\nmod virtual_network:d:n add=children:tag:" + u2},
		{"index and lock",
			build{tables: `, "obj_fq_name_table": {}`},
			build{objects: objects{u1: vn()}, tables: `, "obj_fq_name_table": {"virtual_network": {"d:n:` + u1 + `": ["null", 5]}}`, nodes: [][2]string{{"/fq-name-to-uuid/virtual_network:d:n/", u1}}}, diff.Options{},
			"add virtual_network:d:n add=fq_name add=type\nderived-index 1\nderived-zk 1"},
		{"index and lock of an object that isn't there",
			build{tables: `, "obj_fq_name_table": {}`},
			build{tables: `, "obj_fq_name_table": {"virtual_network": {"d:n:` + u1 + `": ["null", 5]}}`, nodes: [][2]string{{"/fq-name-to-uuid/virtual_network:d:n/", u1}}}, diff.Options{},
			"add config_db_uuid/obj_fq_name_table/virtual_network add=d:n:" + u1 + "\nadd zk:/fq-name-to-uuid/virtual_network:d:n"},
		{"lock that stays away",
			build{objects: objects{u1: vn()}, nodes: [][2]string{{"/fq-name-to-uuid/virtual_network:d:n/", u1}}},
			build{objects: objects{u1: vn()}}, diff.Options{}, "rem zk:/fq-name-to-uuid/virtual_network:d:n"},
		{"lock whose name another object has",
			build{objects: objects{u1: vn(), u2: vn()}, nodes: [][2]string{{"/fq-name-to-uuid/virtual_network:d:n/", u1}}},
			build{objects: objects{u2: vn()}}, diff.Options{},
			"rem virtual_network:d:n rem=fq_name rem=type\nrem zk:/fq-name-to-uuid/virtual_network:d:n"},
		{"id node",
			build{objects: objects{u1: vn("prop:virtual_network_network_id", "5")}, nodes: [][2]string{{"/id/virtual-networks/0000000004/", "d:n"}}},
			build{objects: objects{u1: vn("prop:virtual_network_network_id", "6")}, nodes: [][2]string{{"/id/virtual-networks/0000000005/", "d:n"}}}, diff.Options{},
			"mod virtual_network:d:n mod=prop:virtual_network_network_id(mod )\nderived-zk 2"},
		{"id node that disagrees",
			build{objects: objects{u1: vn("prop:virtual_network_network_id", "5")}, nodes: [][2]string{{"/id/virtual-networks/0000000004/", "d:n"}}},
			build{objects: objects{u1: vn("prop:virtual_network_network_id", "5")}, nodes: [][2]string{{"/id/virtual-networks/0000000005/", "d:n"}}}, diff.Options{},
			"rem zk:/id/virtual-networks/0000000004\nadd zk:/id/virtual-networks/0000000005"},
		{"stat", build{nodes: [][2]string{{"/x/", "a"}}}, build{nodes: [][2]string{{"/x/", "a"}}, stat: 7}, diff.Options{}, "zk-stat 1"},
		{"spelling of a path", build{nodes: [][2]string{{"/x/", "a"}}}, build{nodes: [][2]string{{"x", "a"}}}, diff.Options{}, "spelling 1"},
		{"data", build{nodes: [][2]string{{"/x/", "a"}}}, build{nodes: [][2]string{{"/x/", "b"}}}, diff.Options{}, "mod zk:/x"},
		{"empty containers", build{tables: `, "t": {}`}, build{tables: `}, "ks": {`}, diff.Options{}, "rem config_db_uuid/t\nadd ks"},
		{"empty row", build{tables: `, "t": {}`}, build{tables: `, "t": {"r": {}}`}, diff.Options{}, "add config_db_uuid/t/r"},
		{"row elsewhere", build{tables: `, "t": {"r": {"c": ["v", 1], "d": ["w", 1]}}`}, build{tables: `, "t": {"r": {"c": ["v ", 1], "d": ["w", 2]}}`}, diff.Options{},
			"mod config_db_uuid/t/r mod=c\ntimestamp 1"},
		{"member", build{more: `, "x": {"a": 1, "b": 2}`}, build{more: `, "x": {"b": 2, "a": 1}, "y": null`}, diff.Options{}, "add y"},
		{"types", build{objects: objects{u1: vn("prop:x", "1"), u2: object("tag", `["t"]`)}}, build{objects: objects{u1: vn("prop:x", "2")}}, diff.Options{Types: []string{"tag"}},
			"rem tag:t rem=fq_name rem=type"},
		{"row without a type", build{objects: objects{u1: {"prop:x": "1"}}}, build{}, diff.Options{}, "rem (rows without a type):" + u1 + " rem=prop:x"},
		{"shares",
			build{tables: `, "obj_shared_table": {}`, objects: objects{u1: vn("prop:perms2", `{"owner": "o", "owner_access": 7, "global_access": 0, "share": []}`)}},
			build{tables: `, "obj_shared_table": {"virtual_network": {"global::` + u1 + `": ["5", 1]}}`, objects: objects{u1: vn("prop:perms2", `{"owner": "o", "owner_access": 7, "global_access": 5, "share": []}`)}}, diff.Options{},
			"mod virtual_network:d:n mod=prop:perms2(mod global_access)\nderived-index 1"},
		{"share that perms2 knows nothing of",
			build{tables: `, "obj_shared_table": {}`, objects: objects{u1: vn()}},
			build{tables: `, "obj_shared_table": {"virtual_network": {"global::` + u1 + `": ["5", 1]}}`, objects: objects{u1: vn()}}, diff.Options{},
			"add config_db_uuid/obj_shared_table/virtual_network add=global::" + u1},
	} {
		if got := compare(t, c.a.String(), c.b.String(), c.o); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		// Comparing everything by its text gives the same.
		c.o.Thorough = true
		if got := compare(t, c.a.String(), c.b.String(), c.o); got != c.want {
			t.Errorf("%s, thorough:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestLayoutsAreSpellings(t *testing.T) {
	row := `"` + u1 + `": {"type": ["\"tag\"", 1], "fq_name": ["[\"t\"]", 1]}`
	for _, c := range [][3]string{
		{`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + row + `}}}, "zookeeper": "[]"}`, `{"cassandra": {"obj_uuid_table": {` + row + `}}, "zookeeper": {}}`, "spelling 2"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a/b/\", [\"x\", [1]]]]"}`, `{"cassandra": {}, "zookeeper": {"/": {"a": {"b": ["x", [1]]}}}}`, "spelling 1"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a/b/\", [\"x\", [1]]]]"}`, `{"cassandra": {}, "zookeeper": {"/": {"a": {"b": ["y", [1]]}}}}`, "mod zk:/a/b\nspelling 1"},
	} {
		if got := compare(t, c[0], c[1], diff.Options{}); got != c[2] {
			t.Errorf("%s\n%s\n%s\nwant %s", c[0], c[1], got, c[2])
		}
	}
}

func TestWideRows(t *testing.T) {
	wide := func(n int, value func(int) string) string {
		var b strings.Builder
		b.WriteString(`{"cassandra": {"ks": {"t": {"r": {`)
		for i := range n {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, `"column %07d of a wide row": [%q, 1]`, i, value(i))
		}
		b.WriteString(`}}}}, "zookeeper": "[]"}`)
		return b.String()
	}
	const n = 120_000 // over 4 MiB of text
	a := wide(n, func(i int) string { return "v" })
	b := wide(n+1, func(i int) string {
		if i == 7 || i == 99_999 {
			return "w"
		}
		return "v"
	})
	want := "mod ks/t/r mod=column 0000007 of a wide row mod=column 0099999 of a wide row add=column 0120000 of a wide row"
	if got := compare(t, a, b, diff.Options{}); got != want {
		t.Errorf("got %.500s", got)
	}
}

func TestJSONKeepsWhatItDoesNotUnderstand(t *testing.T) {
	a := `{"cassandra": {"ks": {"t": {"r\ud800\u0000": {"c": ["v", 1.5], "d": [64512, 2], "e": "bare", "f": ["x", 3, {"ttl": 4}]}}}}, "zookeeper": "[]"}`
	b := `{"cassandra": {"ks": {"t": {"r\ud800\u0000": {"c": ["w", 1.5], "d": [18446744073709551617, 2], "e": "b\ud800", "f": ["x", 3, {"ttl": 5}]}}}}, "zookeeper": "[]"}`
	r := compared(t, [2]string{a, b}, diff.Options{})
	var out bytes.Buffer
	if err := render.JSONL(&out, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	want := `{"schema": "dumptool.diff/1", "a": "A", "b": "B"}
{"kind": "row", "op": "modified", "keyspace": "ks", "table": "t", "key": "r\ud800\u0000", "columns": [{"name": "c", "op": "modified", "old_raw": "[\"v\", 1.5]", "new_raw": "[\"w\", 1.5]"}, {"name": "d", "op": "modified", "old_raw": "[64512, 2]", "new_raw": "[18446744073709551617, 2]"}, {"name": "e", "op": "modified", "old_raw": "\"bare\"", "new_raw": "\"b\\ud800\""}, {"name": "f", "op": "modified", "old_raw": "[\"x\", 3, {\"ttl\": 4}]", "new_raw": "[\"x\", 3, {\"ttl\": 5}]"}]}
{"summary": {"types": {}, "tables": {"ks/t": {"added": 0, "removed": 0, "modified": 1}}, "zookeeper": {}, "ignored": {}}}
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestDuplicatesAreDamage(t *testing.T) {
	for _, c := range [][2]string{
		{`{"cassandra": {"ks": {"t": {"k": {}, "l": {}, "\u006b": {}}}}, "zookeeper": "[]"}`, "d: row key occurs twice, first at byte 28 at byte 46, in ks/t/k"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a\", [\"x\", [1]]], [\"a/\", [\"x\", [1]]]]"}`, "d: path occurs twice, first at byte 33 at byte 57, in zookeeper:a/"},
		{`{"cassandra": {}, "zookeeper": {"/": {"a": ["x", [1]]}, "a": ["x", [1]]}}`, "d: path occurs twice, in zookeeper:"},
	} {
		open := func() *dump.Dump { // one for each side: both are read at the same time
			d, err := dump.Open(dump.Input{Name: "d", At: strings.NewReader(c[0]), Size: int64(len(c[0]))}, dump.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		for _, o := range []diff.Options{{}, {OmitKeyspaces: []string{"x"}}} {
			_, err := diff.Compare(context.Background(), open(), open(), o)
			if err == nil || o.OmitKeyspaces == nil && !strings.HasPrefix(err.Error(), c[1]) {
				t.Errorf("%s: %v, want %s", c[0], err, c[1])
			}
		}
	}
}

func TestLongValuesAreNotHeld(t *testing.T) {
	unit := `{\"k\u00e9\": \"v\\u00e9\"}, `
	list := func(last string) string { return `[` + strings.Repeat(unit, 3<<20/len(unit)) + last + `]` }
	text := func(last string) string { return strings.Repeat(`no \"JSON\" é `, 3<<20/15) + last }
	doc := func(a, b, c string) string {
		return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"` + u1 + `": {"type": ["\"tag\"", 1], "prop:json": ["` + a + `", 1], "prop:text": ["` + b + `", 1], "prop:same": ["` + c + `", 1]}}}}, "zookeeper": "[]"}`
	}
	a := doc(list("1"), text("1"), text("same"))
	b := doc(list("2"), text("2"), strings.ReplaceAll(text("same"), "é", `\u00E9`))
	r := compared(t, [2]string{a, b}, diff.Options{})
	var out bytes.Buffer
	if err := render.JSON(&out, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	var result struct {
		Changes []struct {
			Fields []struct {
				Path           string
				Old, New       json.RawMessage
				OldRaw, NewRaw *string
			}
		}
	}
	text2 := strings.NewReplacer("old_raw", "OldRaw", "new_raw", "NewRaw").Replace(out.String())
	if err := json.Unmarshal([]byte(text2), &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Changes) != 1 || len(result.Changes[0].Fields) != 2 {
		t.Fatalf("%.300s", out.String())
	}
	decoded := func(raw string) string {
		var s string
		if err := json.Unmarshal([]byte(`"`+raw+`"`), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	f := result.Changes[0].Fields
	if f[0].Path != "prop:json" || string(f[0].Old) != decoded(list("1")) || string(f[0].New) != decoded(list("2")) {
		t.Errorf("prop:json: %.100s %.100s", f[0].Old, f[0].New)
	}
	if f[1].Path != "prop:text" || f[1].OldRaw == nil || *f[1].OldRaw != decoded(text("1")) || *f[1].NewRaw != decoded(text("2")) {
		t.Error("prop:text is another text")
	}
	out.Reset()
	look := render.Look{Escape: func(s string) string { return s }}
	for _, f := range []*func(string) string{&look.Heading, &look.Added, &look.Removed, &look.Modified, &look.Faint} {
		*f = look.Escape
	}
	if err := render.Text(&out, r.Changes(), r.Summary, look); err != nil || !strings.Contains(out.String(), "bytes)") || out.Len() > 2000 {
		t.Errorf("%v %.300s", err, out.String())
	}
}

func TestMoreTablesThanFitInSixteenBits(t *testing.T) {
	doc := func(last string) string {
		var b strings.Builder
		b.WriteString(`{"cassandra": {"ks": {`)
		for i := range 1<<16 + 10 {
			fmt.Fprintf(&b, `"t%d": {"k": {"c": ["v", 1]}}, `, i)
		}
		return b.String() + `"last": {"k": {"c": ["` + last + `", 1]}}}}, "zookeeper": "[]"}`
	}
	if got := compareAs(t, [2]string{doc("v"), doc("w")}, diff.Options{}); got != "mod ks/last/k mod=c" {
		t.Errorf("got %.300s", got)
	}
}

func TestRowsWithVeryManyChanges(t *testing.T) {
	const n = 150_000 // over 4 MiB of fields
	var b strings.Builder
	b.WriteString(`{"cassandra": {"ks": {"t": {"r": {`)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `"%d\u0000é": ["value %d", 1]`, i, i)
	}
	b.WriteString(`}, "s": {"c": ["v", 1]}}}}, "zookeeper": "[]"}`)
	empty := `{"cassandra": {"ks": {"t": {}}}, "zookeeper": "[]"}`
	r := compared(t, [2]string{empty, b.String()}, diff.Options{})
	var out bytes.Buffer
	if err := render.JSON(&out, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	var result struct {
		Changes []struct {
			Key     string
			Columns []struct {
				Name, Op string
				NewRaw   string `json:"new_raw"`
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Changes) != 2 || len(result.Changes[0].Columns) != n || len(result.Changes[1].Columns) != 1 {
		t.Fatalf("%d changes", len(result.Changes))
	}
	seen, last := map[string]bool{}, ""
	for _, c := range result.Changes[0].Columns {
		if c.Name <= last || c.Op != "added" || c.NewRaw != "value "+strings.TrimSuffix(c.Name, "\x00é") {
			t.Fatalf("%q after %q: %s %q", c.Name, last, c.Op, c.NewRaw)
		}
		last = c.Name
		seen[c.Name] = true
	}
	if len(seen) != n {
		t.Errorf("%d names", len(seen))
	}
}
