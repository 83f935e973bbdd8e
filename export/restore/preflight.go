package restore

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Target are the databases that are written to.
type Target struct {
	Cassandra Cassandra
	ZooKeeper ZooKeeper
	ClusterID string
}

const (
	// countRows is how far rows of a table are counted that is in the way.
	countRows = 100_000
	// countNodes is the same for nodes.
	countNodes = 100_000
)

// Preflight looks at the databases and plans the import of a surveyed dump. What stands in its way are findings of the
// plan; see Plan.Refusal. An error means that something could not be found out. With resuming, it is taken for granted
// that the databases hold a part of the dump already.
func Preflight(ctx context.Context, s *Survey, t Target, resuming bool) (*Plan, error) {
	f := findings{}
	p := &Plan{
		Schema: PlanSchema,
		Dump:   PlannedDump{File: s.dump.Name(), Bytes: s.bytes, SHA256: s.sha256, ClusterID: s.fromID},
		Target: PlannedTarget{ClusterID: t.ClusterID},
		ZooKeeper: PlannedNodes{
			From: s.fromID, To: t.ClusterID, Nodes: s.nodes.count, Parents: s.nodes.parents, Bytes: s.nodes.bytes,
			ACLs: s.nodes.acls, Tops: slices.Sorted(slices.Values(s.nodes.tops)), Ephemeral: s.nodes.ephemeral, Foreign: s.nodes.foreign,
		},
		Timestamp: PlannedTimestamp{Mode: "keep"},
		Keyspaces: []PlannedKeyspace{},
	}
	if s.options.Now {
		p.Timestamp = PlannedTimestamp{"now", s.now.UnixMicro()}
	}
	p.stamp(s.now)
	if err := p.servers(ctx, t, &f); err != nil {
		return nil, err
	}
	if err := p.tables(ctx, s, t, &f, resuming); err != nil {
		return nil, err
	}
	if err := p.nodes(ctx, t, &f, resuming); err != nil {
		return nil, err
	}
	p.Findings = []Finding{}
	for _, found := range append(slices.Clone(s.findings.list), f.list...) {
		p.Findings = append(p.Findings, *found)
	}
	if p.Target.Cassandra.Nodes == nil {
		p.Target.Cassandra.Nodes = []CassandraNode{}
	}
	if p.ZooKeeper.Tops == nil {
		p.ZooKeeper.Tops = []string{}
	}
	return p, nil
}

// servers finds out if all servers are there and of one mind.
func (p *Plan) servers(ctx context.Context, t Target, f *findings) error {
	state, err := t.Cassandra.State(ctx)
	if err != nil {
		return fmt.Errorf("ask Cassandra: %w", err)
	}
	p.Target.Cassandra = state
	for _, n := range state.Nodes {
		if !n.Up {
			f.add("cassandra-down", true, n.Address, "a Cassandra node does not answer")
		}
	}
	if len(state.Schemas) > 1 {
		f.add("schema", true, strings.Join(state.Schemas, ", "), "the Cassandra nodes don't agree about the schema")
	}
	if p.Target.ZooKeeperServers, err = t.ZooKeeper.Servers(ctx); err != nil {
		return fmt.Errorf("ask ZooKeeper: %w", err)
	}
	leaders := 0
	for i := range p.Target.ZooKeeperServers {
		z := &p.Target.ZooKeeperServers[i]
		switch z.Mode {
		case "leader", "standalone":
			leaders++
		case "down":
			f.add("zookeeper-down", true, z.Address, "a ZooKeeper server does not answer")
		case "":
			leaders = len(p.Target.ZooKeeperServers) // it does not tell, so neither do we
		}
		// Who leads may change between a plan and its use.
		if z.Mode == "leader" || z.Mode == "follower" {
			z.Mode = "ensemble"
		}
	}
	if leaders == 0 && len(p.Target.ZooKeeperServers) > 0 {
		f.add("zookeeper-quorum", true, "", "no ZooKeeper server leads")
	}
	return nil
}

// tables plans keyspaces and tables, and finds what is in them.
func (p *Plan) tables(ctx context.Context, s *Survey, t Target, f *findings, resuming bool) error {
	for _, name := range s.keyspaces {
		k := PlannedKeyspace{Name: name, LiveName: LiveKeyspaceName(t.ClusterID, name), Tables: []PlannedTable{}}
		live, err := t.Cassandra.Keyspace(ctx, k.LiveName)
		if err != nil {
			return fmt.Errorf("look at keyspace %s: %w", k.LiveName, err)
		}
		nodes := len(p.Target.Cassandra.Nodes)
		if live == nil {
			k.Create, k.Factor = true, min(max(s.options.Factor, 1), max(nodes, 1))
			if s.options.Factor > nodes {
				f.add("replication", false, k.LiveName, "a replication factor of %d is more than there are nodes (%d): %d is used",
					s.options.Factor, nodes, k.Factor)
			}
		} else {
			k.Factor = live.Factor
			if k.Factor > nodes {
				f.add("replication-live", true, fmt.Sprintf("%s (%d)", k.LiveName, k.Factor), "a keyspace has more replicas than there are nodes (%d)", nodes)
			}
		}
		for _, ts := range s.tables {
			if ts.keyspace != name {
				continue
			}
			pt := PlannedTable{
				Name: ts.table, Rows: ts.rows, Cells: ts.cells, Bytes: ts.bytes, Expiring: ts.expiring,
				Compact: !s.options.NoCompact, Value: "text",
			}
			blob := s.options.Extras.BlobTable(name, ts.table)
			if blob {
				pt.Value = "blob"
			}
			var lt *LiveTable
			if live != nil {
				lt = live.Tables[ts.table]
			}
			if lt == nil {
				pt.Create = true
			} else if err := p.liveTable(ctx, t, f, &k, &pt, lt, blob, resuming); err != nil {
				return err
			}
			// A cell has its name, its value, and about 30 bytes around them.
			p.DiskBytes += (pt.Bytes + 30*pt.Cells) * int64(max(k.Factor, 1))
			k.Tables = append(k.Tables, pt)
		}
		p.Keyspaces = append(p.Keyspaces, k)
	}
	return nil
}

// liveTable plans for a table that is there.
func (p *Plan) liveTable(ctx context.Context, t Target, f *findings, k *PlannedKeyspace, pt *PlannedTable, lt *LiveTable, blob, resuming bool) error {
	place := k.LiveName + "." + pt.Name
	var err error
	if pt.ID, err = t.Cassandra.TableID(ctx, k.LiveName, pt.Name); err != nil {
		return fmt.Errorf("look at %s: %w", place, err)
	}
	pt.Compact, pt.Value = lt.Compact, "text"
	if lt.Blob {
		pt.Value = "blob"
	}
	if !lt.Fits {
		f.add("columns", true, place+" ("+lt.Columns+")", "a table has other columns than key, column1 and value")
		return nil
	}
	if blob && !lt.Blob {
		f.add("not-utf8", true, place, "a table takes text only, and the dump has values for it that are not UTF-8")
	}
	if resuming {
		return nil
	}
	rows, err := t.Cassandra.CountRows(ctx, k.LiveName, pt.Name, countRows)
	if err != nil {
		return fmt.Errorf("look into %s: %w", place, err)
	}
	if rows > 0 {
		f.add("table-not-empty", true, fmt.Sprintf("%s (%s rows)", place, atLeast(rows, countRows)), "tables are not empty")
	}
	return nil
}

// LiveKeyspaceName returns the name that a keyspace of a dump has in a cluster (dump-format 3.4).
func LiveKeyspaceName(clusterID, name string) string {
	if clusterID == "" {
		return name
	}
	return clusterID + "_" + name
}

// nodes finds what is in ZooKeeper already, and whether services are running.
func (p *Plan) nodes(ctx context.Context, t Target, f *findings, resuming bool) error {
	if err := runningServices(ctx, t, f); err != nil {
		return err
	}
	if resuming {
		return nil
	}
	seen := map[string]bool{}
	for _, top := range p.ZooKeeper.Tops {
		n, err := countBelow(ctx, t.ZooKeeper, top, countNodes)
		if err != nil {
			return fmt.Errorf("look at ZooKeeper: %w", err)
		}
		if n > 0 {
			f.add("zookeeper-not-empty", true, fmt.Sprintf("%s (%s nodes)", top, atLeast(int(n), countNodes)), "ZooKeeper is not empty")
		}
		for path := top; path != "/" && !seen[path]; path = parent(path) {
			seen[path] = true
			_, found, err := t.ZooKeeper.Children(ctx, path)
			if err != nil {
				return fmt.Errorf("look at ZooKeeper: %w", err)
			}
			if found {
				p.ZooKeeper.Existing = append(p.ZooKeeper.Existing, path)
			}
		}
	}
	slices.Sort(p.ZooKeeper.Existing)
	return nil
}

// runningServices finds services of the configuration that are running.
func runningServices(ctx context.Context, t Target, f *findings) error {
	prefix := ""
	if t.ClusterID != "" {
		prefix = "/" + t.ClusterID
	}
	for _, name := range []string{"api-server-election", "schema-transformer", "svc-monitor", "device-manager"} {
		children, _, err := t.ZooKeeper.Children(ctx, prefix+"/"+name)
		if err != nil {
			return fmt.Errorf("look at ZooKeeper: %w", err)
		}
		if len(children) > 0 {
			f.add("services-running", true, prefix+"/"+name, "services of the configuration are running: they hold election nodes in ZooKeeper")
		}
	}
	return nil
}

// countBelow counts the nodes below a node, up to a limit.
func countBelow(ctx context.Context, z ZooKeeper, path string, limit int64) (int64, error) {
	var n int64
	todo := []string{path}
	for len(todo) > 0 && n < limit {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		children, _, err := z.Children(ctx, at)
		if err != nil {
			return 0, err
		}
		n += int64(len(children))
		for _, c := range children {
			if int64(len(todo)) < limit {
				todo = append(todo, strings.TrimSuffix(at, "/")+"/"+c)
			}
		}
	}
	return min(n, limit), nil
}

func atLeast(n, limit int) string {
	if n >= limit {
		return fmt.Sprintf("at least %d", limit)
	}
	return fmt.Sprint(n)
}
