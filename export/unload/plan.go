package unload

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// planSchema is the form of a Plan as JSON, and of the files of units beside it.
const planSchema = "dumptool.export-plan/2"

// discovery is the keyspace of the discovery server, which only the first of the original exporters had, and which later
// ones don't take (dump-format 5.6).
const discovery = "DISCOVERY_SERVER"

// keyspaces are those that a dump can hold, where they are there (dump-format 2).
var keyspaces = []string{"config_db_uuid", "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace", discovery}

// Standard is what is exported unless something else is asked for: all but the keyspace of the discovery server.
func Standard(present []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(present), func(ks string) bool { return ks == discovery }), nil
}

// Plan says what is read, in the order in which it is written.
type Plan struct {
	Schema    string `json:"schema"`
	ClusterID string `json:"cluster_id"`
	Cluster   string `json:"cluster"`
	Version   string `json:"version"` // of Cassandra
	Started   string `json:"started"` // RFC 3339
	// StartedMicros is the same as write times count.
	StartedMicros int64          `json:"started_us"`
	Zxid          int64          `json:"zxid"` // before anything was read; 0 if no server says
	Keyspaces     []string       `json:"keyspaces"`
	Tables        []PlannedTable `json:"tables"`
	Units         []unit         `json:"units"`
	ZooKeeper     bool           `json:"zookeeper"`
}

// PlannedTable is a table that is read.
type PlannedTable struct {
	Keyspace string   `json:"keyspace"`      // as in the dump
	Live     string   `json:"live_keyspace"` // with the cluster id
	Name     string   `json:"name"`
	Key      string   `json:"key"`
	Names    []string `json:"names"`
	Value    string   `json:"value"`
	Blob     bool     `json:"blob"`
}

func (t *PlannedTable) live() Table {
	return Table{Keyspace: t.Live, Name: t.Name, Key: t.Key, Names: t.Names, Value: t.Value, Fits: true, Blob: t.Blob}
}

// unit is what is read at once: a range of a table, or all of ZooKeeper.
type unit struct {
	Table int   `json:"table"` // -1: ZooKeeper
	Range Range `json:"range"`
}

// rangesOfTable is the number of units of a table that is not small.
const rangesOfTable = 64

// makePlan looks at the databases.
func (u *unloader) makePlan(ctx context.Context) (*Plan, error) {
	var cluster Cluster
	err := u.patiently(ctx, "ask Cassandra about itself", func() (err error) {
		cluster, err = u.cassandra.Cluster(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := u.o.Clock()
	p := &Plan{StartedMicros: now.UnixMicro(), Schema: planSchema, ClusterID: u.o.ClusterID, Cluster: cluster.Name, Version: cluster.Version,
		Started: now.UTC().Format(timeForm), ZooKeeper: !u.o.OmitZooKeeper}
	if p.ZooKeeper {
		if p.Zxid, err = u.zookeeper.Zxid(ctx); err != nil {
			return nil, fmt.Errorf("ask ZooKeeper for its last change: %w", err)
		}
	}
	tables, err := u.keyspaces(ctx, p)
	if err != nil {
		return nil, err
	}
	for _, ks := range p.Keyspaces {
		for i := range tables[ks] {
			if err := u.planTable(ctx, p, ks, &tables[ks][i], cluster.Ranges); err != nil {
				return nil, err
			}
		}
	}
	if p.ZooKeeper {
		p.Units = append(p.Units, unit{Table: -1})
	}
	return p, nil
}

// keyspaces finds the keyspaces that are there, and plans those that are wanted. It returns the tables of all.
func (u *unloader) keyspaces(ctx context.Context, p *Plan) (map[string][]Table, error) {
	all := map[string][]Table{}
	var present []string
	for _, ks := range keyspaces {
		live := ks
		if u.o.ClusterID != "" {
			live = u.o.ClusterID + "_" + ks
		}
		var tables []Table
		var found bool
		err := u.patiently(ctx, "look at keyspace "+live, func() (err error) {
			tables, found, err = u.cassandra.Tables(ctx, live)
			return err
		})
		if err != nil {
			return nil, err
		}
		if found {
			present = append(present, ks)
			all[ks] = tables
		}
	}
	if len(present) == 0 {
		return nil, fmt.Errorf("the Cassandra cluster %s has none of the keyspaces of cluster id %q: %s", p.Cluster, u.o.ClusterID, strings.Join(keyspaces, ", "))
	}
	choose := u.o.Keyspaces
	if choose == nil {
		choose = Standard
	}
	chosen, err := choose(present)
	p.Keyspaces = chosen
	return all, err
}

func (u *unloader) planTable(ctx context.Context, p *Plan, keyspace string, t *Table, byRange bool) error {
	if u.o.Rows != nil && !u.o.Rows(keyspace, t.Name) {
		p.Tables = append(p.Tables, PlannedTable{Keyspace: keyspace, Live: t.Keyspace, Name: t.Name})
		return nil
	}
	var empty, small bool
	err := u.patiently(ctx, fmt.Sprintf("look at table %s.%s", t.Keyspace, t.Name), func() (err error) {
		if t.Fits {
			small, err = u.cassandra.Small(ctx, t)
		} else {
			empty, err = u.cassandra.Empty(ctx, t)
		}
		return err
	})
	if !t.Fits {
		switch {
		case err != nil:
			return err
		case !empty:
			return fmt.Errorf("table %s.%s has the columns %s: a dump has no place for them", t.Keyspace, t.Name, t.Columns)
		}
		p.Tables = append(p.Tables, PlannedTable{Keyspace: keyspace, Live: t.Keyspace, Name: t.Name})
		return nil
	}
	if err != nil {
		return err
	}
	p.Tables = append(p.Tables, PlannedTable{Keyspace: keyspace, Live: t.Keyspace, Name: t.Name, Key: t.Key, Names: t.Names, Value: t.Value, Blob: t.Blob})
	number := len(p.Tables) - 1
	if small || !byRange {
		p.Units = append(p.Units, unit{number, wholeRing})
		return nil
	}
	for _, r := range Ranges(rangesOfTable) {
		p.Units = append(p.Units, unit{number, r})
	}
	return nil
}
