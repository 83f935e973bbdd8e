package contrail

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// testDump is a small dump, read as a whole.
type testDump struct {
	name       string
	consistent bool
	tables     map[string]map[string]map[string]map[string]string // keyspace, table, row, column: text
	nodes      []testNode
}

type testNode struct{ path, data string }

// testDumps reads the fixture of this package and, where they are present, the
// real dumps beside the module.
func testDumps(t testing.TB) []*testDump {
	t.Helper()
	paths := []string{"testdata/small.json"}
	found, err := filepath.Glob("../../shared/dumps/*.json*")
	if err != nil {
		t.Fatal(err)
	}
	var dumps []*testDump
	for _, path := range append(paths, found...) {
		dumps = append(dumps, readDump(t, path))
	}
	return dumps
}

func readDump(t testing.TB, path string) *testDump {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	var doc struct {
		Cassandra map[string]map[string]map[string]map[string]json.RawMessage
		Zookeeper string
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	name := filepath.Base(path)
	d := &testDump{
		name:       name,
		consistent: strings.HasPrefix(name, "consistent") || name == "small.json",
		tables:     map[string]map[string]map[string]map[string]string{},
	}
	for ks, tables := range doc.Cassandra {
		d.tables[ks] = map[string]map[string]map[string]string{}
		for table, rows := range tables {
			d.tables[ks][table] = map[string]map[string]string{}
			for row, cells := range rows {
				d.tables[ks][table][row] = map[string]string{}
				for column, cell := range cells {
					d.tables[ks][table][row][column] = cellText(cell)
				}
			}
		}
	}
	var nodes [][]json.RawMessage
	if err := json.Unmarshal([]byte(doc.Zookeeper), &nodes); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, n := range nodes {
		var value []json.RawMessage
		var tn testNode
		for _, err := range []error{json.Unmarshal(n[0], &tn.path), json.Unmarshal(n[1], &value), json.Unmarshal(value[0], &tn.data)} {
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
		d.nodes = append(d.nodes, tn)
	}
	return d
}

// cellText returns the value of a cell: [text, time], a bare text (A6), or a
// value that isn't a text (A7).
func cellText(cell json.RawMessage) string {
	var text string
	if json.Unmarshal(cell, &text) == nil {
		return text
	}
	var list []json.RawMessage
	if json.Unmarshal(cell, &list) != nil || len(list) == 0 {
		return string(cell)
	}
	if json.Unmarshal(list[0], &text) == nil {
		return text
	}
	return string(list[0])
}

// rows returns the rows of obj_uuid_table in the order of their keys.
func (d *testDump) rows() map[string]map[string]string {
	return d.tables["config_db_uuid"]["obj_uuid_table"]
}

// object decodes a row.
func (d *testDump) object(uuid string) *Object {
	b := NewObjectBuilder(uuid)
	columns := d.rows()[uuid]
	for _, name := range sortedKeys(columns) {
		b.Add([]byte(name), []byte(columns[name]))
	}
	return b.Object()
}

// objects decodes all rows and resolves their names.
func (d *testDump) objects() map[string]*Object {
	all := map[string]*Object{}
	for uuid := range d.rows() {
		all[uuid] = d.object(uuid)
	}
	for _, o := range all {
		o.Resolve(func(_, uuid string) []string {
			if other := all[uuid]; other != nil {
				return other.FQName
			}
			return nil
		})
	}
	return all
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// eachDump runs a test for every dump.
func eachDump(t *testing.T, f func(t *testing.T, d *testDump)) {
	for _, d := range testDumps(t) {
		t.Run(d.name, func(t *testing.T) { f(t, d) })
	}
}
