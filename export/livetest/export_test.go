package livetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// exports runs an export and wants it to succeed.
func (s site) exports(t *testing.T, file string, args ...string) result {
	t.Helper()
	return succeed(t, append(append([]string{"export", "-o", file}, s.flags()...), args...)...)
}

// Whatever the databases hold, the export says the same as the Python drivers: every generation of tables, bytes that
// are no text, times to live, ACLs, nodes of sessions.
func TestExport(t *testing.T) {
	for _, v := range servers.Versions() {
		for _, id := range []string{"", "c1"} {
			t.Run(string(v)+"/"+id, func(t *testing.T) {
				s := shared(t, v)
				var cluster []string
				if id != "" {
					cluster = []string{"--cluster-id", id}
				}
				s.exportOracle(t, append([]string{"fill"}, cluster...)...)
				release := s.held(t, exportProgram, append([]string{"hold"}, cluster...)...)
				file := filepath.Join(t.TempDir(), "dump.json")
				args := append([]string{"--buffer-size", "500"}, cluster...)
				if r := s.exports(t, file, args...); !strings.Contains(r.err, "1 nodes have an ACL with passwords that ZooKeeper does not show") {
					t.Errorf("the report: %s", r.err)
				}
				t.Setenv("DUMPTOOL_ZK_AUTH", "user:secret")
				cluster = append(cluster, "--zk-auth", "digest")
				r := s.exports(t, file, append(args, "--force", "--zk-auth", "digest")...)
				if !strings.Contains(r.err, "nothing changed while exporting") || !strings.Contains(r.err, "an API server is elected") {
					t.Errorf("the report: %s", r.err)
				}
				s.exportOracle(t, append([]string{"compare", file}, cluster[:len(cluster)-2]...)...)

				// The same through other forms, and through other commands.
				packed := file + ".zst"
				s.exports(t, packed, cluster...)
				succeed(t, "verify", packed)
				for _, live := range [][]string{{"diff", file, packed}, {"diff", file, "live:"}} {
					r := tool(t, append(append(append(live, "--all", "--hide", "zk-stat"), s.flags()...), cluster...)...)
					if r.code != 0 {
						t.Errorf("%s: exit code %d\n%s%s", strings.Join(live, " "), r.code, r.out, r.err)
					}
				}
				release()
			})
		}
	}
}

// What is exported can be imported elsewhere, and is the same again.
func TestExportImportExport(t *testing.T) {
	file := generated(t, "600")
	for _, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			s := shared(t, v)
			s.imports(t, file)
			out := filepath.Join(t.TempDir(), "out.json")
			s.exports(t, out)
			succeed(t, "diff", "--all", "--hide", "zk-stat,ephemeral", file, out)
			s.oracle(t, 0, "compare", out)
			s.oracle(t, 0, "clean")
			s.imports(t, out)
			s.oracle(t, 0, "compare", file)
		})
	}
}

// An export that is killed goes on where it was, and comes to the same.
func TestExportKilled(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.exportOracle(t, "fill")
	dir := t.TempDir()
	killed := 0
	t.Setenv("DUMPTOOL_ZK_AUTH", "user:secret")
	for i := range 10 {
		file := filepath.Join(dir, "dump"+string(rune('0'+i))+".json")
		args := append([]string{"export", "-o", file, "--zk-auth", "digest", "--max-rate", "2MiB", "--buffer-size", "200", "--concurrency", "2"}, s.flags()...)
		toolUntil(t, time.Duration(120+i*110)*time.Millisecond, args...)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), "dump") {
				t.Errorf("a killed export leaves %s", e.Name())
			}
		}
		if _, err := os.Stat(file); err == nil {
			continue // it was faster
		}
		resume := []string{}
		if _, err := os.Stat(file + ".partial"); err == nil {
			killed++
			r := tool(t, args...)
			if r.code != 2 || !strings.Contains(r.err, "--resume") {
				t.Fatalf("beginning anew over %s: exit code %d\n%s", file, r.code, r.err)
			}
			resume = append(resume, "--resume")
		}
		// On some file systems what is written has a name from the beginning, and a kill leaves it.
		left := filepath.Join(dir, "."+filepath.Base(file)+".1x2y.tmp")
		if err := os.WriteFile(left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		succeed(t, append(append([]string{"export", "-o", file, "--zk-auth", "digest"}, s.flags()...), resume...)...)
		if _, err := os.Stat(left); err == nil && len(resume) > 0 {
			t.Errorf("%s is still there", left)
		}
		os.Remove(left)
		s.exportOracle(t, "compare", file)
		if _, err := os.Stat(file + ".partial"); err == nil {
			t.Errorf("%s.partial is still there", file)
		}
	}
	if killed < 3 {
		t.Errorf("only %d of 10 exports were killed midway", killed)
	}
}

// Somebody who writes meanwhile is noticed, with the names of what changed.
func TestExportNotQuiet(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.exportOracle(t, "fill")
	for _, require := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "dump.json")
		args := append([]string{"export", "-o", file, "--max-rate", "300KiB", "--buffer-size", "200"}, s.flags()...)
		if require {
			args = append(args, "--require-quiet")
		}
		done := make(chan result)
		go func() { done <- tool(t, args...) }()
		time.Sleep(1500 * time.Millisecond)
		s.exportOracle(t, "change")
		r := <-done
		for _, name := range []string{"obj_uuid_table/new row", "obj_uuid_table/ttl", "zk:/inner/empty"} {
			if !strings.Contains(r.err, name) && !strings.Contains(r.err, "more") {
				t.Errorf("%s is not named: %s", name, r.err)
			}
		}
		_, err := os.Stat(file)
		if require && (r.code != 2 || err == nil) || !require && (r.code != 0 || err != nil) {
			t.Errorf("require %v: exit code %d, file %v\n%s", require, r.code, err, r.err)
		}
		s.oracle(t, 0, "clean")
		s.exportOracle(t, "fill")
	}
}

// Nodes that may not be read are named, or left out and said.
func TestExportUnreadable(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.exportOracle(t, "fill")
	hide := exec.Command(python(t), "-c", `import sys
from kazoo.client import KazooClient
from kazoo.security import make_digest_acl
z = KazooClient(sys.argv[1]); z.start()
z.create("/secret", b"x", acl=[make_digest_acl("user", "secret", all=True)]); z.stop()`, s.zookeeper.Addresses())
	if out, err := hide.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "dump.json")
	r := tool(t, append([]string{"export", "-o", file}, s.flags()...)...)
	if r.code != 2 || !strings.Contains(r.err, "/secret") || !strings.Contains(r.err, "--skip-unreadable") {
		t.Errorf("exit code %d\n%s", r.code, r.err)
	}
	for _, left := range []string{file, file + ".partial"} {
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%s is left behind", left)
		}
	}
	if r := s.exports(t, file, "--skip-unreadable"); !strings.Contains(r.err, "zk:/secret is left out") {
		t.Error(r.err)
	}
	t.Setenv("DUMPTOOL_ZK_AUTH", "user:secret")
	s.exports(t, file, "--zk-auth", "digest", "--force")
	s.exportOracle(t, "compare", file)
}

// The old command line does what it did.
func TestExportByOldWords(t *testing.T) {
	s := shared(t, servers.Cassandra3)
	file := generated(t, "150")
	old := []string{"--cassandra_server_list", s.cassandra.Addresses(), "--zk_server_ip", s.zookeeper.Addresses()}
	succeed(t, append([]string{"--import-from", file}, old...)...)
	out := filepath.Join(t.TempDir(), "out.json")
	if err := os.WriteFile(out, []byte("was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	succeed(t, append([]string{"--export-to", out, "--omit-keyspaces", "dm_keyspace", "useragent", "--buffer-size", "100", "--debug"}, old...)...)
	r := succeed(t, "info", "--json", out)
	if strings.Contains(r.out, "dm_keyspace") || strings.Contains(r.out, "useragent") || !strings.Contains(r.out, "to_bgp_keyspace") {
		t.Error(r.out)
	}
}
