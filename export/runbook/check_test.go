package runbook

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// hosts pretend to be controllers.
type hosts struct {
	open      map[string]bool // host:port
	silent    bool
	srvr      map[string]string
	nodes     map[string][]string
	cassandra CassandraState
}

func (h *hosts) Listens(_ context.Context, host string, port int) (bool, error) {
	if h.silent {
		return false, errors.New("no route to host")
	}
	return h.open[host] && port != 1, nil
}

func (h *hosts) FourLetters(_ context.Context, host, _ string) (string, error) {
	return h.srvr[host], nil
}

func (h *hosts) Nodes(_ context.Context, _ []string, path string) ([]string, bool, error) {
	children, ok := h.nodes[path]
	return children, ok, nil
}

func (h *hosts) Cassandra(context.Context, []string) (CassandraState, error) { return h.cassandra, nil }

func TestConditions(t *testing.T) {
	three := []string{"a", "b", "c"}
	ensemble := map[string]string{"a": "Mode: follower\n", "b": "Mode: leader\n", "c": "Mode: follower\n"}
	fine := CassandraState{Up: 3, Nodes: 3, Schemas: []string{"x"}, Keyspaces: []string{"system"}}
	with := func(change func(*CassandraState)) CassandraState {
		s := fine
		change(&s)
		return s
	}
	for _, c := range []struct {
		name, condition string
		hosts           hosts
		cluster, want   string // "" if it holds
	}{
		{"stopped", "services-stopped", hosts{}, "", ""},
		{"still listening", "services-stopped", hosts{open: map[string]bool{"b": true}}, "", "b: something listens at port 8082"},
		{"a silent host proves nothing", "cassandra-stopped", hosts{silent: true}, "", "no route to host"},
		{"still elected", "services-stopped", hosts{nodes: map[string][]string{"/svc-monitor": {"x"}}}, "", "/svc-monitor"},
		{"elected elsewhere", "services-stopped", hosts{nodes: map[string][]string{"/svc-monitor": {"x"}}}, "c1", ""},
		{"elected below the cluster id", "services-stopped", hosts{nodes: map[string][]string{"/c1/device-manager": {"x"}}}, "c1", "/c1/device-manager"},
		{"quorum", "zookeeper-empty", hosts{srvr: ensemble, nodes: map[string][]string{"/": {"zookeeper"}}}, "", ""},
		{"no leader", "zookeeper-empty", hosts{srvr: map[string]string{"a": "Mode: follower\n", "b": "Mode: follower\n", "c": "Mode: follower\n"}}, "", "want one leader"},
		{"not serving", "zookeeper-empty", hosts{srvr: map[string]string{"a": "This ZooKeeper instance is not currently serving requests\n"}}, "", "serves no requests"},
		{"nodes left", "zookeeper-empty", hosts{srvr: ensemble, nodes: map[string][]string{"/": {"zookeeper", "id"}}}, "", "not empty: /id"},
		{"empty", "cassandra-empty", hosts{cassandra: fine}, "", ""},
		{"node down", "cassandra-empty", hosts{cassandra: with(func(s *CassandraState) { s.Up = 2 })}, "", "2 of 3"},
		{"two schemas", "cassandra-empty", hosts{cassandra: with(func(s *CassandraState) { s.Schemas = []string{"x", "y"} })}, "", "don't agree"},
		{"keyspaces left", "cassandra-empty", hosts{cassandra: with(func(s *CassandraState) { s.Keyspaces = []string{"useragent"} })}, "", "useragent"},
		{"another cluster's keyspaces", "cassandra-empty", hosts{cassandra: with(func(s *CassandraState) { s.Keyspaces = []string{"c2_useragent"} })}, "c1", ""},
		{"own prefix", "cassandra-empty", hosts{cassandra: with(func(s *CassandraState) { s.Keyspaces = []string{"c1_useragent"} })}, "c1", "c1_useragent"},
		{"not elected", "services-started", hosts{open: map[string]bool{"a": true, "b": true, "c": true}}, "", "nobody is elected"},
		{"not listening", "services-started", hosts{}, "", "nothing listens"},
	} {
		for _, condition := range Conditions() {
			if condition.Name != c.condition {
				continue
			}
			err := Verify(context.Background(), &c.hosts, condition, Site{three, c.cluster}, 0)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
	}
}

// A closed port is one that the host refuses.
func TestListens(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if open, err := Listens(ctx, "127.0.0.1", 1); open || err != nil {
		t.Errorf("%v, %v", open, err)
	}
}
