package conf

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Config
	}{
		"empty": {"", Config{}},
		"usual": {`
[DEFAULTS]
# a comment
cassandra_server_list=10.0.0.1:9161 10.0.0.2:9161 10.0.0.3
zk_server_ip=10.0.0.1:2181,10.0.0.2
cluster_id = c1
cassandra_use_ssl=True
cassandra_ca_certs=/etc/ca.pem
log_level=SYS_NOTICE

[CASSANDRA]
cassandra_user=contrail
cassandra_password=a #b;c\
cassandra_driver=cql

[KEYSTONE]
cluster_id=other
`, Config{
			Cassandra: []string{"10.0.0.1:9041", "10.0.0.2:9041", "10.0.0.3:9042"},
			ZooKeeper: []string{"10.0.0.1:2181", "10.0.0.2:2181"}, ClusterID: "c1", TLS: true, CACert: "/etc/ca.pem",
			User: "contrail", Password: `a #b;c\`,
		}},
		"half a login": {"[CASSANDRA]\ncassandra_user=u\n", Config{}},
		"last wins":    {"[DEFAULTS]\ncluster_id=a\ncluster_id=b\n", Config{ClusterID: "b"}},
		"quotes stay":  {"[CASSANDRA]\ncassandra_user=u\ncassandra_password='x y'\n", Config{User: "u", Password: "'x y'"}},
		"colon":        {"[DEFAULTS]\ncluster_id: c\n", Config{ClusterID: "c"}},
		"v6":           {"[DEFAULTS]\ncassandra_server_list=[fd00::1]:9160 fd00::2\n", Config{Cassandra: []string{"[fd00::1]:9042", "[fd00::2]:9042"}}},
	} {
		got, err := Read(strings.NewReader(c.text), "f")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		notes := got.Notes
		got.Notes = nil
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if thrift := strings.Contains(c.text, ":916"); thrift != (len(notes) > 0) {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"[DEFAULTS]\ncassandra_server_list=a:b\n",
		"[DEFAULTS]\ncassandra_server_list=a:0\n",
		"[DEFAULTS]\nzk_server_ip=:2181\n",
		"[DEFAULTS]\nzk_server_ip=h:70000\n",
	} {
		if c, err := Read(strings.NewReader(text), "f"); err == nil {
			t.Errorf("%q: %+v", text, c)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("[DEFAULTS]\ncluster_id=a\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Read(strings.NewReader(text), "f")
		if err == nil && slices.Contains(c.Cassandra, "") {
			t.Error("an empty address")
		}
	})
}
