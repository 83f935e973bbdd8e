package apply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// databases pretend to be Cassandra and ZooKeeper. After die more writes they fail for good, as after a kill.
type databases struct {
	mu      sync.Mutex
	tables  map[string]map[string]stored // keyspace/table: key/column
	nodes   map[string]*LiveNode
	die     int // -1 for never
	hiccups int // every n-th write fails as if the server was overloaded, done or not
	writes  int
	// meddle, if not nil, is called before each write.
	meddle func()
	clock  int64
}

type stored struct {
	value   Value
	deleted bool
}

var errKilled = errors.New("killed")

type overloaded struct{}

func (overloaded) Error() string   { return "overloaded" }
func (overloaded) Temporary() bool { return true }

func newDatabases() *databases {
	return &databases{tables: map[string]map[string]stored{}, nodes: map[string]*LiveNode{}, die: -1, clock: 1_700_000_000_000_000}
}

func (d *databases) options() Options {
	return Options{Workers: 3, Pause: time.Millisecond, Patience: 10 * time.Second, Memory: 1 << 20, Clock: func() time.Time {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.clock++
		return time.UnixMicro(d.clock)
	}}
}

func (d *databases) target() Target { return Target{Cassandra: d, ZooKeeper: d} }

func (d *databases) Table(_ context.Context, keyspace, table string) (*LiveTable, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables[keyspace+"/"+table] == nil {
		return nil, keyspace == "config_db_uuid", nil
	}
	return &LiveTable{Keyspace: keyspace, Name: table, Fits: true}, true, nil
}

func (d *databases) CreateTable(_ context.Context, keyspace, table string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables[keyspace+"/"+table] == nil {
		d.tables[keyspace+"/"+table] = map[string]stored{}
	}
	return nil
}

func (d *databases) Cells(_ context.Context, t *LiveTable, key []byte, columns [][]byte) ([]LiveCell, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []LiveCell
	for _, c := range columns {
		if s, ok := d.tables[t.Keyspace+"/"+t.Name][string(key)+"/"+string(c)]; ok && !s.deleted {
			out = append(out, LiveCell{bytes.Clone(c), s.value})
		}
	}
	return out, nil
}

func (d *databases) CountColumns(_ context.Context, t *LiveTable, key []byte, limit int) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for name, s := range d.tables[t.Keyspace+"/"+t.Name] {
		if strings.HasPrefix(name, string(key)+"/") && !s.deleted {
			n++
		}
	}
	return min(n, limit), nil
}

func (d *databases) write() (done bool, err error) {
	if d.meddle != nil {
		d.meddle()
	}
	d.writes++
	if d.die == 0 {
		return false, errKilled
	}
	if d.die > 0 {
		d.die--
	}
	if d.hiccups > 0 && d.writes%d.hiccups == 0 {
		return d.writes%(2*d.hiccups) == 0, overloaded{}
	}
	return true, nil
}

// put writes a cell: the later time wins, at the same time a deletion.
func (d *databases) put(table, cell string, v *Value, at int64) {
	s, ok := d.tables[table][cell]
	if ok && (s.value.Time > at || s.value.Time == at && s.deleted) {
		return
	}
	n := stored{value: Value{Time: at}, deleted: v == nil}
	if v != nil {
		n.value.Data, n.value.Expires = bytes.Clone(v.Data), v.Expires
	}
	d.tables[table][cell] = n
}

func (d *databases) Write(_ context.Context, t *LiveTable, key []byte, cells []Write) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	done, err := d.write()
	if done {
		for _, c := range cells {
			d.put(t.Keyspace+"/"+t.Name, string(key)+"/"+string(c.Column), c.Value, c.Time)
		}
	}
	return err
}

func (d *databases) Node(_ context.Context, path string) (*LiveNode, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.nodes[path]
	if n == nil {
		return nil, nil
	}
	m := *n
	m.Children = d.children(path)
	return &m, nil
}

func (d *databases) children(path string) (n int) {
	for p := range d.nodes {
		if rest, ok := strings.CutPrefix(p, path+"/"); ok && !strings.Contains(rest, "/") {
			n++
		}
	}
	return n
}

func (d *databases) Change(_ context.Context, changes []NodeChange) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	done, err := d.write()
	if !done {
		return err
	}
	whole := d.nodes
	d.nodes = maps.Clone(whole)
	for _, c := range changes {
		if !d.change(c) {
			d.nodes = whole
			return ErrChanged
		}
	}
	return err
}

func (d *databases) change(c NodeChange) bool {
	n := d.nodes[c.Path]
	up := c.Path[:strings.LastIndexByte(c.Path, '/')]
	switch {
	case c.Version < 0:
		if n != nil || up != "" && d.nodes[up] == nil {
			return false
		}
		d.nodes[c.Path] = &LiveNode{NodeValue: NodeValue{Data: c.Value.Data, Null: c.Value.Null, ACL: []ACL{{31, "world", "anyone"}}}}
	case n == nil || n.Version != c.Version:
		return false
	case c.Value == nil:
		if d.children(c.Path) > 0 {
			return false
		}
		delete(d.nodes, c.Path)
	default:
		m := *n
		m.Data, m.Null = c.Value.Data, c.Value.Null
		m.Version++
		d.nodes[c.Path] = &m
	}
	return true
}

func (d *databases) SetACL(_ context.Context, path string, acl []ACL, version int32) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	done, err := d.write()
	if !done {
		return err
	}
	n := d.nodes[path]
	if n == nil || n.ACLVersion != version {
		return ErrChanged
	}
	m := *n
	m.ACL = acl
	m.ACLVersion++
	d.nodes[path] = &m
	return err
}

// String has everything but times.
func (d *databases) String() string {
	var lines []string
	for table, cells := range d.tables {
		for name, s := range cells {
			if !s.deleted {
				lines = append(lines, fmt.Sprintf("%s %s %q", table, name, s.value.Data))
			}
		}
	}
	for path, n := range d.nodes {
		acl := ""
		if !open(n.ACL) {
			acl = fmt.Sprint(n.ACL)
		}
		lines = append(lines, fmt.Sprintf("%s %q %v %s", path, n.Data, n.Null, acl))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// clone copies everything.
func (d *databases) clone() *databases {
	e := newDatabases()
	e.clock = d.clock
	for t, cells := range d.tables {
		e.tables[t] = maps.Clone(cells)
	}
	for p, n := range d.nodes {
		m := *n
		e.nodes[p] = &m
	}
	return e
}

// memoryJournal is a journal.
type memoryJournal struct{ b []byte }

func (j *memoryJournal) Write(p []byte) (int, error) {
	j.b = append(j.b, p...)
	return len(p), nil
}

func (j *memoryJournal) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(j.b).ReadAt(p, off)
}

func (*memoryJournal) Sync() error { return nil }
