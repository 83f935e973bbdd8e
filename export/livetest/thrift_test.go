package livetest

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

type keyspaces map[string]map[string]map[string]map[string][2]any

// cells returns the member "cassandra" of a dump, or what Thrift's program printed.
func cells(t *testing.T, text []byte, member bool) keyspaces {
	t.Helper()
	var k keyspaces
	var err error
	if member {
		var dump struct{ Cassandra keyspaces }
		err = json.Unmarshal(text, &dump)
		k = dump.Cassandra
	} else {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Tables that Thrift made are exported as Thrift reads them, can be imported into, and what an import made itself is read
// by Thrift.
func TestThrift(t *testing.T) {
	s := shared(t, servers.Cassandra3)
	file := generated(t, "400")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := cells(t, text, true)
	names := slices.Sorted(maps.Keys(want))
	read := func(prefix string) {
		t.Helper()
		got := cells(t, s.cassandra.Thrift(t, append([]string{"get", prefix}, names...)...), false)
		if !reflect.DeepEqual(got, want) {
			t.Error("Thrift reads something else")
		}
	}
	export := func() {
		t.Helper()
		out := file + ".export"
		succeed(t, append(append([]string{"export", "-f"}, s.flags()...), "-o", out)...)
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(cells(t, text, true), want) {
			t.Error("the export is something else")
		}
	}
	// UTF8Type is what nearly all releases set; the first set none.
	for _, class := range []string{"UTF8Type", ""} {
		s.oracle(t, 0, "clean")
		s.cassandra.Thrift(t, "make", "", file, class)
		s.cassandra.Thrift(t, "put", "", file)
		read("")
		export()
		s.judge(t, 0, "drop") // Thrift does not see them then
		export()

		s.oracle(t, 0, "clean")
		s.cassandra.Thrift(t, "make", "", file, class)
		s.imports(t, file)
		read("")
		export()

		s.oracle(t, 0, "clean")
		s.cassandra.Thrift(t, "make", "", file, class)
		s.judge(t, 0, "drop")
		s.imports(t, file)
		export()
	}

	s.oracle(t, 0, "clean")
	s.imports(t, file)
	read("")
	s.oracle(t, 0, "clean")
	s.imports(t, file, "--cluster-id", "c1")
	read("c1_")
	s.oracle(t, 0, "clean", "--cluster-id", "c1")
}

// The keyspace of the discovery server is exported to who asks for it, with the composite names of its cells as Python 2
// prints tuples.
func TestThriftComposite(t *testing.T) {
	s := shared(t, servers.Cassandra3)
	file := generated(t, "150")
	s.imports(t, file)
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	put := func(text string) string {
		t.Helper()
		if err := os.WriteFile(path("discovery.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path("discovery.json")
	}
	s.cassandra.Thrift(t, "make", "", put(`{"cassandra": {"DISCOVERY_SERVER": {"discovery": {}}}}`), "UTF8Type",
		"CompositeType(AsciiType, UTF8Type, UTF8Type)")
	s.cassandra.Thrift(t, "put", "", put(`{"cassandra": {"DISCOVERY_SERVER": {"discovery": {
		"service": {"service\nIfmapServer\nservice-entry": ["{}", 1500000000000000], "client\nit's\n\"it's\"": ["1", 1500000000000001]},
		"subscriber": {"subscriber\n\u00e9\ud83d\ude00\n": ["", 1500000000000002]}}}}}`), "composite")
	if r := s.exports(t, path("out.json")); !strings.Contains(r.err, "DISCOVERY_SERVER is left out") {
		t.Error(r.err)
	}
	composite(t, s, path)
	s.judge(t, 0, "drop")
	composite(t, s, path)
	s.oracle(t, 0, "clean")
}

// composite wants the export to have the cells of TestThriftComposite.
func composite(t *testing.T, s site, path func(name string) string) {
	t.Helper()
	s.exports(t, path("all.json"), "--force", "--keyspace", "*")
	want := `{"cassandra": {"DISCOVERY_SERVER": {"discovery": {
		"service": {"('service', u'IfmapServer', u'service-entry')": ["{}", 1500000000000000],
			"('client', u\"it's\", u'\"it\\'s\"')": ["1", 1500000000000001]},
		"subscriber": {"('subscriber', u'\\xe9\\U0001f600', u'')": ["", 1500000000000002]}}}}, "zookeeper": "[]"}`
	if err := os.WriteFile(path("want.json"), []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
	succeed(t, "filter", path("all.json"), "--keyspace", "DISCOVERY_SERVER", "--omit-zookeeper", "--force", "-o", path("part.json"))
	succeed(t, "diff", "--all", path("want.json"), path("part.json"))
	succeed(t, "filter", path("all.json"), "--omit-keyspace", "DISCOVERY_SERVER", "--force", "-o", path("rest.json"))
	succeed(t, "diff", "--all", "--hide", "zk-stat", path("out.json"), path("rest.json"))
}
