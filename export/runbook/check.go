package runbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// Prober asks hosts what a check needs to know.
type Prober interface {
	// Listens tells if something accepts connections at a port.
	Listens(ctx context.Context, host string, port int) (bool, error)
	// FourLetters gives ZooKeeper at a host one of its four-letter words and returns the answer.
	FourLetters(ctx context.Context, host, word string) (string, error)
	// Nodes returns the children of a ZooKeeper node and whether there is such a node.
	Nodes(ctx context.Context, hosts []string, path string) ([]string, bool, error)
	// Cassandra returns what the nodes of Cassandra say.
	Cassandra(ctx context.Context, hosts []string) (CassandraState, error)
}

// CassandraState is what a check needs to know about Cassandra.
type CassandraState struct {
	Up        int      // nodes that answer
	Nodes     int      // nodes that there are
	Schemas   []string // the different versions of the schema
	Keyspaces []string
}

// Condition is a check by name.
type Condition struct {
	Name, What string
	test       func(ctx context.Context, p Prober, s Site) error
}

// Site is where a condition is to hold.
type Site struct {
	Hosts     []string
	ClusterID string
}

// The ports of the services.
const (
	portAPI       = 8082
	portCQL       = 9042
	portThrift    = 9160
	portStorage   = 7000
	portZooKeeper = 2181
	portKafka     = 9092
)

// Conditions returns the checks that ask hosts, by name.
func Conditions() []Condition {
	return []Condition{
		{"services-stopped", "nothing listens at port 8082, and no service holds its election node", servicesStopped},
		{"cassandra-stopped", "nothing listens at ports 9042, 9160 and 7000", closed(portCQL, portThrift, portStorage)},
		{"zookeeper-stopped", "nothing listens at port 2181", closed(portZooKeeper)},
		{"kafka-stopped", "nothing listens at port 9092", closed(portKafka)},
		{"zookeeper-empty", "one leader, the others follow; no nodes but ZooKeeper's own", zooKeeperEmpty},
		{"cassandra-empty", "all nodes up, one schema, no keyspace of the configuration", cassandraEmpty},
		{"services-started", "something listens at port 8082, and the election nodes are there", servicesStarted},
	}
}

// Verify tests a condition until it holds or wait is over, and returns nil or what is not so.
func Verify(ctx context.Context, p Prober, c Condition, s Site, wait time.Duration) error {
	const pause = 2 * time.Second
	deadline := time.Now().Add(wait)
	for {
		err := c.test(ctx, p, s)
		if err == nil || !time.Now().Add(pause).Before(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// each asks every host and returns all that is not so.
func each(hosts []string, ask func(host string) error) error {
	var list []error
	for _, h := range hosts {
		if err := ask(h); err != nil {
			list = append(list, fmt.Errorf("%s: %w", h, err))
		}
	}
	return errors.Join(list...)
}

func closed(ports ...int) func(context.Context, Prober, Site) error {
	return func(ctx context.Context, p Prober, s Site) error {
		return each(s.Hosts, func(host string) error {
			for _, port := range ports {
				open, err := p.Listens(ctx, host, port)
				if err != nil {
					return err
				}
				if open {
					return fmt.Errorf("something listens at port %d", port)
				}
			}
			return nil
		})
	}
}

// elections are the nodes below which the services elect who works (dump-format 6.1).
var elections = []string{"api-server-election", "schema-transformer", "svc-monitor", "device-manager"}

func (s *Site) path(name string) string {
	if s.ClusterID == "" {
		return "/" + name
	}
	return "/" + s.ClusterID + "/" + name
}

func servicesStopped(ctx context.Context, p Prober, s Site) error {
	if err := closed(portAPI)(ctx, p, s); err != nil {
		return err
	}
	var held []string
	for _, name := range elections {
		children, _, err := p.Nodes(ctx, s.Hosts, s.path(name))
		if err != nil {
			return err
		}
		if len(children) > 0 {
			held = append(held, s.path(name))
		}
	}
	if len(held) > 0 {
		return fmt.Errorf("still elected in ZooKeeper: %s", strings.Join(held, ", "))
	}
	return nil
}

func servicesStarted(ctx context.Context, p Prober, s Site) error {
	err := each(s.Hosts, func(host string) error {
		open, err := p.Listens(ctx, host, portAPI)
		if err == nil && !open {
			err = fmt.Errorf("nothing listens at port %d", portAPI)
		}
		return err
	})
	if err != nil {
		return err
	}
	// The device manager runs only where devices are managed.
	for _, name := range elections[:3] {
		children, _, err := p.Nodes(ctx, s.Hosts, s.path(name))
		if err != nil {
			return err
		}
		if len(children) == 0 {
			return fmt.Errorf("nobody is elected in ZooKeeper: %s", s.path(name))
		}
	}
	return nil
}

func zooKeeperEmpty(ctx context.Context, p Prober, s Site) error {
	modes := map[string]int{}
	err := each(s.Hosts, func(host string) error {
		answer, err := p.FourLetters(ctx, host, "srvr")
		if err != nil {
			return err
		}
		mode := "unknown"
		for line := range strings.Lines(answer) {
			if name, ok := strings.CutPrefix(line, "Mode: "); ok {
				mode = strings.TrimSpace(name)
			}
		}
		modes[mode]++
		if mode == "unknown" {
			return fmt.Errorf("ZooKeeper serves no requests: %q", strings.TrimSpace(answer))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(s.Hosts) == 1 {
		if modes["standalone"]+modes["leader"] != 1 {
			return fmt.Errorf("want one server alone, found %v", modes)
		}
	} else if modes["leader"] != 1 || modes["follower"] != len(s.Hosts)-1 {
		return fmt.Errorf("want one leader and %d followers, found %v", len(s.Hosts)-1, modes)
	}
	children, _, err := p.Nodes(ctx, s.Hosts, "/")
	if err != nil {
		return err
	}
	children = slices.DeleteFunc(children, func(name string) bool { return name == "zookeeper" })
	if len(children) > 0 {
		slices.Sort(children)
		return fmt.Errorf("ZooKeeper is not empty: /%s", strings.Join(children, ", /"))
	}
	return nil
}

// keyspaces are those that a dump may fill (dump-format 2 and 5).
var keyspaces = []string{"config_db_uuid", "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace", "DISCOVERY_SERVER"}

func cassandraEmpty(ctx context.Context, p Prober, s Site) error {
	state, err := p.Cassandra(ctx, s.Hosts)
	if err != nil {
		return err
	}
	if state.Up < len(s.Hosts) || state.Up < state.Nodes {
		return fmt.Errorf("%d of %d Cassandra nodes answer", state.Up, max(len(s.Hosts), state.Nodes))
	}
	if len(state.Schemas) != 1 {
		return fmt.Errorf("the Cassandra nodes don't agree about the schema: %s", strings.Join(state.Schemas, ", "))
	}
	var there []string
	for _, name := range state.Keyspaces {
		for _, base := range keyspaces {
			if name == base || s.ClusterID != "" && name == s.ClusterID+"_"+base {
				there = append(there, name)
			}
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("cassandra has keyspaces already: %s", strings.Join(there, ", "))
	}
	return nil
}

// Listens tells if something accepts connections at a port: nobody does if the host says so. Silence is an error, since
// a host that is not there proves nothing.
func Listens(ctx context.Context, host string, port int) (bool, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, fmt.Sprint(port)))
	if err != nil {
		if refused(err) {
			return false, nil
		}
		return false, err
	}
	return true, conn.Close()
}

// FourLetters gives ZooKeeper one of its four-letter words and returns the answer.
func FourLetters(ctx context.Context, host, word string) (string, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, fmt.Sprint(portZooKeeper)))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, word); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 1<<20))
	if err != nil {
		return "", err
	}
	if len(answer) == 0 || strings.Contains(string(answer), "not in the whitelist") {
		return "", fmt.Errorf("ZooKeeper does not answer %q: allow it with 4lw.commands.whitelist", word)
	}
	return string(answer), nil
}
