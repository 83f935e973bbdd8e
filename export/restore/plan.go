package restore

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PlanSchema is the form of a Plan.
const PlanSchema = "dumptool.import-plan/1"

// Plan is all that an import makes and writes. Two plans for the same dump and the same databases are equal, but for
// when they were made.
type Plan struct {
	Schema    string            `json:"schema"`
	Created   string            `json:"created"` // RFC 3339
	Dump      PlannedDump       `json:"dump"`
	Target    PlannedTarget     `json:"target"`
	Timestamp PlannedTimestamp  `json:"timestamps"`
	Keyspaces []PlannedKeyspace `json:"keyspaces"`
	ZooKeeper PlannedNodes      `json:"zookeeper"`
	Findings  []Finding         `json:"findings"`
	// DiskBytes estimates what all nodes of Cassandra together need, before compaction.
	DiskBytes int64 `json:"disk_bytes"`
}

// PlannedDump is the dump that is imported.
type PlannedDump struct {
	File      string `json:"file"`
	Bytes     int64  `json:"bytes"` // of the text
	SHA256    string `json:"sha256"`
	ClusterID string `json:"cluster_id"`
	// Selection says which part of the file it is, in the words of the caller; empty for all of it.
	Selection []string `json:"selection,omitempty"`
}

// PlannedTarget is where it is imported to.
type PlannedTarget struct {
	ClusterID        string            `json:"cluster_id"`
	Cassandra        CassandraState    `json:"cassandra"`
	ZooKeeperServers []ZooKeeperServer `json:"zookeeper"`
}

// PlannedTimestamp says which timestamps are written: those of the dump, or one for all.
type PlannedTimestamp struct {
	Mode         string `json:"mode"` // keep or now
	Microseconds int64  `json:"microseconds,omitempty"`
}

// PlannedKeyspace is a keyspace and its tables.
type PlannedKeyspace struct {
	Name     string         `json:"name"` // in the dump
	LiveName string         `json:"live_name"`
	Create   bool           `json:"create"`
	Factor   int            `json:"replication_factor"`
	Tables   []PlannedTable `json:"tables"`
}

// PlannedTable is a table and what is written to it.
type PlannedTable struct {
	Name     string `json:"name"`
	Create   bool   `json:"create"`
	ID       string `json:"id,omitempty"` // of a table that is there
	Compact  bool   `json:"compact"`      // COMPACT STORAGE, where the server takes it
	Value    string `json:"value"`        // the type of the values, text or blob
	Rows     int64  `json:"rows"`
	Cells    int64  `json:"cells"`
	Bytes    int64  `json:"bytes"`
	Expiring int64  `json:"expiring"` // cells with a time to live
}

// PlannedNodes are the ZooKeeper nodes.
type PlannedNodes struct {
	From      string   `json:"from"` // the cluster id that is taken off the paths
	To        string   `json:"to"`   // the one that is put before them
	Nodes     int64    `json:"nodes"`
	Parents   int64    `json:"parents"` // made beside them, without data
	Bytes     int64    `json:"bytes"`
	ACLs      int64    `json:"acls"`
	Tops      []string `json:"tops"`
	Existing  []string `json:"existing,omitempty"` // those of the tops and of what is above them that are there, empty
	Ephemeral int64    `json:"ephemeral"`          // left out: they end with who made them
	Foreign   int64    `json:"foreign"`            // left out: they belong to other programs, or to services that are running
}

// Rows returns the number of rows and cells to write.
func (p *Plan) Rows() (rows, cells int64) {
	for _, k := range p.Keyspaces {
		for _, t := range k.Tables {
			rows += t.Rows
			cells += t.Cells
		}
	}
	return rows, cells
}

// table finds a table by its names in the dump.
func (p *Plan) table(keyspace, name string) (*PlannedKeyspace, *PlannedTable) {
	for i := range p.Keyspaces {
		if k := &p.Keyspaces[i]; k.Name == keyspace {
			for j := range k.Tables {
				if k.Tables[j].Name == name {
					return k, &k.Tables[j]
				}
			}
		}
	}
	return nil, nil
}

// Definition returns the definition of a table as CQL, for people.
func (t *PlannedTable) Definition(keyspace string) string {
	return TableDefinition(keyspace, t.Name, t.Value, t.Compact)
}

// TableDefinition returns the CQL that makes a table as Contrail does (dump-format 5.7).
func TableDefinition(keyspace, table, value string, compact bool) string {
	with := "CLUSTERING ORDER BY (column1 ASC) AND gc_grace_seconds = 864000"
	if compact {
		with = "COMPACT STORAGE AND " + with
	}
	return fmt.Sprintf(`CREATE TABLE IF NOT EXISTS "%s"."%s" (key blob, column1 blob, value %s, PRIMARY KEY (key, column1)) WITH %s`,
		keyspace, table, value, with)
}

// Refusal returns an error if a finding forbids the import.
func (p *Plan) Refusal() error {
	if slices.ContainsFunc(p.Findings, func(f Finding) bool { return f.Refuses }) {
		return &RefusedError{"the import is refused, nothing was written:", p.Findings}
	}
	return nil
}

// Encode returns the plan as it is stored.
func (p *Plan) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(p, "", "  ")
	return append(text, '\n'), err
}

// ParsePlan reads a stored plan.
func ParsePlan(text []byte) (*Plan, error) {
	p := new(Plan)
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("not a plan: %w", err)
	}
	if p.Schema != PlanSchema {
		return nil, fmt.Errorf("not a plan of this version: its schema is %q, wanted %q", p.Schema, PlanSchema)
	}
	return p, nil
}

// Adopt checks that a stored plan is the one that would be made now, and takes over what it has decided: the one
// timestamp. The error names the first thing that has changed.
func (p *Plan) Adopt(stored *Plan) error {
	a, b := *stored, *p
	a.Created, b.Created = "", ""
	a.Dump.File, b.Dump.File = "", ""
	// That the nodes agree counts, not about what.
	a.Target.Cassandra.Schemas, b.Target.Cassandra.Schemas = nil, nil
	if a.Timestamp.Mode == b.Timestamp.Mode {
		b.Timestamp = a.Timestamp
	}
	if what := firstDifference("", asTree(a), asTree(b)); what != "" {
		return fmt.Errorf("it is not as the plan of %s has it: %s", stored.Created, what)
	}
	p.Timestamp = b.Timestamp
	return nil
}

func asTree(p Plan) any {
	text, err := json.Marshal(p)
	if err != nil {
		return nil
	}
	var tree any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil
	}
	return tree
}

// firstDifference names the first difference of two JSON values by its path; "" if there is none.
func firstDifference(path string, planned, found any) string {
	switch a := planned.(type) {
	case map[string]any:
		b, ok := found.(map[string]any)
		if !ok {
			break
		}
		names := map[string]bool{}
		for name := range a {
			names[name] = true
		}
		for name := range b {
			names[name] = true
		}
		for _, name := range sortedNames(names) {
			if what := firstDifference(strings.TrimPrefix(path+"."+name, "."), a[name], b[name]); what != "" {
				return what
			}
		}
		return ""
	case []any:
		b, ok := found.([]any)
		if !ok {
			break
		}
		for i := range max(len(a), len(b)) {
			var x, y any
			if i < len(a) {
				x = a[i]
			}
			if i < len(b) {
				y = b[i]
			}
			if what := firstDifference(fmt.Sprintf("%s[%d]", path, i), x, y); what != "" {
				return what
			}
		}
		return ""
	}
	x, y := brief(planned), brief(found)
	if x == y {
		return ""
	}
	return fmt.Sprintf("%s was %s and is %s", path, x, y)
}

func sortedNames(names map[string]bool) []string {
	var list []string
	for name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// brief writes a value on part of a line.
func brief(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	if len(text) > 100 {
		text = append(text[:100:100], "…"...)
	}
	return string(text)
}

// stamp sets when the plan was made.
func (p *Plan) stamp(now time.Time) { p.Created = now.UTC().Format(time.RFC3339) }
