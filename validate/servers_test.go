package validate

import (
	"strings"
	"testing"
)

// aSystem is a sound system of three servers each.
func aSystem() *Servers {
	return &Servers{
		ZooKeeper: []ZooKeeperServer{{"z1:2181", true, "follower", 70}, {"z2:2181", true, "leader", 70}, {"z3:2181", true, "follower", 70}},
		Cassandra: []CassandraServer{{"c1:9042", true}, {"c2:9042", true}, {"c3:9042", true}},
		Keyspaces: []Replication{{"config_db_uuid", 3}, {"useragent", 3}},
	}
}

// serverCases are changes to a sound system, with what the rules say to them.
var serverCases = []struct {
	name   string
	change func(*Servers)
	want   []string
}{
	{"sound", func(*Servers) {}, nil},
	{"one of each", func(s *Servers) {
		s.ZooKeeper = []ZooKeeperServer{{"z1:2181", true, "standalone", 70}}
		s.Cassandra = s.Cassandra[:1]
		s.Keyspaces = []Replication{{"config_db_uuid", 1}}
	}, nil},
	{"the only one follows", func(s *Servers) { s.ZooKeeper = s.ZooKeeper[:1] },
		[]string{`M-ZKMODE-1 zookeeper z1:2181: the only server is in mode "follower" instead of standalone`}},
	{"one is down", func(s *Servers) { s.ZooKeeper[0] = ZooKeeperServer{Address: "z1:2181", Nodes: -1} },
		[]string{"M-ZKMODE-1 zookeeper z1:2181: the server can't be reached"}},
	{"no leader", func(s *Servers) { s.ZooKeeper[1].Mode = "follower" }, []string{"M-ZKMODE-2 zookeeper: 0 leaders and 3 followers among 3 servers"}},
	{"two leaders", func(s *Servers) { s.ZooKeeper[0].Mode = "leader" }, []string{"M-ZKMODE-2 zookeeper: 2 leaders and 1 follower among 3 servers"}},
	{"an observer", func(s *Servers) { s.ZooKeeper[0].Mode = "observer" }, nil},
	{"nodes differ", func(s *Servers) { s.ZooKeeper[2].Nodes++ },
		[]string{"M-ZKMODE-3 zookeeper: the numbers of nodes differ: 70 at z1:2181, 70 at z2:2181, 71 at z3:2181"}},
	{"none tells", func(s *Servers) {
		for i := range s.ZooKeeper {
			s.ZooKeeper[i].Nodes = -1
		}
	}, []string{"M-ZKMODE-3 zookeeper: no server tells how many nodes it has"}},
	{"Cassandra is down", func(s *Servers) { s.Cassandra[1].Up = false }, []string{"M-RF-1 cassandra c2:9042: the server can't be reached"}},
	{"too few copies", func(s *Servers) { s.Keyspaces[1].Factor = 1 },
		[]string{"M-RF-1 keyspace useragent: the replication factor is 1, with 3 servers"}},
}

// TestServers applies the rules that need a live system.
func TestServers(t *testing.T) {
	rules := map[*Rule]bool{}
	found := map[string]bool{}
	for _, r := range Rules() {
		if r.Live {
			rules[r] = true
		}
	}
	text := newDocument(t).text()
	for _, c := range serverCases {
		s := aSystem()
		c.change(s)
		list, summary := findings(t, text, Options{Rules: rules, Servers: s}, 0)
		var got []string
		for i := range list {
			f := &list[i]
			got = append(got, f.Rule.ID+" "+f.Where+": "+f.Message)
			found[f.Rule.ID] = true
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got %q", c.name, got)
		}
		if len(summary.Skipped) > 0 {
			t.Errorf("%s: skipped %v", c.name, summary.Skipped)
		}
	}
	for r := range rules {
		if !found[r.ID] {
			t.Errorf("no case makes %s speak", r.ID)
		}
	}
	if _, s := findings(t, text, Options{Rules: rules}, 0); len(s.Skipped) != len(rules) {
		t.Errorf("of a file %d of %d are skipped", len(s.Skipped), len(rules))
	}
}
