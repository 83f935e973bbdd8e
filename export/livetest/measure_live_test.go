package livetest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// BenchmarkReadLive measures commands that read the live databases against an export of them: whatever the command, they are
// read once. Compare within a run: the servers share the machine.
func BenchmarkReadLive(b *testing.B) {
	for _, objects := range []string{"10000", "88000"} {
		dir := b.TempDir()
		file := filepath.Join(dir, "dump.json")
		measure(b, dumptool, "generate", "--objects", objects, "--seed", "2", "-o", file)
		b.Run(objects, func(b *testing.B) {
			for range b.N {
				s := site{servers.StartCassandra(b, servers.CassandraOptions{Version: servers.Cassandra5, Heap: "1g"}), servers.StartZooKeeper(b, 1)}
				measure(b, dumptool, append([]string{"import", "-q", "--yes", "--no-read-back", "--journal", filepath.Join(b.TempDir(), "journal"), file}, s.flags()...)...)
				for _, args := range [][]string{
					{"export", "--no-quiet-check", "--force", "-o", filepath.Join(dir, "out.json")},
					{"diff", "--exit-zero", "--stat", file, "live:"}, {"diff", "--exit-zero", "--stat", file, filepath.Join(dir, "out.json")},
					{"validate", "-q", "--exit-zero", "--json", "live:"}, {"validate", "-q", "--exit-zero", "--json", file},
					{"info", "-q", "live:"},
				} {
					told := measure(b, dumptool, append(args, s.flags()...)...)
					b.Log(strings.Join(args, " ") + ": " + told[strings.LastIndexByte(told, '\n')+1:])
				}
				s.cassandra.End()
				s.zookeeper.End()
			}
		})
	}
}
