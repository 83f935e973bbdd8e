package servers

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// Thrift runs testdata/servers/Thrift.java, which speaks to Cassandra 3.11 as Contrail's own programs do, and returns what
// it prints. The first argument says what to do; the host is put behind it.
func (c *Cassandra) Thrift(t testing.TB, args ...string) []byte {
	t.Helper()
	if c.options.Version != Cassandra3 {
		t.Fatalf("Cassandra %s has no Thrift", c.options.Version)
	}
	class := []string{"-cp", jars(t, "classes") + ":" + jars(t, "cassandra-3") + "/*", "Thrift", args[0], c.Hosts[0]}
	cmd := exec.Command("java", append(class, args[1:]...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("Thrift %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return out.Bytes()
}
