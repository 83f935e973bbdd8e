package restore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/internal/limits"
	"github.com/dumptool/dumptool/export/internal/retry"
)

// Options are the ways of importing.
type Options struct {
	ClusterID string // of the target
	Now       bool   // write the time of the plan instead of the timestamps of the dump
	// MaxValue and MaxNode are the largest value and data in bytes that are tried; zero means what the databases
	// accept as they are delivered.
	MaxValue, MaxNode int64
	// Factor is the replication factor of keyspaces that are made.
	Factor int
	// NoCompact makes tables without COMPACT STORAGE.
	NoCompact bool
	Extras    Extras // nil for a dump of the original format
	Clock     func() time.Time
	// Patience and Pause are those of reading back, as in RunOptions.
	Patience, Pause time.Duration
}

// The largest value and data in bytes that the databases accept as they are delivered.
const (
	DefaultMaxValue = limits.Value
	DefaultMaxNode  = limits.Node
)

// skew is how far a timestamp may be ahead of our clock.
const skew = time.Minute

func (o *Options) fill() {
	if o.Extras == nil {
		o.Extras = noExtras{}
	}
	if o.MaxValue == 0 {
		o.MaxValue = DefaultMaxValue
	}
	if o.MaxNode == 0 {
		o.MaxNode = DefaultMaxNode
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Patience == 0 {
		o.Patience = retry.DefaultPatience
	}
	if o.Pause == 0 {
		o.Pause = retry.DefaultPause
	}
}

// Survey is what was found out about a dump. Close gives its nodes back.
type Survey struct {
	dump     *dump.Dump
	options  Options
	findings findings

	sha256    string
	bytes     int64
	tables    []*tableSurvey // in the order of the dump
	keyspaces []string
	byName    map[[2]string]*tableSurvey
	fromID    string // the cluster id of the dump
	nodes     *nodeStore
	now       time.Time
}

// tableSurvey is what there is in a table.
type tableSurvey struct {
	keyspace, table              string
	rows, cells, bytes, expiring int64
}

// Look surveys a dump. Damage is an error; what the databases would not take becomes findings.
func Look(ctx context.Context, d *dump.Dump, o Options) (*Survey, error) {
	o.fill()
	s := &Survey{dump: d, options: o, byName: map[[2]string]*tableSurvey{}, now: o.Clock()}
	d.Keep()
	r, err := d.Reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if s.nodes, err = newNodeStore(d.Options().Temp, d.Options().Memory/8); err != nil {
		return nil, err
	}
	if err := s.read(r); err != nil {
		s.Close()
		return nil, err
	}
	if err := s.hash(ctx); err != nil {
		s.Close()
		return nil, err
	}
	if err := s.arrange(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close gives temporary files back.
func (s *Survey) Close() error { return s.nodes.close() }

// Begun checks that an import was begun with this dump, into this target.
func (s *Survey) Begun(p *Plan, into PlannedTarget) error {
	switch {
	case p.Dump.SHA256 != s.sha256:
		return fmt.Errorf("this is not the dump whose import was begun: its SHA-256 is %s, that of the other %s", s.sha256, p.Dump.SHA256)
	case p.Target.ClusterID != into.ClusterID:
		return fmt.Errorf("the import was begun into cluster id %q, not %q", p.Target.ClusterID, into.ClusterID)
	case p.Target.Cassandra.Cluster != into.Cassandra.Cluster:
		return fmt.Errorf("the import was begun into the Cassandra cluster %q, not %q", p.Target.Cassandra.Cluster, into.Cassandra.Cluster)
	}
	return nil
}

// read goes over the dump once.
func (s *Survey) read(r *dump.Reader) error {
	var table *tableSurvey
	for r.Next() {
		switch r.Kind() {
		case dump.KeyspaceStart:
			s.keyspace(r.Keyspace())
		case dump.TableStart:
			table = s.table(r.Keyspace(), r.Table())
		case dump.RowStart:
			key := r.Key().Decoded()
			if len(key) == 0 || len(key) > limits.Name {
				s.findings.add("row-key", true, s.place(r, nil), "Cassandra takes row keys of 1 to %d bytes", limits.Name)
			}
		case dump.RowEnd:
			// Rows without cells are nothing in Cassandra.
			if r.Cells() > 0 {
				table.rows++
			}
		case dump.CellRead:
			if err := s.cell(r, table, r.Cell()); err != nil {
				return err
			}
		case dump.ZNodeRead:
			if err := s.node(r.ZNode()); err != nil {
				return err
			}
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if r.Layout()&dump.FlatTables != 0 {
		s.findings.add("flat-tables", true, "", "the dump has flat table names (A3), of which it is not known what they mean")
	}
	return nil
}

func (s *Survey) keyspace(name string) {
	for _, known := range s.keyspaces {
		if known == name {
			return
		}
	}
	s.keyspaces = append(s.keyspaces, name)
	if !validName(name) {
		s.findings.add("name", true, dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(),
			"Cassandra takes names of letters, digits and underscores, up to 48")
	}
}

func (s *Survey) table(keyspace, name string) *tableSurvey {
	s.keyspace(keyspace)
	key := [2]string{keyspace, name}
	t := s.byName[key]
	if t == nil {
		t = &tableSurvey{keyspace: keyspace, table: name}
		s.byName[key] = t
		s.tables = append(s.tables, t)
		if !validName(name) {
			s.findings.add("name", true, dump.Path{Level: dump.AtTable, Keyspace: keyspace, Table: name}.String(),
				"Cassandra takes names of letters, digits and underscores, up to 48")
		}
	}
	return t
}

// validName tells if Cassandra takes a name of a keyspace or table.
func validName(name string) bool {
	if name == "" || len(name) > 48 {
		return false
	}
	for _, c := range []byte(name) {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// place returns the written path of the row or cell that the reader stands at.
func (s *Survey) place(r *dump.Reader, c *dump.Cell) string {
	p := dump.Path{Level: dump.AtRow, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String()}
	if c != nil {
		p.Level, p.Column = dump.AtColumn, c.Name.String()
	}
	return p.String()
}

func (s *Survey) cell(r *dump.Reader, t *tableSurvey, c *dump.Cell) error {
	t.cells++
	t.bytes += int64(len(c.Name.Raw)) + c.Value.Size()
	extra, err := s.options.Extras.Cell(r.Keyspace(), r.Table(), r.Key(), c)
	if err != nil {
		return err
	}
	if extra.Expiry != 0 {
		t.expiring++
		if extra.Expiry-s.now.Unix() > limits.TTL {
			s.findings.add("expiry", true, s.place(r, c), "Cassandra keeps cells that expire for 20 years at most")
		}
	}
	if n := len(c.Name.Raw); n == 0 || n > limits.Name && len(c.Name.Decoded()) > limits.Name {
		s.findings.add("column-name", true, s.place(r, c), "Cassandra takes column names of 1 to %d bytes", limits.Name)
	}
	if !c.Value.IsText {
		s.findings.add("value", true, s.place(r, c), "a value that is not text (A7): what is meant by it is not certain, repair the dump")
	}
	if c.Value.Size() > s.options.MaxValue {
		s.findings.add("large-value", true, s.place(r, c),
			"a value of more than %d bytes, the most that Cassandra takes by default (--max-value)", s.options.MaxValue)
	}
	if c.Shape&dump.ExtraData != 0 {
		s.findings.add("extra-elements", false, s.place(r, c), "further elements of a cell mean nothing and are left out (A15)")
	}
	s.timestamp(r, c)
	return nil
}

// timestamp finds what Cassandra would not take, or what would have effects that nobody wants.
func (s *Survey) timestamp(r *dump.Reader, c *dump.Cell) {
	if s.options.Now {
		return
	}
	switch t, ok := c.Microseconds(); {
	case c.Time == nil:
		s.findings.add("no-timestamp", true, s.place(r, c), "a cell without a timestamp (A6): use --now, or repair the dump")
	case c.Shape&dump.FloatTime != 0:
		s.findings.add("float-timestamp", true, s.place(r, c), "a timestamp in seconds (A5), long before all others: use --now, or repair the dump")
	case !ok || t == math.MinInt64:
		s.findings.add("timestamp", true, s.place(r, c), "a timestamp that Cassandra does not take: use --now, or repair the dump")
	case t > s.now.Add(skew).UnixMicro():
		s.findings.add("future-timestamp", true, s.place(r, c),
			"a timestamp in the future, which would hide later writes: use --now, or repair the dump")
	}
}

// hash takes the SHA-256 of the text.
func (s *Survey) hash(ctx context.Context) error {
	text, err := s.dump.Text(ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	h := sha256.New()
	if s.bytes, err = io.Copy(h, text); err != nil {
		return err
	}
	s.sha256 = hex.EncodeToString(h.Sum(nil))
	return nil
}

// node keeps a node until its cluster id is known, which takes all nodes.
func (s *Survey) node(z *dump.ZNode) error {
	extra, err := s.options.Extras.Node(z)
	if err != nil {
		return err
	}
	if extra.ACLHidden {
		s.findings.add("hidden-acl", false, nodePlace(string(z.Normal)),
			"the ACL had passwords that ZooKeeper did not show to the export: the node is made open to the world")
	}
	path := z.Path.Decoded()
	if cluster, _ := contrail.SplitCluster(path); len(cluster) > 0 {
		switch {
		case s.fromID == "":
			s.fromID = string(cluster)
		case s.fromID != string(cluster):
			s.findings.add("cluster-ids", true, string(cluster), "the ZooKeeper nodes are of more than one cluster id, %s and others", s.fromID)
		}
	}
	n := node{path: string(z.Normal), null: !z.Data.IsText, acl: extra.ACL}
	owner := z.EphemeralOwner()
	n.ephemeral = extra.Ephemeral || owner != nil && !bytes.Equal(owner, []byte("0"))
	switch {
	case z.Data.Size() > 6*s.options.MaxNode:
		n.size = z.Data.Size() // not worth decoding
	case extra.Data != nil:
		n.data = extra.Data
	case z.Data.IsText:
		if n.data, err = io.ReadAll(z.Data.OpenDecoded()); err != nil {
			return err
		}
	}
	n.size = max(n.size, int64(len(n.data)))
	if !n.ephemeral && n.size > s.options.MaxNode {
		s.findings.add("large-node", true, nodePlace(n.path),
			"data of more than %d bytes, the most that ZooKeeper takes by default (--max-node)", s.options.MaxNode)
		n.data = nil
	}
	return s.nodes.add(&n)
}

func nodePlace(normal string) string {
	return dump.Path{Level: dump.AtZNode, Node: normal}.String()
}

// arrange moves the nodes to where the target has them, in the order in which they are made.
func (s *Survey) arrange() error {
	m := move{s.fromID, s.options.ClusterID}
	return s.nodes.arrange(m, &s.findings)
}
