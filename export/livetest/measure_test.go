package livetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// BenchmarkLive measures imports and exports of about 24 MB, 224 MB (1.4 million cells, more than 100,000 nodes) and 2.2 GB,
// against loops that do nothing but read or write the same cells: over gocql, and over the Python driver. All of one size run
// after each other on the same servers, which share the machine with them: compare within a run.
func BenchmarkLive(b *testing.B) {
	bin := b.TempDir()
	reads, writes := filepath.Join(bin, "bareread"), filepath.Join(bin, "bareloop")
	for _, program := range []string{reads, writes} {
		if out, err := exec.Command("go", "build", "-o", program, "../cassandra/internal/"+filepath.Base(program)).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
	for _, objects := range []string{"10000", "88000", "880000"} {
		for _, v := range servers.Versions() {
			b.Run(objects+"/"+string(v), func(b *testing.B) {
				dir := b.TempDir()
				file := filepath.Join(dir, "dump.json")
				measure(b, dumptool, "generate", "--objects", objects, "--seed", "2", "-o", file)
				for range b.N {
					s := site{servers.StartCassandra(b, servers.CassandraOptions{Version: v, Heap: "1g"}), servers.StartZooKeeper(b, 1)}
					measureLive(b, s, reads, writes, file, dir, objects)
					s.cassandra.End()
					s.zookeeper.End()
				}
			})
		}
	}
}

// measureLive measures with one dump. The loops of Python are left out where they take very long: more than a minute to read, more than ten to write.
func measureLive(b *testing.B, s site, reads, writes, file, dir, objects string) {
	program := "../../build/venv/bin/python"
	say := func(what, name string, args ...string) { b.Log(what + ": " + measure(b, name, args...)) }
	say("import, read back", dumptool, append([]string{"import", "--yes", "--json", file}, s.flags()...)...)
	out := filepath.Join(dir, "out.json")
	export := append([]string{"export", "--json", "--force", "-o", out}, s.flags()...)
	say("export", dumptool, export...)
	say("export without the second look", dumptool, append(export, "--no-quiet-check")...)
	say("export of Cassandra alone without it", dumptool, append(export, "--no-quiet-check", "--omit-zookeeper")...)
	say("read with gocql alone", reads, strings.Split(s.cassandra.Addresses(), ":")...)
	if objects != "880000" {
		say("read with the Python driver", program, append([]string{"../../testdata/oracle/live_judge.py", "loop", out}, s.flags()...)...)
	}
	if err := os.Remove(out); err != nil {
		b.Fatal(err)
	}
	// The nodes alone, beside a keyspace with hardly anything in it.
	nodes := filepath.Join(dir, "nodes.json")
	measure(b, dumptool, "filter", file, "--keyspace", "useragent", "-o", nodes)
	alone := site{s.cassandra, servers.StartZooKeeper(b, 1)}
	say("import of nodes alone", dumptool, append([]string{"import", "--yes", "--json", "--cluster-id", "alone", nodes}, alone.flags()...)...)
	alone.zookeeper.End()
	say("write with gocql alone", writes, s.cassandra.Hosts[0], "9042", "", file, "64")
	if objects == "10000" {
		say("write with the Python driver", program, "../../testdata/oracle/live_loop.py", s.cassandra.Hosts[0], "9042", "", file, "64")
	}
}

// measure runs a program and returns what it prints, with time and memory.
func measure(b *testing.B, name string, args ...string) string {
	b.Helper()
	begin := time.Now()
	cmd := exec.Command(name, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
	peak := int64(0)
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = usage.Maxrss >> 10
	}
	busy := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return strings.TrimSpace(string(out)) + "\n  " + time.Since(begin).Round(time.Millisecond).String() + " in all, " +
		busy.Round(time.Millisecond).String() + " of the processor, " + strconv.FormatInt(peak, 10) + " MiB"
}

// BenchmarkGraft measures how a tenant is put between others, for its part of the dump and for the size of the databases, and how
// an import is taken back.
func BenchmarkGraft(b *testing.B) {
	for _, objects := range []string{"10000", "88000"} {
		file := filepath.Join(b.TempDir(), "dump-"+objects+".json")
		measure(b, dumptool, "generate", "--objects", objects, "--seed", "2", "-o", file)
		b.Run(objects, func(b *testing.B) {
			for range b.N {
				c := servers.StartCassandra(b, servers.CassandraOptions{Version: servers.Cassandra5, Heap: "1g"})
				z := servers.StartZooKeeper(b, 1)
				live := []string{"-q", "--yes", "--cassandra", c.Addresses(), "--zookeeper", z.Addresses(), file}
				tenant := "project:default-domain:tenant-1"
				b.Log(measure(b, dumptool, append([]string{"import", "--omit-subtree", tenant}, live...)...))
				b.Log(measure(b, dumptool, append([]string{"import", "--into-nonempty", "--subtree", tenant, "--closure"}, live...)...))
				c.End()
				z.End()
				c = servers.StartCassandra(b, servers.CassandraOptions{Version: servers.Cassandra5, Heap: "1g"})
				z = servers.StartZooKeeper(b, 1)
				live = []string{"-q", "--yes", "--cassandra", c.Addresses(), "--zookeeper", z.Addresses(), file}
				b.Log(measure(b, dumptool, append([]string{"import"}, live...)...))
				b.Log(measure(b, dumptool, append([]string{"import", "--rollback"}, live...)...))
				c.End()
				z.End()
			}
		})
	}
}
