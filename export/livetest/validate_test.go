package livetest

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// found are the rules and places of the findings of a validation.
func (s site) found(t *testing.T, args ...string) []string {
	t.Helper()
	r := tool(t, append(append([]string{"validate", "--json", "--exit-zero"}, args...), s.flags()...)...)
	if r.code != 0 {
		t.Fatalf("%s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	var list []string
	for line := range strings.Lines(r.out) {
		var f struct{ ID, Where string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		list = append(list, f.ID+" "+f.Where)
	}
	return list
}

// Rules about servers are applied to a live system only; and a restore is told what the databases hold already.
func TestValidate(t *testing.T) {
	file := generated(t, "600")
	for _, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			s := shared(t, v)
			empty := s.found(t, "--only", "B-TGT", "--target", "live:", file)
			if slices.ContainsFunc(empty, func(f string) bool { return strings.HasPrefix(f, "B-TGT-6") }) {
				t.Errorf("the databases are empty, and: %q", empty)
			}
			isNew := slices.ContainsFunc(empty, func(f string) bool { return strings.HasPrefix(f, "B-TGT-9") })
			if isNew != (v != servers.Cassandra3) {
				t.Errorf("version %s: %q", v, empty)
			}
			s.imports(t, file)
			full := s.found(t, "--only", "B-TGT-6", "--target", "live:", file)
			for _, want := range []string{"B-TGT-6 config_db_uuid/obj_uuid_table", "B-TGT-6 useragent/useragent_keyval_table", "B-TGT-6 zk:/fq-name-to-uuid", "B-TGT-6 zk:/id"} {
				if !slices.Contains(full, want) {
					t.Errorf("%s is not in %q", want, full)
				}
			}
			if list := s.found(t, "--skip", "B-TGT,B-TS", "live:"); len(list) != 0 {
				t.Errorf("a sound system: %q", list)
			}
			r := tool(t, "validate", "--only", "M-ZKMODE,M-RF", file)
			if r.code != 0 || strings.Count(r.out, "needs a live system") < 1 {
				t.Errorf("of a file: %d %s", r.code, r.out)
			}
			// With servers that aren't there, all four rules have something to say.
			lame := site{s.cassandra, s.zookeeper}.flags()
			lame[1] += "," + strings.Replace(lame[1], "127.", "127.9", 1)
			dead := "127.99.99.99:" + lame[3][strings.LastIndexByte(lame[3], ':')+1:]
			lame[3] += "," + dead
			r = tool(t, append([]string{"validate", "--json", "--exit-zero", "--only", "M-ZKMODE,M-RF", "live:"}, lame...)...)
			for _, want := range []string{`"M-ZKMODE-1"`, `"M-ZKMODE-2"`, `"M-RF-1"`, "zookeeper " + dead, "the replication factor is 1, with 2 servers"} {
				if !strings.Contains(r.out, want) {
					t.Errorf("%s is not in %s%s", want, r.out, r.err)
				}
			}
		})
	}
	if err := os.Remove(file); err != nil {
		t.Error(err)
	}
}
