//go:build acceptance

package livetest

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// These take several servers or many minutes: "make acceptance" runs them.

func TestImportKilledOften(t *testing.T) { importKilled(t, "1500", 20) }

func TestRollbackKilledOften(t *testing.T) { rollbackKilled(t, "1500", 10) }

func TestGraftAllTypes(t *testing.T) {
	for _, v := range servers.Versions() {
		grafts(t, v, "virtual_network", "security_group", "project", "virtual_machine_interface", "instance_ip", "routing_instance", "tag")
	}
}

func TestGraftKilledOften(t *testing.T) { graftKilled(t, "1500", 11) }

// A node of Cassandra and the leader of ZooKeeper are killed while the import is running.
func TestImportSurvivesServers(t *testing.T) {
	s := site{
		servers.StartCassandra(t, servers.CassandraOptions{Version: servers.Cassandra5, Nodes: 3}),
		servers.StartZooKeeper(t, 3),
	}
	defer s.cassandra.End()
	defer s.zookeeper.End()
	file := generated(t, "6000")
	done := make(chan result)
	go func() {
		done <- tool(t, append(append([]string{"import", "--yes", "--json"}, s.flags()...), file)...)
	}()
	// Cassandra's turn comes when the first cells are written, ZooKeeper's when the journal says that Cassandra is done.
	killed := 0
	var r result
	for running := true; running; {
		select {
		case r = <-done:
			running = false
		case <-time.After(10 * time.Millisecond):
		}
		text, _ := os.ReadFile(file + ".import")
		if killed == 0 && strings.Count(string(text), "\n") > 1 {
			s.cassandra.Kill(2)
			killed++
		}
		if killed == 1 && strings.Contains(string(text), `"done":"cassandra"`) {
			s.zookeeper.Kill(s.zookeeper.Leader(t))
			killed++
		}
	}
	if killed != 2 {
		t.Errorf("%d servers were killed", killed)
	}
	if r.code != 0 {
		t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	t.Log(r.out)
	left := site{&servers.Cassandra{Hosts: s.cassandra.Hosts[:2]}, s.zookeeper}
	left.oracle(t, 0, "compare", file)
}

// The only node of Cassandra stops answering, and is killed and started again, while the import is running.
func TestImportWaits(t *testing.T) {
	for _, v := range servers.Versions() {
		s := site{servers.StartCassandra(t, servers.CassandraOptions{Version: v}), servers.SharedZooKeeper(t)}
		s.oracle(t, 0, "clean")
		file := generated(t, "4000")
		done := make(chan result)
		go func() {
			done <- tool(t, append(append([]string{"import", "--yes", "--json"}, s.flags()...), file)...)
		}()
		for range 6000 {
			if text, _ := os.ReadFile(file + ".import"); strings.Count(string(text), "\n") > 1 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		pid := s.cassandra.PID(0)
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		// What it has acknowledged is on its disk after a second; what is not is found by reading back.
		s.cassandra.Kill(0)
		s.cassandra.Start(t, 0)
		r := <-done
		if r.code == 3 {
			t.Logf("%s: acknowledged cells were lost, and missed: %s", v, r.err)
			r = tool(t, append(append([]string{"import", "--yes", "--resume"}, s.flags()...), file)...)
		}
		if r.code != 0 {
			t.Fatalf("%s: exit code %d\n%s%s", v, r.code, r.out, r.err)
		}
		s.oracle(t, 0, "compare", file)
		s.cassandra.End()
	}
}

// Servers may end while an export goes on.
func TestExportSurvivesServers(t *testing.T) {
	s := site{
		servers.StartCassandra(t, servers.CassandraOptions{Version: servers.Cassandra5, Nodes: 3}),
		servers.StartZooKeeper(t, 3),
	}
	defer s.cassandra.End()
	defer s.zookeeper.End()
	s.judge(t, 0, "put", generated(t, "1000"), "--replicas", "3")
	file := filepath.Join(t.TempDir(), "out.json")
	done := make(chan result)
	go func() { done <- s.export(t, file, "--max-rate", "2MiB") }()
	time.Sleep(1500 * time.Millisecond)
	s.cassandra.Kill(2)
	s.zookeeper.Kill(s.zookeeper.Leader(t))
	if r := <-done; r.code != 0 {
		t.Fatalf("exit code %d\n%s", r.code, r.err)
	}
	s.judge(t, 0, "check", file)
}

// A server with hardly any memory is not overrun.
func TestImportTinyHeap(t *testing.T) {
	s := site{
		servers.StartCassandra(t, servers.CassandraOptions{Version: servers.Cassandra3, Heap: "160m"}),
		servers.SharedZooKeeper(t),
	}
	defer s.cassandra.End()
	s.oracle(t, 0, "clean")
	file := generated(t, "5000")
	r := s.imports(t, file, "--concurrency", "512", "--json")
	t.Log(r.out)
	s.oracle(t, 0, "compare", file)
}
