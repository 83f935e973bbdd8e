package livetest

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// BenchmarkExport measures exports of about 24 MB and 224 MB, with and without the second look that proves that nothing
// changed, against loops that do nothing but read the same cells page by page: over gocql, and over the Python driver.
// Compare within a run: the servers share the machine.
func BenchmarkExport(b *testing.B) {
	loop := filepath.Join(b.TempDir(), "bareread")
	if out, err := exec.Command("go", "build", "-o", loop, "../cassandra/internal/bareread").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, objects := range []string{"10000", "88000"} {
		dir := b.TempDir()
		file := filepath.Join(dir, "dump.json")
		measure(b, dumptool, "generate", "--objects", objects, "--seed", "2", "-o", file)
		for _, v := range servers.Versions() {
			b.Run(objects+"/"+string(v), func(b *testing.B) {
				for range b.N {
					s := site{servers.StartCassandra(b, servers.CassandraOptions{Version: v, Heap: "1g"}), servers.StartZooKeeper(b, 1)}
					measure(b, dumptool, append([]string{"import", "-q", "--yes", "--no-read-back", "--journal", filepath.Join(b.TempDir(), "journal"), file}, s.flags()...)...)
					out := []string{"--force", "-o", filepath.Join(dir, "out.json")}
					b.Log("whole export: " + measure(b, dumptool, append(append([]string{"export"}, out...), s.flags()...)...))
					b.Log("without the second look: " + measure(b, dumptool, append(append([]string{"export", "--no-quiet-check"}, out...), s.flags()...)...))
					b.Log("Cassandra alone: " + measure(b, dumptool, append(append([]string{"export", "--no-quiet-check", "--omit-zookeeper"}, out...), s.flags()...)...))
					b.Log("gocql alone: " + measure(b, loop, strings.Split(s.cassandra.Addresses(), ":")...))
					b.Log("the Python driver: " + measure(b, "../../build/venv/bin/python", append([]string{"../../testdata/oracle/live_judge.py", "loop", filepath.Join(dir, "loop.json")}, s.flags()...)...))
					s.cassandra.End()
					s.zookeeper.End()
				}
			})
		}
	}
}
