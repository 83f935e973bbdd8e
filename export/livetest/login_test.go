package livetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// A wrong password, a wrong authority, a missing certificate: each is named, and nothing is written.
func TestImportLogin(t *testing.T) {
	for _, o := range []servers.CassandraOptions{
		{Version: servers.Cassandra3, Login: true},
		{Version: servers.Cassandra5, Login: true, TLS: true, Mutual: true},
	} {
		s := site{servers.StartCassandra(t, o), servers.StartZooKeeper(t, 1)}
		file := generated(t, "150")
		config := filepath.Join(t.TempDir(), "contrail-api.conf")
		text := "[DEFAULTS]\ncassandra_server_list=" + s.cassandra.Addresses() + "\nzk_server_ip=" + s.zookeeper.Addresses() +
			// The containers name the authority whether there is TLS or not.
			"\ncassandra_use_ssl=false\ncassandra_ca_certs=/no/such/ca-cert.pem" +
			"\ncluster_id=login\n[CASSANDRA]\ncassandra_user=cassandra\ncassandra_password=cassandra\n"
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		preflight := []string{"import", "--preflight", "--api-conf", config}
		var certs []string
		if s.cassandra.TLS != nil {
			certs = []string{"--ca-cert", s.cassandra.TLS.CA, "--cert", s.cassandra.TLS.Cert, "--key", s.cassandra.TLS.Key}
		}
		succeed(t, append(append(preflight, certs...), file)...)

		t.Setenv("DUMPTOOL_CASSANDRA_PASSWORD", "wrong")
		r := tool(t, append(append(preflight, certs...), file)...)
		if r.code != 2 || !strings.Contains(strings.ToLower(r.err), "password") || strings.Contains(r.err, "wrong") {
			t.Errorf("wrong password: exit code %d\n%s", r.code, r.err)
		}
		t.Setenv("DUMPTOOL_CASSANDRA_PASSWORD", "")
		if s.cassandra.TLS != nil {
			for name, c := range map[string][]string{
				"wrong authority": {"--ca-cert", s.cassandra.TLS.OtherCA, "--cert", s.cassandra.TLS.Cert, "--key", s.cassandra.TLS.Key},
				"no certificate":  {"--ca-cert", s.cassandra.TLS.CA},
				"no TLS":          nil,
			} {
				r := tool(t, append(append(preflight, c...), file)...)
				if r.code != 2 || r.err == "" {
					t.Errorf("%s: exit code %d\n%s", name, r.code, r.err)
				}
				t.Logf("%s: %s", name, r.err)
			}
		}
		r = succeed(t, append(append([]string{"import", "--yes", "--api-conf", config}, certs...), file)...)
		if !strings.Contains(r.out, "all as in the dump") {
			t.Error(r.out)
		}
		s.cassandra.End()
		s.zookeeper.End()
	}
}
