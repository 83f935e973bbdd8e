package livetest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// large is the size at which the loops of Python would take hours to write, and all memory to keep what they read; what writes
// is not compared there.
const large = "880000"

// BenchmarkLive measures imports and exports of about 24 MB, 224 MB (1.4 million cells, more than 100,000 nodes) and 2.2 GB,
// against loops that do nothing but read or write the same cells: over gocql, and over the Python driver. All of one size run
// after each other on the same servers, which share the machine with them: compare within a run. That the export is what was
// imported is looked at too.
func BenchmarkLive(b *testing.B) {
	bin := b.TempDir()
	reads, writes := filepath.Join(bin, "bareread"), filepath.Join(bin, "bareloop")
	for _, program := range []string{reads, writes} {
		if out, err := exec.Command("go", "build", "-o", program, "../cassandra/internal/"+filepath.Base(program)).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
	for _, objects := range []string{"10000", "88000", large} {
		for _, v := range servers.Versions() {
			b.Run(objects+"/"+string(v), func(b *testing.B) {
				dir := b.TempDir()
				file := filepath.Join(dir, "dump.json")
				measure(b, dumptool, "generate", "--objects", objects, "--seed", "2", "-o", file)
				heap := "1g"
				if objects == large {
					heap = "2g"
				}
				for range b.N {
					s := site{servers.StartCassandra(b, servers.CassandraOptions{Version: v, Heap: heap}), servers.StartZooKeeperHeap(b, heap)}
					// A run of an hour tells as it goes.
					say := func(what, name string, args ...string) { fmt.Println(what + ": " + measure(b, name, args...)) }
					if objects == large {
						say("import", dumptool, append([]string{"import", "-q", "--yes", "--no-read-back", file}, s.flags()...)...)
						measureExport(say, s, reads, file, dir, "")
					} else {
						say("import, read back", dumptool, append([]string{"import", "--yes", "--json", file}, s.flags()...)...)
						measureExport(say, s, reads, file, dir, filepath.Join(dir, "loop.json"))
						measureImport(b, say, s, writes, file, dir, objects)
					}
					s.cassandra.End()
					s.zookeeper.End()
				}
			})
		}
	}
}

const venvPython = "../../build/venv/bin/python"

// measureExport measures what reads. The loop of Python keeps what it reads and writes it to kept, unless that is empty.
func measureExport(say func(what, name string, args ...string), s site, reads, file, dir, kept string) {
	out := filepath.Join(dir, "out.json")
	export := append([]string{"export", "--json", "--force", "-o", out}, s.flags()...)
	say("export", dumptool, export...)
	say("what differs from what was imported", dumptool, "diff", "--all", "--hide", "zk-stat,ephemeral", file, out)
	say("export without the second look", dumptool, append(export, "--no-quiet-check")...)
	// In turns: the servers are slower at first.
	for range 3 {
		say("export of Cassandra alone without it", dumptool, append(export, "--no-quiet-check", "--omit-zookeeper")...)
		say("read with gocql alone", reads, strings.Split(s.cassandra.Addresses(), ":")...)
	}
	loop := append([]string{"../../testdata/oracle/live_judge.py", "loop"}, s.flags()...)
	if kept != "" {
		loop = append(loop, kept)
	}
	say("read with the Python driver", venvPython, loop...)
}

// measureImport measures what writes.
func measureImport(b *testing.B, say func(what, name string, args ...string), s site, writes, file, dir, objects string) {
	b.Helper()
	// The nodes alone, beside a keyspace with hardly anything in it.
	nodes := filepath.Join(dir, "nodes.json")
	measure(b, dumptool, "filter", file, "--keyspace", "useragent", "-o", nodes)
	alone := site{s.cassandra, servers.StartZooKeeper(b, 1)}
	say("import of nodes alone", dumptool, append([]string{"import", "--yes", "--json", "--cluster-id", "alone", nodes}, alone.flags()...)...)
	alone.zookeeper.End()
	say("write with gocql alone", writes, s.cassandra.Hosts[0], "9042", "", file, "64")
	if objects == "10000" {
		say("write with the Python driver", venvPython, "../../testdata/oracle/live_loop.py", s.cassandra.Hosts[0], "9042", "", file, "64")
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
