package servers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Version is a version of Cassandra.
type Version string

// The versions: what Contrail ships, and a current one.
const (
	Cassandra3 Version = "3.11.19"
	Cassandra5 Version = "5.0.4"
)

// Versions are all of them.
func Versions() []Version { return []Version{Cassandra3, Cassandra5} }

// CassandraOptions are the variants.
type CassandraOptions struct {
	Version Version
	Nodes   int    // zero means one
	Heap    string // as java takes it; "" means 512m
	Login   bool   // user cassandra, password cassandra
	TLS     bool   // clients have to use TLS
	Mutual  bool   // and to show a certificate
}

// Cassandra is a cluster of Cassandra.
type Cassandra struct {
	Hosts   []string
	TLS     *TLS // nil without
	options CassandraOptions
	nodes   []*process
}

// SharedCassandra returns a cluster of one node that all tests share.
func SharedCassandra(t testing.TB, v Version) *Cassandra {
	t.Helper()
	return once("cassandra "+string(v), func() *Cassandra { return StartCassandra(t, CassandraOptions{Version: v}) })
}

// StartCassandra starts a cluster.
func StartCassandra(t testing.TB, o CassandraOptions) *Cassandra {
	t.Helper()
	o.Nodes = max(o.Nodes, 1)
	if o.Heap == "" {
		o.Heap = "512m"
	}
	c := &Cassandra{Hosts: hosts(o.Nodes), options: o}
	if o.TLS {
		c.TLS = newTLS(t, c.Hosts)
	}
	for i := range c.Hosts {
		c.nodes = append(c.nodes, c.node(t, i))
		c.nodes[i].start(t)
	}
	c.meet(t)
	return c
}

// meet waits until all nodes know of each other.
func (c *Cassandra) meet(t testing.TB) {
	t.Helper()
	for i, n := range c.nodes {
		for j, other := range c.Hosts {
			for tries := 0; i != j; tries++ {
				text, err := os.ReadFile(n.log)
				if err == nil && strings.Contains(string(text), "/"+other) && strings.Contains(string(text), "state jump to NORMAL") &&
					(strings.Contains(string(text), "/"+other+fmt.Sprintf(":%d is now UP", storagePort)) || strings.Contains(string(text), "/"+other+" is now UP")) {
					break
				}
				if tries > 600 {
					t.Fatalf("%s does not know of %s", c.Hosts[i], other)
				}
				time.Sleep(100 * time.Millisecond)
			}
		}
	}
	if len(c.nodes) > 1 {
		time.Sleep(2 * time.Second) // until it stands in their tables
	}
}

// Addresses returns what --cassandra takes.
func (c *Cassandra) Addresses() string {
	var list []string
	for _, h := range c.Hosts {
		list = append(list, fmt.Sprintf("%s:%d", h, CQLPort))
	}
	return strings.Join(list, ",")
}

// Kill ends a node at once, as a power failure would.
func (c *Cassandra) Kill(i int) { c.nodes[i].kill() }

// Start starts a node again.
func (c *Cassandra) Start(t testing.TB, i int) {
	t.Helper()
	c.nodes[i].start(t)
}

// End ends the cluster.
func (c *Cassandra) End() {
	for _, n := range c.nodes {
		n.kill()
	}
}

// PID returns the process id of a node.
func (c *Cassandra) PID(i int) int { return c.nodes[i].cmd.Process.Pid }

func (c *Cassandra) node(t testing.TB, i int) *process {
	t.Helper()
	dir := folder(t)
	old := c.options.Version == Cassandra3
	var b strings.Builder
	seed := c.Hosts[0]
	if !old {
		seed = fmt.Sprintf("%s:%d", seed, storagePort)
	}
	fmt.Fprintf(&b, `cluster_name: Test %s
num_tokens: 16
auto_bootstrap: false
auto_snapshot: false
commitlog_sync: periodic
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: SimpleSnitch
listen_address: %s
rpc_address: %s
native_transport_port: %d
storage_port: %d
start_native_transport: true
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "%s"
data_file_directories: [%s/data]
commitlog_directory: %s/commitlog
hints_directory: %s/hints
saved_caches_directory: %s/saved_caches
cdc_raw_directory: %s/cdc
`, c.Hosts[0], c.Hosts[i], c.Hosts[i], CQLPort, storagePort, seed, dir, dir, dir, dir, dir)
	if old {
		// What is acknowledged is on disk a second later at most.
		b.WriteString("enable_drop_compact_storage: true\ncommitlog_sync_period_in_ms: 1000\nstart_rpc: true\ndisk_access_mode: standard\n")
	} else {
		b.WriteString("drop_compact_storage_enabled: true\ncommitlog_sync_period: 1000ms\n")
	}
	if c.options.Login {
		b.WriteString("authenticator: PasswordAuthenticator\nauthorizer: CassandraAuthorizer\n")
	}
	if tls := c.TLS; tls != nil {
		fmt.Fprintf(&b, "client_encryption_options:\n  enabled: true\n  optional: false\n  keystore: %s\n  keystore_password: %s\n  store_type: PKCS12\n",
			tls.keystore, storePassword)
		if c.options.Mutual {
			fmt.Fprintf(&b, "  require_client_auth: true\n  truststore: %s\n  truststore_password: %s\n", tls.truststore, storePassword)
		}
	}
	config := filepath.Join(dir, "cassandra.yaml")
	if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"-Xmx" + c.options.Heap, "-Xms" + c.options.Heap,
		"-Dcassandra.config=file://" + config, "-Dcassandra.storagedir=" + dir, "-Dcassandra-foreground=yes",
		"-Dcassandra.ring_delay_ms=100", "-Dcassandra.skip_wait_for_gossip_to_settle=0", "-Djava.security.manager=allow",
		"-Dcassandra.superuser_setup_delay_ms=0",
	}
	for _, name := range exports {
		args = append(args, "--add-exports="+name+"=ALL-UNNAMED")
	}
	for _, name := range opens {
		args = append(args, "--add-opens="+name+"=ALL-UNNAMED")
	}
	if old {
		lib := jars(t, "cassandra-3")
		for _, name := range oldOpens {
			args = append(args, "--add-opens="+name+"=ALL-UNNAMED")
		}
		args = append(args, "-javaagent:"+lib+"/jamm-0.3.0.jar", "-Dio.netty.transport.noNative=true", "-cp", jars(t, "classes")+":"+lib+"/*")
	} else {
		lib := jars(t, "cassandra-5")
		args = append(args, "-javaagent:"+lib+"/jamm-0.4.0.jar", "-cp", lib+"/*")
	}
	args = append(args, "org.apache.cassandra.service.CassandraDaemon")
	ready := "Starting listening for CQL clients"
	if c.options.Login && i == 0 {
		ready = "Created default superuser role"
	}
	return &process{name: "Cassandra " + string(c.options.Version), dir: dir, host: c.Hosts[i], args: args, ready: ready, port: CQLPort}
}

// What Cassandra needs of the insides of Java 17.
var (
	exports = []string{
		"java.base/jdk.internal.misc", "java.base/java.lang.ref", "java.management.rmi/com.sun.jmx.remote.internal.rmi",
		"java.rmi/sun.rmi.registry", "java.rmi/sun.rmi.server", "java.rmi/sun.rmi.transport.tcp", "java.sql/java.sql", "jdk.unsupported/sun.misc",
	}
	opens = []string{
		"java.base/java.lang.module", "java.base/jdk.internal.loader", "java.base/jdk.internal.ref", "java.base/jdk.internal.reflect",
		"java.base/jdk.internal.math", "java.base/jdk.internal.module", "java.base/jdk.internal.util.jar", "java.base/sun.nio.ch",
		"java.base/java.io", "java.base/java.lang", "java.base/java.lang.reflect", "java.base/java.util", "java.base/java.nio",
		"java.base/java.util.concurrent", "java.base/java.util.concurrent.atomic", "jdk.management/com.sun.management.internal",
		"java.rmi/sun.rmi.transport.tcp",
	}
	oldOpens = []string{
		"java.base/java.net", "java.base/java.util.concurrent.locks", "java.base/java.math", "java.base/java.time", "java.base/java.security",
		"java.base/sun.security.provider", "java.base/sun.nio.fs", "java.base/java.lang.invoke", "java.base/java.lang.ref",
		"java.base/java.util.regex", "java.base/java.text", "java.base/jdk.internal.misc", "java.management/sun.management",
		"java.management/javax.management",
	}
)
