package servers

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ZooKeeper is an ensemble of ZooKeeper.
type ZooKeeper struct {
	Hosts   []string
	TLS     *TLS // nil without; TLS has a port of its own
	servers []*process
	heap    string // as java takes it
}

// SharedZooKeeper returns a server that all tests share.
func SharedZooKeeper(t testing.TB) *ZooKeeper {
	t.Helper()
	return once("zookeeper", func() *ZooKeeper { return StartZooKeeper(t, 1) })
}

// StartZooKeeper starts an ensemble.
func StartZooKeeper(t testing.TB, servers int) *ZooKeeper {
	t.Helper()
	z := &ZooKeeper{Hosts: hosts(servers), heap: "512m"}
	z.start(t, "")
	return z
}

// StartZooKeeperHeap starts a server with a heap as java takes it: a million nodes don't fit into that of the others.
func StartZooKeeperHeap(t testing.TB, heap string) *ZooKeeper {
	t.Helper()
	z := &ZooKeeper{Hosts: hosts(1), heap: heap}
	z.start(t, "")
	return z
}

// StartZooKeeperTLS starts a server that takes TLS at ZooKeeperTLSPort, from anybody or, mutual, from those with a certificate.
func StartZooKeeperTLS(t testing.TB, mutual bool) *ZooKeeper {
	t.Helper()
	z := &ZooKeeper{Hosts: hosts(1), heap: "512m"}
	z.TLS = newTLS(t, z.Hosts)
	auth := "none"
	if mutual {
		auth = "need"
	}
	z.start(t, fmt.Sprintf("secureClientPort=%d\nsecureClientPortAddress=%s\nserverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory\n"+
		"ssl.keyStore.location=%s\nssl.keyStore.type=PKCS12\nssl.keyStore.password=%s\n"+
		"ssl.trustStore.location=%s\nssl.trustStore.type=PKCS12\nssl.trustStore.password=%s\nssl.clientAuth=%s\n",
		ZooKeeperTLSPort, z.Hosts[0], z.TLS.keystore, storePassword, z.TLS.truststore, storePassword, auth))
	return z
}

// start starts all servers, with more lines in their configuration.
func (z *ZooKeeper) start(t testing.TB, more string) {
	t.Helper()
	servers := len(z.Hosts)
	lib := jars(t, "cassandra-5")
	for i, host := range z.Hosts {
		dir := folder(t)
		var b strings.Builder
		fmt.Fprintf(&b, "tickTime=500\ninitLimit=20\nsyncLimit=10\ndataDir=%s/data\nclientPort=%d\nclientPortAddress=%s\nadmin.enableServer=false\n4lw.commands.whitelist=*\nmaxClientCnxns=0\n",
			dir, ZooKeeperPort, host)
		b.WriteString(more)
		if servers > 1 {
			for j, other := range z.Hosts {
				fmt.Fprintf(&b, "server.%d=%s:%d:%d\n", j+1, other, quorumPort, electionPort)
			}
			if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "data", "myid"), []byte(strconv.Itoa(i+1)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		config := filepath.Join(dir, "zoo.cfg")
		if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		p := &process{
			name: "ZooKeeper", dir: dir, host: host, port: ZooKeeperPort,
			args: []string{"-Xmx" + z.heap, "-cp", lib + "/*", "org.apache.zookeeper.server.quorum.QuorumPeerMain", config},
		}
		z.servers = append(z.servers, p)
		p.launch(t)
	}
	for _, p := range z.servers {
		p.wait(t, time.Minute)
	}
	for i := range z.Hosts {
		z.serving(t, i)
	}
}

// serving waits until a server takes part.
func (z *ZooKeeper) serving(t testing.TB, i int) {
	t.Helper()
	for range 300 {
		if mode := z.Mode(i); mode != "" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("ZooKeeper %s does not serve", z.Hosts[i])
}

// Mode returns whether a server is the leader, a follower, or standalone; "" if it serves nobody.
func (z *ZooKeeper) Mode(i int) string {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(z.Hosts[i], strconv.Itoa(ZooKeeperPort)), time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := io.WriteString(conn, "srvr"); err != nil {
		return ""
	}
	answer, _ := io.ReadAll(conn)
	_, mode, _ := strings.Cut(string(answer), "Mode: ")
	mode, _, _ = strings.Cut(mode, "\n")
	return mode
}

// Leader returns the number of the server that leads.
func (z *ZooKeeper) Leader(t testing.TB) int {
	t.Helper()
	for range 100 {
		for i := range z.Hosts {
			if m := z.Mode(i); m == "leader" || m == "standalone" {
				return i
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("no ZooKeeper server leads")
	return 0
}

// Addresses returns what --zookeeper takes.
func (z *ZooKeeper) Addresses() string {
	var list []string
	for _, h := range z.Hosts {
		list = append(list, fmt.Sprintf("%s:%d", h, ZooKeeperPort))
	}
	return strings.Join(list, ",")
}

// TLSAddresses is Addresses for connections with TLS.
func (z *ZooKeeper) TLSAddresses() string {
	var list []string
	for _, h := range z.Hosts {
		list = append(list, fmt.Sprintf("%s:%d", h, ZooKeeperTLSPort))
	}
	return strings.Join(list, ",")
}

// Kill ends a server at once.
func (z *ZooKeeper) Kill(i int) { z.servers[i].kill() }

// Start starts a server again.
func (z *ZooKeeper) Start(t testing.TB, i int) {
	t.Helper()
	z.servers[i].start(t)
	z.serving(t, i)
}

// End ends the ensemble.
func (z *ZooKeeper) End() {
	for _, p := range z.servers {
		p.kill()
	}
}
