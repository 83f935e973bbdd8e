package livetest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// dumptool is the program under test, built once.
var dumptool string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	defer servers.Stop()
	dir, err := os.MkdirTemp("", "livetest-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	dumptool = filepath.Join(dir, "dumptool")
	if out, err := exec.Command("go", "build", "-o", dumptool, "../../cmd/dumptool").CombinedOutput(); err != nil {
		panic(string(out))
	}
	return m.Run()
}

// site is a pair of databases.
type site struct {
	cassandra *servers.Cassandra
	zookeeper *servers.ZooKeeper
}

// flags returns what tells a program where the databases are.
func (s site) flags() []string {
	return []string{"--cassandra", s.cassandra.Addresses(), "--zookeeper", s.zookeeper.Addresses()}
}

// shared returns the shared servers, empty.
func shared(t *testing.T, v servers.Version) site {
	t.Helper()
	s := site{servers.SharedCassandra(t, v), servers.SharedZooKeeper(t)}
	s.oracle(t, 0, "clean")
	return s
}

// result is what a run of the program came to.
type result struct {
	out, err string
	code     int
}

// tool runs the program. If it does not come to its end, it has to show where it is.
func tool(t *testing.T, args ...string) result {
	t.Helper()
	return toolSignalled(t, 5*time.Minute, syscall.SIGQUIT, args...)
}

// toolUntil runs the program and kills it after a while, as kill -9 does.
func toolUntil(t *testing.T, limit time.Duration, args ...string) result {
	t.Helper()
	return toolSignalled(t, limit, syscall.SIGKILL, args...)
}

func toolSignalled(t *testing.T, limit time.Duration, signal syscall.Signal, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, dumptool, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(signal) }
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil { // it can be killed before it has begun
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// succeed runs the program and wants exit code 0.
func succeed(t *testing.T, args ...string) result {
	t.Helper()
	r := tool(t, args...)
	if r.code != 0 {
		t.Fatalf("%s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r
}

// generated makes a dump with some objects.
func generated(t *testing.T, objects string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "dump.json")
	succeed(t, append([]string{"generate", "--objects", objects, "--seed", "7", "-o", file}, args...)...)
	return file
}
