package livetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// An export of a part is that part of an export of everything.
func TestExportOfAPart(t *testing.T) {
	s := shared(t, servers.Cassandra3)
	s.imports(t, generated(t, "300"))
	dir := t.TempDir()
	full := filepath.Join(dir, "full.json")
	s.exports(t, full)
	for i, args := range [][]string{
		{"--omit-keyspace", "dm_keyspace,useragent"},
		{"--keyspace", "config_db_uuid"},
		{"--keyspace", "*_keyspace", "--omit-zookeeper"},
		{"--table", "obj_fq_name_table"},
		{"--omit-table", "config_db_uuid/obj_shared_table"},
		{"--zk-path", "/fq-name-to-uuid"},
		{"--type", "virtual-network", "--closure"},
		{"--omit-type", "virtual_machine_interface", "--omit-keyspace", "useragent"},
	} {
		out, want := filepath.Join(dir, "out.json"), filepath.Join(dir, "want.json")
		s.exports(t, out, append([]string{"--force"}, args...)...)
		succeed(t, append(append([]string{"filter", full, "--force"}, args...), "-o", want)...)
		succeed(t, "diff", "--all", "--hide", "zk-stat", want, out)
		if i > 0 {
			continue
		}
		// The same from a pipe, in another form.
		packed := filepath.Join(dir, "out.json.zst")
		s.exports(t, packed, append([]string{"--force"}, args...)...)
		succeed(t, "verify", packed)
		succeed(t, "diff", "--all", "--hide", "zk-stat", want, packed)
	}
	for _, c := range []struct{ args, want string }{
		{"--keyspace nothing", "there is no keyspace nothing"},
		{"--table nothing", "there is no table nothing"},
		{"--object virtual_network:no:such:one", "virtual_network:no:such:one"},
		{"--key-file k", "--redact"},
		{"--closure", "closure"},
	} {
		out := filepath.Join(dir, "none.json")
		r := tool(t, append(append([]string{"export", "-o", out}, s.flags()...), strings.Fields(c.args)...)...)
		if r.code != 2 || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: exit code %d\n%s", c.args, r.code, r.err)
		}
		for _, left := range []string{out, out + ".partial"} {
			if _, err := os.Stat(left); err == nil {
				t.Errorf("%s: %s is left behind", c.args, left)
			}
		}
	}
}

// An export that is redacted on its way is what redact makes of an export.
func TestExportRedacts(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.imports(t, generated(t, "200"))
	dir := t.TempDir()
	full, out, want := filepath.Join(dir, "full.json"), filepath.Join(dir, "out.json"), filepath.Join(dir, "want.json")
	key := filepath.Join(dir, "key")
	s.exports(t, full)
	if r := tool(t, "redact", "--check", full); r.code != 1 {
		t.Fatalf("there are no secrets to begin with: exit code %d\n%s%s", r.code, r.out, r.err)
	}
	for _, profile := range []string{"share", "anonymous"} {
		report := filepath.Join(dir, profile+".report")
		s.exports(t, out, "--force", "--redact", profile, "--new-key", key, "--report", report, "--omit-keyspace", "useragent", "--type", "*")
		succeed(t, "redact", "--check", out)
		if _, err := os.Stat(report); err != nil {
			t.Error(err)
		}
		part := filepath.Join(dir, "part.json")
		succeed(t, "filter", full, "--force", "--omit-keyspace", "useragent", "--type", "*", "-o", part)
		succeed(t, "redact", part, "--force", "--profile", profile, "--key-file", key, "-o", want)
		// The times of the two exports differ, in the member that holds them.
		changes := succeed(t, "diff", "--all", "--hide", "zk-stat", "--exit-zero", "--json", want, out)
		if n := strings.Count(changes.out, `"kind"`); n > 1 || n == 1 && !strings.Contains(changes.out, `"member"`) {
			t.Error(changes.out)
		}
		if err := os.Remove(key); err != nil {
			t.Fatal(err)
		}
	}
}
