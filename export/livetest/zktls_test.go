package livetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// ZooKeeper with TLS, and with certificates of both sides; whoever is not who they should be is refused, in time and by name.
func TestZooKeeperTLS(t *testing.T) {
	file := generated(t, "150")
	for _, mutual := range []bool{false, true} {
		s := site{servers.SharedCassandra(t, servers.Cassandra5), servers.StartZooKeeperTLS(t, mutual)}
		s.oracle(t, 0, "clean")
		tls := s.zookeeper.TLS
		to := []string{"--cassandra", s.cassandra.Addresses(), "--zookeeper", s.zookeeper.TLSAddresses()}
		certified := append(to, "--zk-ca-cert", tls.CA, "--zk-cert", tls.Cert, "--zk-key", tls.Key)
		out := filepath.Join(t.TempDir(), "out.json")
		succeed(t, append(append([]string{"import", "--yes"}, certified...), file)...)
		s.oracle(t, 0, "compare", file)
		// The same by the configuration of the API server.
		config := filepath.Join(t.TempDir(), "contrail-api.conf")
		text := "[DEFAULTS]\ncassandra_server_list=" + s.cassandra.Addresses() + "\nzk_server_ip=" + s.zookeeper.TLSAddresses() +
			"\n[ZOOKEEPER]\nzookeeper_ssl_enable=True\nzookeeper_ssl_ca_cert=" + tls.CA + "\nzookeeper_ssl_certificate=" + tls.Cert +
			"\nzookeeper_ssl_keyfile=" + tls.Key + "\n"
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		succeed(t, "export", "-o", out, "--api-conf", config)
		succeed(t, "diff", "--all", "--hide", "zk-stat", file, out)

		anonymous := tool(t, append([]string{"export", "-o", out, "--force", "--zk-ca-cert", tls.CA}, to...)...)
		if mutual && anonymous.code != 2 || !mutual && anonymous.code != 0 {
			t.Errorf("without a certificate, mutual %v: exit code %d\n%s", mutual, anonymous.code, anonymous.err)
		}
		for _, c := range []struct {
			name, says string
			args       []string
		}{
			{"another authority", "certificate", append(to, "--zk-ca-cert", tls.OtherCA)},
			{"a certificate without its key", "key", append(to, "--zk-ca-cert", tls.CA, "--zk-cert", tls.Cert)},
			{"the server speaks no TLS there", "TLS", append(s.flags(), "--zk-ca-cert", tls.CA)},
			{"the server speaks TLS there", "ZooKeeper", to},
		} {
			begin := time.Now()
			r := tool(t, append([]string{"export", "-o", filepath.Join(t.TempDir(), "none.json")}, c.args...)...)
			if r.code != 2 || !strings.Contains(r.err, c.says) {
				t.Errorf("%s: exit code %d\n%s", c.name, r.code, r.err)
			}
			t.Logf("%s: %s", c.name, strings.TrimSpace(r.err))
			if time.Since(begin) > time.Minute {
				t.Errorf("%s took %v", c.name, time.Since(begin))
			}
		}
		s.zookeeper.End()
	}
}
