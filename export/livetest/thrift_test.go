package livetest

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
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

		s.oracle(t, 0, "clean")
		s.cassandra.Thrift(t, "make", "", file, class)
		s.imports(t, file)
		read("")
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
