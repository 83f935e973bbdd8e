package restore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/unload"
)

// databases pretend to be Cassandra and ZooKeeper. After die more writes they fail for good, as after a kill.
type databases struct {
	mu        sync.Mutex
	keyspaces map[string]map[string]map[string]map[string]stored // keyspace, table, row, column
	nodes     map[string]*LiveNode
	acls      map[string][]ACL
	ids       map[string]string // of tables
	compact   bool
	die       int // -1 for never
	hiccups   int // every n-th write fails as if the server was overloaded; 0 for none
	writes    int
	reads     int
	most      int // nodes in one multi-operation, the largest seen
}

type stored struct {
	value []byte
	time  int64
	ttl   int
}

func newDatabases() *databases {
	return &databases{
		keyspaces: map[string]map[string]map[string]map[string]stored{},
		nodes:     map[string]*LiveNode{"/": {}, "/zookeeper": {}},
		acls:      map[string][]ACL{},
		ids:       map[string]string{},
		compact:   true,
		die:       -1,
	}
}

type overloaded struct{}

func (overloaded) Error() string   { return "overloaded" }
func (overloaded) Temporary() bool { return true }

var errKilled = errors.New("killed")

func (d *databases) write() error {
	d.writes++
	if d.die == 0 {
		return errKilled
	}
	if d.die > 0 {
		d.die--
	}
	if d.hiccups > 0 && d.writes%d.hiccups == 0 {
		return overloaded{}
	}
	return nil
}

func (d *databases) State(context.Context) (CassandraState, error) {
	return CassandraState{"Test", []CassandraNode{{"127.0.0.1", "3.11.19", true}}, []string{"x"}}, nil
}

func (d *databases) Keyspace(_ context.Context, name string) (*LiveKeyspace, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k, ok := d.keyspaces[name]
	if !ok {
		return nil, nil
	}
	live := &LiveKeyspace{"SimpleStrategy", 1, map[string]*LiveTable{}}
	for t := range k {
		live.Tables[t] = &LiveTable{Fits: t != "odd", Columns: "a, b", Compact: d.compact}
	}
	return live, nil
}

func (d *databases) CountRows(_ context.Context, keyspace, table string, limit int) (int, error) {
	return min(limit, len(d.keyspaces[keyspace][table])), nil
}

func (d *databases) CreateKeyspace(_ context.Context, name string, _ int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keyspaces[name] == nil {
		d.keyspaces[name] = map[string]map[string]map[string]stored{}
	}
	return d.write()
}

func (d *databases) CreateTable(_ context.Context, keyspace string, t *PlannedTable) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keyspaces[keyspace][t.Name] == nil {
		d.keyspaces[keyspace][t.Name] = map[string]map[string]stored{}
		d.newID(keyspace, t.Name)
	}
	return d.compact, d.write()
}

// newID gives a table an id that none had before.
func (d *databases) newID(keyspace, table string) {
	d.ids[keyspace+"."+table] = fmt.Sprint("id-", d.writes, "-", len(d.ids))
}

func (d *databases) TableID(_ context.Context, keyspace, table string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keyspaces[keyspace][table] == nil {
		return "", nil
	}
	return d.ids[keyspace+"."+table], nil
}

func (d *databases) DropKeyspace(_ context.Context, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.keyspaces, name)
	return d.write()
}

func (d *databases) DropTable(_ context.Context, keyspace, table string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.keyspaces[keyspace], table)
	return d.write()
}

func (d *databases) Truncate(_ context.Context, keyspace, table string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.keyspaces[keyspace][table] = map[string]map[string]stored{}
	return d.write()
}

func (d *databases) Delete(_ context.Context, paths []string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, path := range paths {
		n := d.nodes[path]
		switch {
		case n == nil:
			return ErrGone
		case n.Version != 0:
			return &ChangedError{Path: path}
		}
		for other := range d.nodes {
			if other != "/" && parent(other) == path {
				return &ChangedError{Path: path, Filled: true}
			}
		}
	}
	for _, path := range paths {
		delete(d.nodes, path)
	}
	return d.write()
}

func (d *databases) Table(_ context.Context, keyspace, table string) (TableWriter, error) {
	return &fakeTable{d, d.keyspaces[keyspace][table]}, nil
}

type fakeTable struct {
	d    *databases
	rows map[string]map[string]stored
}

func (t *fakeTable) Write(_ context.Context, key []byte, cells []Cell) error {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	row := t.rows[string(key)]
	if row == nil {
		row = map[string]stored{}
		t.rows[string(key)] = row
	}
	for _, c := range cells {
		if old, ok := row[string(c.Name)]; !ok || c.Time >= old.time {
			row[string(c.Name)] = stored{bytes.Clone(c.Value), c.Time, c.TTL}
		}
	}
	// What fails may have been done all the same.
	return t.d.write()
}

func (d *databases) Servers(context.Context) ([]ZooKeeperServer, error) {
	return []ZooKeeperServer{{"127.0.0.1:2181", "3.9.5", "standalone"}}, nil
}

func (d *databases) Children(_ context.Context, path string) ([]string, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, found := d.nodes[path]
	var names []string
	for p := range d.nodes {
		if p != "/" && parent(p) == path {
			names = append(names, p[strings.LastIndexByte(p, '/')+1:])
		}
	}
	return names, found, nil
}

func (d *databases) Get(_ context.Context, path string) (*LiveNode, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.nodes[path], nil
}

func (d *databases) Create(_ context.Context, nodes []NewNode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	size := 0
	made := map[string]*LiveNode{}
	for _, n := range nodes {
		size += len(n.Path) + len(n.Data)
		if d.nodes[n.Path] != nil || made[n.Path] != nil {
			return ErrExists
		}
		if d.nodes[parent(n.Path)] == nil && made[parent(n.Path)] == nil {
			return fmt.Errorf("no parent of %s", n.Path)
		}
		made[n.Path] = &LiveNode{Data: bytes.Clone(n.Data), Null: n.Null}
	}
	if size > multiBytes {
		return fmt.Errorf("%d bytes at once", size)
	}
	d.most = max(d.most, len(nodes))
	maps.Copy(d.nodes, made)
	return d.write()
}

func (d *databases) SetACL(_ context.Context, path string, acl []ACL) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.acls[path] = acl
	return d.write()
}

func (d *databases) Ranges(_ context.Context, cells int64) ([]unload.Range, error) {
	return unload.Ranges(1 + int(cells/500)), nil
}

// Read takes a hash of the key for its token. Every other time it fails midway if there are hiccups.
func (d *databases) Read(_ context.Context, keyspace, table string, tokens unload.Range, cell func([]byte, *Cell) error) error {
	d.mu.Lock()
	d.reads++
	fails := d.hiccups > 0 && d.reads%2 == 0
	d.mu.Unlock()
	for key, row := range d.keyspaces[keyspace][table] {
		if token := int64(xxh3.HashString(key)); token <= tokens.After || token > tokens.UpTo {
			continue
		}
		for name, s := range row {
			if err := cell([]byte(key), &Cell{[]byte(name), s.value, s.time, s.ttl}); err != nil {
				return err
			}
			if fails {
				return overloaded{}
			}
		}
	}
	return nil
}

func (d *databases) ACL(_ context.Context, path string) ([]ACL, error) { return d.acls[path], nil }

func openText(t *testing.T, name, text string) *dump.Dump {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: name, At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{Memory: 32 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// lines is a journal in memory.
type lines struct {
	mu   sync.Mutex
	text []byte
}

func (l *lines) Append(line []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, line...)
	return nil
}

// someDump makes a dump with rows of all sizes.
func someDump(rows, nodes int, cluster string) string {
	var b strings.Builder
	b.WriteString(`{"cassandra": {"useragent": {"useragent_keyval_table": {}}, "dm_keyspace": {}, "config_db_uuid": {"obj_uuid_table": {`)
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		cells := 1 + i%7
		if i == rows/2 {
			cells = 1000
		}
		fmt.Fprintf(&b, `"row-%d-\u00e9": {`, i)
		for c := range cells {
			if c > 0 {
				b.WriteString(",")
			}
			value := fmt.Sprintf(`\"v%d\"`, c)
			if i == rows/3 && c == 0 {
				value = strings.Repeat("long ", 300_000)
			}
			fmt.Fprintf(&b, `"prop:%d": ["%s", %d]`, c, value, 1600000000000000+i*1000+c)
		}
		b.WriteString("}")
	}
	b.WriteString(`}, "obj_fq_name_table": {"network": {"a:b:\ud800": ["null", 1600000000000000]}, "empty": {}}}}, "zookeeper": `)
	var list []string
	prefix := "/"
	if cluster != "" {
		prefix = cluster + "/"
	}
	for i := range nodes {
		list = append(list, fmt.Sprintf(`["%sfq-name-to-uuid/network:%d/", ["uuid-%d", [1,1,1,1,0,0,0,0,6,0,1]]]`, prefix, i, i))
	}
	list = append(list,
		fmt.Sprintf(`["%sid/", ["inner", [1]]]`, prefix),
		fmt.Sprintf(`["%sid/a/b/c/", [null, [1]]]`, prefix),
		fmt.Sprintf(`["%sid/a/b/d/", ["", [1]]]`, prefix),
		fmt.Sprintf(`["%sapi-server-election/x__lock__1/", ["12", [1,1,1,1,0,0,0,77,2,0,1]]]`, prefix),
		fmt.Sprintf(`["%sgone/", ["12", [1,1,1,1,0,0,0,99,2,0,1]]]`, prefix),
		fmt.Sprintf(`["%sschema-transformer/old/", ["12", [1,1,1,1,0,0,0,0,2,0,1]]]`, prefix),
	)
	text, err := json.Marshal("[" + strings.Join(list, ", ") + "]")
	if err != nil {
		panic(err)
	}
	b.Write(text)
	b.WriteString("}")
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	sort.Strings(list)
	return list
}
