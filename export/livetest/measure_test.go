package livetest

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// BenchmarkImport measures imports of about 24 MB and 224 MB (with more than 100,000 nodes), against loops that do nothing but
// write the same cells one by one: over gocql, and over the Python driver. All of one size run after each other, on
// servers that share the machine with them: compare within a run.
func BenchmarkImport(b *testing.B) {
	loop := filepath.Join(b.TempDir(), "bareloop")
	if out, err := exec.Command("go", "build", "-o", loop, "../cassandra/internal/bareloop").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, objects := range []string{"10000", "88000"} {
		file := filepath.Join(b.TempDir(), "dump-"+objects+".json")
		measure(b, dumptool, "generate", "--objects", objects, "--seed", "2", "-o", file)
		for _, v := range servers.Versions() {
			b.Run(objects+"/"+string(v), func(b *testing.B) {
				for range b.N {
					c := servers.StartCassandra(b, servers.CassandraOptions{Version: v, Heap: "1g"})
					z := servers.StartZooKeeper(b, 1)
					b.Log(measure(b, dumptool, "import", "-q", "--yes", "--cassandra", c.Addresses(), "--zookeeper", z.Addresses(), file))
					b.Log(measure(b, loop, c.Hosts[0], "9042", "", file, "64"))
					b.Log(measure(b, "../../build/venv/bin/python", "../../testdata/oracle/live_loop.py", c.Hosts[0], "9042", "", file, "64"))
					c.End()
					z.End()
				}
			})
		}
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
	return strings.TrimSpace(string(out)) + "\n  " + time.Since(begin).Round(time.Millisecond).String() + " in all, " +
		cmd.ProcessState.UserTime().Round(time.Millisecond).String() + " of the processor, " + strconv.FormatInt(peak, 10) + " MiB"
}
