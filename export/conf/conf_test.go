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
		"several lines": {"[DEFAULTS]\ncassandra_server_list=10.0.0.1:9160\n  10.0.0.2:9160\nzk_server_ip=10.0.0.1,\n\t10.0.0.2\ncluster_id=c\n", Config{
			Cassandra: []string{"10.0.0.1:9042", "10.0.0.2:9042"}, ZooKeeper: []string{"10.0.0.1:2181", "10.0.0.2:2181"}, ClusterID: "c",
		}},
		// As the containers write it: the authority is named always.
		"no TLS": {"[DEFAULTS]\ncassandra_use_ssl=false\ncassandra_ca_certs=/etc/contrail/ssl/certs/ca-cert.pem\n",
			Config{CACert: "/etc/contrail/ssl/certs/ca-cert.pem"}},
		"TLS elsewhere": {"[CASSANDRA]\ncassandra_use_ssl=true\ncassandra_ca_certs=/b\n[DEFAULTS]\ncassandra_use_ssl=false\ncassandra_ca_certs=/a\n",
			Config{TLS: true, CACert: "/b"}},
		"TLS to ZooKeeper": {"[ZOOKEEPER]\nzookeeper_ssl_enable=True\nzookeeper_ssl_keyfile=/k\nzookeeper_ssl_certificate=/c\nzookeeper_ssl_ca_cert=/a\n",
			Config{ZKTLS: &Files{"/a", "/c", "/k"}}},
		"no TLS to ZooKeeper": {"[ZOOKEEPER]\nzookeeper_ssl_enable=False\nzookeeper_ssl_ca_cert=/a\n", Config{}},
		"percent":             {"[CASSANDRA]\ncassandra_user=u%%%(x)s\ncassandra_password=%(cassandra_user)s%%%(none)s%d%\nx=y\n", Config{User: "u%y", Password: "u%y%%(none)s%d%"}},
		"round":               {"[CASSANDRA]\ncassandra_user=%(cassandra_user)s\ncassandra_password=p\n", Config{User: "%(cassandra_user)s", Password: "p"}},
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
		notes := strings.Join(append(got.CassandraNotes, got.ZooKeeperNotes...), "\n")
		got.CassandraNotes, got.ZooKeeperNotes = nil, nil
		for _, server := range []struct {
			list *[]string
			port string
			what string
		}{{&c.want.Cassandra, "9042", "not name Cassandra"}, {&c.want.ZooKeeper, "2181", "not name ZooKeeper"}} {
			if unnamed := len(*server.list) == 0; unnamed != strings.Contains(notes, server.what) {
				t.Errorf("%s: notes %q", name, notes)
			} else if unnamed {
				*server.list = []string{"127.0.0.1:" + server.port}
			}
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if thrift := strings.Contains(c.text, ":916"); thrift != strings.Contains(notes, "port of Thrift") {
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
