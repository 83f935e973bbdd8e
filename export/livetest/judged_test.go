package livetest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// export runs the export of a site to a file.
func (s site) export(t *testing.T, file string, args ...string) result {
	t.Helper()
	return tool(t, append(append([]string{"export", "-o", file}, s.flags()...), args...)...)
}

// exported exports, and wants success.
func (s site) exported(t *testing.T, file string, args ...string) result {
	t.Helper()
	r := s.export(t, file, args...)
	if r.code != 0 {
		t.Fatalf("export: exit code %d\n%s%s", r.code, r.out, r.err)
	}
	return r
}

// What an export has is what independent programs read, for all tables that releases have made.
func TestExportOfAllGenerations(t *testing.T) {
	dump := generated(t, "120")
	for i, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			cluster := []string{"--cluster-id", []string{"", "c1"}[i]}
			s := shared(t, v)
			s.held(t, judgeProgram, append([]string{"put", dump, "--hold", "--generation", "all"}, cluster...)...)
			dir := t.TempDir()
			plain, indexed := filepath.Join(dir, "out.json"), filepath.Join(dir, "out.json.zst")
			for _, file := range []string{plain, indexed} {
				s.exported(t, file, cluster...)
				s.judge(t, 0, append([]string{"check", file}, cluster...)...)
			}
			succeed(t, "verify", indexed)
			// The live databases are just another dump.
			live := append(cluster, s.flags()...)
			succeed(t, append([]string{"diff", plain, "live:"}, live...)...)
			succeed(t, append([]string{"info", "live:"}, live...)...)
		})
	}
}

// Keyspaces that are left out are not read, and tables of other forms don't vanish without a word.
func TestExportSelects(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.judge(t, 0, "put", generated(t, "120"), "--plain")
	file := filepath.Join(t.TempDir(), "out.json")
	s.exported(t, file, "--omit-keyspace", "dm_keyspace,useragent")
	s.judge(t, 0, "check", file, "--omit-keyspace", "dm_keyspace", "--omit-keyspace", "useragent")
}

// What can't be reached says why, in time, and leaves nothing.
func TestExportRefused(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	plain := s
	login := servers.StartCassandra(t, servers.CassandraOptions{Version: servers.Cassandra5, Login: true, TLS: true, Mutual: true})
	defer login.End()
	s.cassandra = login
	tls := []string{"--ca-cert", login.TLS.CA, "--cert", login.TLS.Cert, "--key", login.TLS.Key, "--cassandra-user", "cassandra"}
	for _, c := range []struct {
		name, password string
		site           site
		args           []string
		says           string
	}{
		{"wrong password", "wrong", s, tls, "password"},
		{"wrong authority", "cassandra", s, append(append([]string{}, tls...), "--ca-cert", login.TLS.OtherCA), "certificate"},
		{"no certificate", "cassandra", s, []string{"--ca-cert", login.TLS.CA, "--cassandra-user", "cassandra"}, ""},
		{"the server speaks TLS", "cassandra", s, []string{"--cassandra-user", "cassandra"}, ""},
		{"the server speaks no TLS", "", plain, []string{"--ca-cert", login.TLS.CA}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("DUMPTOOL_CASSANDRA_PASSWORD", c.password)
			dir := t.TempDir()
			begin := time.Now()
			r := c.site.export(t, filepath.Join(dir, "out.json"), c.args...)
			if r.code != 2 || r.err == "" || !strings.Contains(strings.ToLower(r.err), c.says) {
				t.Errorf("exit code %d\n%s", r.code, r.err)
			}
			if time.Since(begin) > time.Minute {
				t.Errorf("it took %v", time.Since(begin))
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
	t.Run("right", func(t *testing.T) {
		t.Setenv("DUMPTOOL_CASSANDRA_PASSWORD", "cassandra")
		// It comes as far as to see that the databases are empty.
		if r := s.export(t, filepath.Join(t.TempDir(), "out.json"), tls...); r.code != 2 || !strings.Contains(r.err, "none of the keyspaces") {
			t.Errorf("exit code %d\n%s", r.code, r.err)
		}
	})
}

// An export that is interrupted ends with 3, and can go on.
func TestExportInterrupted(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.judge(t, 0, "put", generated(t, "3000"), "--plain")
	file := filepath.Join(t.TempDir(), "out.json")
	cmd := exec.Command(dumptool, append([]string{"export", "-o", file, "--max-rate", "1MiB"}, s.flags()...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 3 || !strings.Contains(errs.String(), "--resume") {
		t.Fatalf("exit code %d\n%s", code, errs.String())
	}
	s.exported(t, file, "--resume")
	s.judge(t, 0, "check", file)
}

// A full disk is said, and leaves nothing.
func TestExportDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("mounting a small file system needs root")
		return
	}
	s := shared(t, servers.Cassandra5)
	s.judge(t, 0, "put", generated(t, "1000"), "--plain")
	small := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small).CombinedOutput(); err != nil {
		t.Logf("no small file system here: %s", out)
		return
	}
	defer func() { _ = exec.Command("umount", small).Run() }()
	r := s.export(t, filepath.Join(small, "out.json"))
	if r.code != 2 && r.code != 3 || !strings.Contains(r.err, "no space left") {
		t.Errorf("exit code %d\n%s", r.code, r.err)
	}
	if _, err := os.Stat(filepath.Join(small, "out.json")); err == nil {
		t.Error("a file is left")
	}
}

// Standard output takes an export too.
func TestExportToStdout(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	s.judge(t, 0, "put", generated(t, "120"), "--plain")
	cmd := exec.Command(dumptool, append([]string{"export", "-o", "-"}, s.flags()...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	file := filepath.Join(t.TempDir(), "out.json")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, bytes.NewReader(out)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	s.judge(t, 0, "check", file)
}
