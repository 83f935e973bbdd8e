package salvage

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

func salvage(t testing.TB, text string) (string, *Report, error) {
	t.Helper()
	var out bytes.Buffer
	rep, err := Salvage(context.Background(), &out, dump.Input{Name: "d", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{Memory: 16 << 20})
	return out.String(), rep, err
}

// Which table the rows behind a hole belong to is never guessed.
func TestTableBehindHole(t *testing.T) {
	const u1, u2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
	object := func(u string) string {
		return fmt.Sprintf(`"%s": {"fq_name": ["[\"a\"]", 1], "type": ["\"project\"", 1]}`, u)
	}
	driver := func(u string) string {
		return fmt.Sprintf(`"%s": {"config_info": ["{}", 1], "driver_info": ["{}", 1]}`, u)
	}
	const hole = "\x00\x00\x00\x00"
	for _, c := range []struct{ name, text, want string }{
		{"the boundary between tables that look different is lost",
			`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + object(u1) + `, "x` + hole + `": {"project": {"a:` + u1 + `": ["null", 1]}}}}, "zookeeper": "[]"}`,
			`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + object(u1) + `}, "obj_fq_name_table": {"project": {"a:` + u1 + `": ["null", 1]}}}}, "zookeeper": "[]"}`},
		{"a boundary between tables that look alike may be lost",
			`{"cassandra": {"svc_monitor_keyspace": {"pool_table": {` + driver(u1) + `, "x` + hole + `": {` + driver(u2) + `}}}, "zookeeper": "[]"}`,
			`{"cassandra": {"svc_monitor_keyspace": {"pool_table": {` + driver(u1) + `}}}, "zookeeper": "[]"}`},
		{"there is no other table that it could be",
			`{"cassandra": {"svc_monitor_keyspace": {"healthmonitor_table": {}, "loadbalancer_table": {}, "pool_table": {` + driver(u1) + `, "x` + hole + `": 1, ` + driver(u2) + `}}}, "zookeeper": "[]"}`,
			`{"cassandra": {"svc_monitor_keyspace": {"healthmonitor_table": {}, "loadbalancer_table": {}, "pool_table": {` + driver(u1) + `, ` + driver(u2) + `}}}, "zookeeper": "[]"}`},
		{"a table that nobody knows goes on where its rows look the same",
			`{"cassandra": {"k": {"t": {"a": {"odd": ["v", 1]}, "x` + hole + `": 1, "b": {"odd": ["w", 1]}, "c": {"other": ["w", 1]}}}}, "zookeeper": "[]"}`,
			`{"cassandra": {"k": {"t": {"a": {"odd": ["v", 1]}, "b": {"odd": ["w", 1]}}}}, "zookeeper": "[]"}`},
		{"the end of the nodes is lost",
			`{"zookeeper": "[[\"/a\", [\"b\", [1, 2, 3, 4, 5, 6, 7, 0, 1, 0, 11]]], [\"/` + hole + `": {"config_db_uuid": {"obj_uuid_table": {` + object(u1) + `}}}}`,
			`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + object(u1) + `}}}, "zookeeper": "[[\"/a\", [\"b\", [1, 2, 3, 4, 5, 6, 7, 0, 1, 0, 11]]]]"}`},
		{"the beginning is lost",
			hole + `bject", 1]}, ` + object(u2) + `}}}, "zookeeper": "[]"}`,
			`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + object(u2) + `}}}, "zookeeper": "[]"}`},
	} {
		got, rep, err := salvage(t, c.text)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		if rep.Complete() {
			t.Errorf("%s: nothing is said to be lost", c.name)
		}
	}
}

// Text that may be wrong is kept as long as it is as it should be, in each table that releases have written.
func TestTablesThatMayBeWrong(t *testing.T) {
	var text strings.Builder
	text.WriteString(`{"cassandra": {`)
	for i, t := range tables {
		key, column, value := "k:k", "value", "v"
		if t.name.keyspace == configKeyspace {
			continue // its rows have to agree with themselves, which is another test
		}
		if i > 0 && tables[i-1].name.keyspace == t.name.keyspace {
			text.WriteString(", ")
		} else {
			fmt.Fprintf(&text, `"%s": {`, t.name.keyspace)
		}
		fmt.Fprintf(&text, `"%s": {"%s": {"%s": ["%s", 1577836800000000]}}`, t.name.table, key, column, value)
		if i+1 == len(tables) {
			text.WriteString("}")
		} else if tables[i+1].name.keyspace != t.name.keyspace {
			text.WriteString("}, ")
		}
	}
	text.WriteString(`}, "zookeeper": "[[\"/a\", [\"b\", [1, 2, 3, 4, 5, 6, 7, 0, 1, 0, 11]]]]"}`)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, text.String()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b := packed.Bytes()
	b[len(b)-8] ^= 1 // the checksum
	got, rep, err := salvage(t, string(b))
	if err != nil || got != text.String() || rep.Complete() {
		t.Errorf("%v, complete: %t\n got %s\nwant %s", err, err == nil && rep.Complete(), got, text.String())
	}
}

// Whatever the input, what comes out is a dump that a Reader accepts.
func FuzzSalvage(f *testing.F) {
	for _, name := range []string{"../../contrail/testdata/small.json", "../../testdata/format/v1/small-respelled.json"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 1500)])
	}
	f.Add([]byte(`{"cassandra": {"k": {"t": {"r": {"c": ["v", 1]}, "r": {"c": ["v", 1]}}}}, "zookeeper": "[[\"/a\", [\"\", [1]]], [\"a\", [\"\", [1]]]]", "m": 1, "m": 2}`))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		out, rep, err := salvage(t, string(in))
		if err != nil {
			return
		}
		if !json.Valid([]byte(out)) {
			t.Fatalf("no JSON: %q", out)
		}
		d, err := dump.Open(dump.Input{Name: "out", At: strings.NewReader(out), Size: int64(len(out))}, dump.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		r, err := d.Reader(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var rows int64
		for r.Next() {
			if r.Kind() == dump.RowEnd {
				rows++
			}
		}
		if r.Err() != nil {
			t.Fatalf("%v in %q", r.Err(), out)
		}
		if rows != rep.Kept() {
			t.Fatalf("%d rows, and %d are said to be kept", rows, rep.Kept())
		}
	})
}
