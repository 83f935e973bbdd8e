package main

import (
	"context"
	"net"
	"slices"
	"time"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/zookeeper"
	"github.com/dumptool/dumptool/validate"
)

// liveKeyspaces are the keyspaces of a system, without its cluster id.
var liveKeyspaces = []string{"config_db_uuid", "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace"}

// liveServers finds out what the rules about servers want to know of the live system.
func liveServers(ctx context.Context, app *app) (*validate.Servers, error) {
	rows, nodes, c, err := app.live.connections(app)
	if err != nil {
		return nil, err
	}
	cells, err := cassandra.Open(rows)
	if err != nil {
		return nil, err
	}
	defer cells.Close()
	znodes, err := zookeeper.Open(ctx, nodes)
	if err != nil {
		return nil, err
	}
	defer znodes.Close()
	s := new(validate.Servers)
	for _, address := range slices.Sorted(slices.Values(rows.Addresses)) {
		s.Cassandra = append(s.Cassandra, validate.CassandraServer{Address: address, Up: accepts(ctx, address)})
	}
	for _, name := range liveKeyspaces {
		if c.ClusterID != "" {
			name = c.ClusterID + "_" + name
		}
		k, err := cells.Keyspace(ctx, name)
		if err != nil {
			return nil, err
		}
		if k != nil {
			s.Keyspaces = append(s.Keyspaces, validate.Replication{Keyspace: name, Factor: k.Factor})
		}
	}
	stats, err := znodes.Stats(ctx)
	if err != nil {
		return nil, err
	}
	for _, z := range stats {
		s.ZooKeeper = append(s.ZooKeeper, validate.ZooKeeperServer{
			Address: z.Address, Up: z.Mode != "down", Mode: z.Mode, Nodes: z.Nodes,
		})
	}
	return s, nil
}

// accepts tells if a server accepts connections.
func accepts(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// liveTargetOf finds out what a restore into the live databases meets. It asks no more than it takes to know that a table
// has rows.
func liveTargetOf(ctx context.Context, app *app) (*validate.Target, error) {
	r, c, err := app.live.openReaders(ctx, app, 100)
	if err != nil {
		return nil, err
	}
	defer r.close()
	cluster, err := r.cassandra.Cluster(ctx)
	if err != nil {
		return nil, err
	}
	t := &validate.Target{ClusterID: c.ClusterID, HasClusterID: true, CassandraVersion: cluster.Version, HasContent: true}
	for _, keyspace := range liveKeyspaces {
		name := keyspace
		if c.ClusterID != "" {
			name = c.ClusterID + "_" + keyspace
		}
		tables, _, err := r.cassandra.Tables(ctx, name)
		if err != nil {
			return nil, err
		}
		for i := range tables {
			table := keyspace + "/" + tables[i].Name
			t.Tables = append(t.Tables, table)
			if !tables[i].Fits {
				continue
			}
			empty, err := r.cassandra.Empty(ctx, &tables[i])
			if err != nil {
				return nil, err
			}
			if !empty {
				t.Filled = append(t.Filled, table)
			}
		}
	}
	top := "/"
	if c.ClusterID != "" {
		top += c.ClusterID
	}
	for _, path := range slices.Compact([]string{"/", top}) {
		names, _, err := r.zookeeper.Children(ctx, path)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			// Beside a cluster id only what all systems share counts.
			if path == top || !contrail.BelowCluster([]byte(name)) {
				t.Filled = append(t.Filled, "zk:/"+name)
			}
		}
	}
	slices.Sort(t.Filled)
	return t, nil
}
