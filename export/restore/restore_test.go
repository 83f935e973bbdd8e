package restore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dumptool/dumptool/dump"
)

var ctx = context.Background()

// importer is one import, as the command does it.
type importer struct {
	t       *testing.T
	text    string
	db      *databases
	options Options
	journal lines
}

func (m *importer) target() Target { return Target{m.db, m.db, m.options.ClusterID} }

// plan surveys and looks ahead.
func (m *importer) plan(resuming bool) (*Survey, *Plan) {
	m.t.Helper()
	m.options.Pause = time.Millisecond
	s, err := Look(ctx, openText(m.t, "d.json", m.text), m.options)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { s.Close() })
	p, err := Preflight(ctx, s, m.target(), resuming)
	if err != nil {
		m.t.Fatal(err)
	}
	return s, p
}

// begin begins an import.
func (m *importer) begin() (*Survey, *Plan, *Stats, error) {
	m.t.Helper()
	s, p := m.plan(false)
	if err := p.Refusal(); err != nil {
		return s, p, nil, err
	}
	if err := Begin(&m.journal, p); err != nil {
		m.t.Fatal(err)
	}
	stats, err := Run(ctx, s, p, m.target(), &m.journal, nil, RunOptions{Workers: 4, Patience: time.Minute, Pause: time.Millisecond})
	return s, p, stats, err
}

// resume goes on with it.
func (m *importer) resume() (*Survey, *Plan, *Stats, error) {
	m.t.Helper()
	from, err := ReadJournal(bytes.NewReader(m.journal.text))
	if err != nil {
		m.t.Fatal(err)
	}
	s, _ := m.plan(true)
	stats, err := Run(ctx, s, from.Plan, m.target(), &m.journal, from, RunOptions{Workers: 4, Patience: time.Minute, Pause: time.Millisecond})
	return s, from.Plan, stats, err
}

// readBack wants what is there to be what should be.
func (m *importer) readBack(s *Survey, p *Plan) {
	m.t.Helper()
	d, err := ReadBack(ctx, s, p, m.target())
	if err != nil {
		m.t.Fatal(err)
	}
	defer d.Close()
	if !d.None() {
		m.t.Errorf("differs: %+v", d)
	}
	rows, cells := p.Rows()
	if d.Compared.Rows != rows || d.Compared.Cells != cells || d.Compared.Nodes != p.ZooKeeper.Nodes {
		m.t.Errorf("compared %+v of %d rows, %d cells, %d nodes", d.Compared, rows, cells, p.ZooKeeper.Nodes)
	}
}

func TestImport(t *testing.T) {
	for _, o := range []Options{{}, {Now: true}, {ClusterID: "c2"}, {NoCompact: true}} {
		for _, from := range []string{"", "c1"} {
			m := &importer{t: t, text: someDump(300, 50, from), db: newDatabases(), options: o}
			s, p, stats, err := m.begin()
			if err != nil {
				t.Fatal(err)
			}
			m.readBack(s, p)
			rows, cells := p.Rows()
			if rows != 301 || stats.Cells != cells || stats.Skipped != 0 {
				t.Errorf("%d rows, %d cells, %+v", rows, cells, stats)
			}
			prefix := ""
			if o.ClusterID != "" {
				prefix = "/" + o.ClusterID
			}
			for _, path := range []string{"/fq-name-to-uuid/network:7", "/id/a/b/c", "/id/a"} {
				if m.db.nodes[prefix+path] == nil {
					t.Errorf("from %q to %q: no node %s", from, o.ClusterID, path)
				}
			}
			if n := m.db.nodes[prefix+"/id/a/b/c"]; !n.Null {
				t.Error("null data did not stay null")
			}
			if p.ZooKeeper.Ephemeral != 2 || p.ZooKeeper.Foreign != 1 {
				t.Errorf("%+v", p.ZooKeeper)
			}
			for path := range m.db.nodes {
				if strings.Contains(path, "__lock__") || strings.Contains(path, "gone") || strings.Contains(path, "old") {
					t.Errorf("%s was restored", path)
				}
			}
			key := "config_db_uuid"
			if o.ClusterID != "" {
				key = o.ClusterID + "_" + key
			}
			if got := m.db.keyspaces[key]["obj_fq_name_table"]["network"]["a:b:\xed\xa0\x80"]; string(got.value) != "null" {
				t.Errorf("half a surrogate pair: %+v", m.db.keyspaces[key]["obj_fq_name_table"])
			} else if o.Now != (got.time != 1600000000000000) {
				t.Errorf("timestamp %d", got.time)
			}
		}
	}
}

// An import that is killed anywhere, again and again, ends complete and equal.
func TestResume(t *testing.T) {
	text := someDump(200, 300, "")
	whole := &importer{t: t, text: text, db: newDatabases()}
	if _, _, _, err := whole.begin(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		m := &importer{t: t, text: text, db: newDatabases()}
		m.db.die = random.IntN(whole.db.writes)
		if random.IntN(2) == 0 {
			m.db.hiccups = 3 + random.IntN(10)
		}
		_, _, _, err := m.begin()
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		kills := 1
		for random.IntN(3) > 0 {
			m.db.die = random.IntN(whole.db.writes)
			if _, _, _, err = m.resume(); err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			kills++
			// The line that was being written.
			if random.IntN(2) == 0 {
				m.journal.text = append(m.journal.text, `{"cassa`...)
				m.journal.text = m.journal.text[:bytes.LastIndexByte(m.journal.text, '\n')+1]
			}
		}
		m.db.die = -1
		s, p, _, err := m.resume()
		if err != nil {
			t.Fatal(err)
		}
		m.readBack(s, p)
		if d := cmp.Diff(sortedKeys(whole.db.nodes), sortedKeys(m.db.nodes)); d != "" {
			t.Errorf("after %d kills: %s", kills, d)
		}
	}
}

// What the journal says to be done is not done again.
func TestResumeSkips(t *testing.T) {
	m := &importer{t: t, text: someDump(200, 10, ""), db: newDatabases()}
	s, p, _, err := m.begin()
	if err != nil {
		t.Fatal(err)
	}
	_, cells := p.Rows()
	at := s.bytes / 2
	m.journal.text = m.journal.text[:bytes.IndexByte(m.journal.text, '\n')+1]
	if err := appendLine(&m.journal, journalLine{Cassandra: &at}); err != nil {
		t.Fatal(err)
	}
	_, _, stats, err := m.resume()
	if err != nil {
		t.Fatal(err)
	}
	if stats.Skipped == 0 || stats.Cells == 0 || stats.Skipped+stats.Cells != cells {
		t.Errorf("%+v of %d cells", stats, cells)
	}
	if stats.Nodes != 0 || stats.Found == 0 {
		t.Errorf("nodes made again: %+v", stats)
	}
	if err := Again(&m.journal); err != nil {
		t.Fatal(err)
	}
	if _, _, stats, err = m.resume(); err != nil || stats.Cells != cells {
		t.Errorf("not all again: %+v, %v", stats, err)
	}
}

// A node that is there is compared, not trusted.
func TestResumeCompares(t *testing.T) {
	for _, c := range []struct {
		node *LiveNode
		want string
	}{
		{&LiveNode{Data: []byte("other")}, "has other data than the dump"},
		{&LiveNode{Data: []byte("uuid-3"), Ephemeral: true}, "ephemeral"},
		{&LiveNode{Null: true}, "has other data"},
		{&LiveNode{Data: []byte("uuid-3")}, ""},
	} {
		m := &importer{t: t, text: someDump(10, 10, ""), db: newDatabases()}
		if _, _, _, err := m.begin(); err != nil {
			t.Fatal(err)
		}
		m.journal.text = m.journal.text[:bytes.IndexByte(m.journal.text, '\n')+1]
		m.db.nodes["/fq-name-to-uuid/network:3"] = c.node
		_, _, _, err := m.resume()
		var conflict *ConflictError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &conflict) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v", c.want, err)
		}
	}
}

// Reading back finds whatever is not as it should be.
func TestReadBackFinds(t *testing.T) {
	for name, spoil := range map[string]func(*databases){
		"cell gone": func(d *databases) { delete(d.keyspaces["config_db_uuid"]["obj_uuid_table"]["row-3-é"], "prop:0") },
		"cell other": func(d *databases) {
			d.keyspaces["config_db_uuid"]["obj_uuid_table"]["row-3-é"]["prop:0"] = stored{[]byte("x"), 1600000000003000, 0}
		},
		"time other": func(d *databases) {
			c := d.keyspaces["config_db_uuid"]["obj_uuid_table"]["row-3-é"]["prop:0"]
			c.time++
			d.keyspaces["config_db_uuid"]["obj_uuid_table"]["row-3-é"]["prop:0"] = c
		},
		"cell more": func(d *databases) {
			d.keyspaces["config_db_uuid"]["obj_uuid_table"]["row-3-é"]["new"] = stored{[]byte("x"), 1, 0}
		},
		"row gone": func(d *databases) { delete(d.keyspaces["config_db_uuid"]["obj_uuid_table"], "row-9-é") },
		"row more": func(d *databases) {
			d.keyspaces["useragent"]["useragent_keyval_table"]["r"] = map[string]stored{"value": {[]byte("x"), 1, 0}}
		},
		"node gone":  func(d *databases) { delete(d.nodes, "/fq-name-to-uuid/network:3") },
		"node other": func(d *databases) { d.nodes["/fq-name-to-uuid/network:3"] = &LiveNode{Data: []byte("x")} },
		"node more":  func(d *databases) { d.nodes["/fq-name-to-uuid/z"] = &LiveNode{} },
		"node null":  func(d *databases) { d.nodes["/id/a/b/d"] = &LiveNode{Null: true} },
	} {
		m := &importer{t: t, text: someDump(30, 10, ""), db: newDatabases()}
		s, p, _, err := m.begin()
		if err != nil {
			t.Fatal(err)
		}
		spoil(m.db)
		d, err := ReadBack(ctx, s, p, m.target())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d.Rows+d.Nodes != 1 {
			t.Errorf("%s: %+v", name, d)
		}
		// The excerpts are dumps, and differ.
		var texts [2]string
		for i, x := range []*dump.Dump{d.Wanted, d.Found} {
			r, err := x.Reader(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for r.Next() {
			}
			if r.Err() != nil {
				t.Errorf("%s: %v", name, r.Err())
			}
			r.Close()
			text, err := x.Text(ctx)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(text)
			if err != nil {
				t.Fatal(err)
			}
			texts[i] = string(b)
		}
		if texts[0] == texts[1] {
			t.Errorf("%s: equal excerpts: %s", name, texts[0])
		}
		d.Close()
	}
}

func TestRefusals(t *testing.T) {
	plain := someDump(10, 10, "")
	for name, c := range map[string]struct {
		text    string
		prepare func(*databases)
		options Options
		want    string
	}{
		"rows there": {plain, func(d *databases) {
			d.keyspaces["config_db_uuid"] = map[string]map[string]map[string]stored{"obj_uuid_table": {"a": nil, "b": nil}}
		}, Options{}, "tables are not empty: config_db_uuid.obj_uuid_table (2 rows)"},
		"nodes there": {plain, func(d *databases) {
			for _, p := range []string{"/id", "/id/x", "/id/x/y"} {
				d.nodes[p] = &LiveNode{}
			}
		}, Options{}, "ZooKeeper is not empty: /id (2 nodes)"},
		"services run": {plain, func(d *databases) {
			for _, p := range []string{"/svc-monitor", "/svc-monitor/1"} {
				d.nodes[p] = &LiveNode{}
			}
		}, Options{}, "election nodes in ZooKeeper: /svc-monitor"},
		"odd table": {`{"cassandra": {"k": {"odd": {}}}, "zookeeper": "[]"}`, func(d *databases) {
			d.keyspaces["k"] = map[string]map[string]map[string]stored{"odd": {}}
		}, Options{}, "other columns than key, column1 and value: k.odd (a, b)"},
		"float time":  {`{"cassandra": {"k": {"t": {"r": {"c": ["v", 1579787888.1]}}}}, "zookeeper": "[]"}`, nil, Options{}, "k/t/r/c"},
		"future time": {`{"cassandra": {"k": {"t": {"r": {"c": ["v", 4000000000000000]}}}}, "zookeeper": "[]"}`, nil, Options{}, "future"},
		"huge time":   {`{"cassandra": {"k": {"t": {"r": {"c": ["v", 99999999999999999999]}}}}, "zookeeper": "[]"}`, nil, Options{}, "does not take"},
		"no time":     {`{"cassandra": {"k": {"t": {"r": {"c": "v"}}}}, "zookeeper": "[]"}`, nil, Options{}, "without a timestamp"},
		"number":      {`{"cassandra": {"k": {"t": {"r": {"c": [1, 1]}}}}, "zookeeper": "[]"}`, nil, Options{Now: true}, "not text"},
		"no key":      {`{"cassandra": {"k": {"t": {"": {"c": ["v", 1]}}}}, "zookeeper": "[]"}`, nil, Options{}, "row keys"},
		"no name":     {`{"cassandra": {"k": {"t": {"r": {"": ["v", 1]}}}}, "zookeeper": "[]"}`, nil, Options{}, "column names"},
		"bad name":    {`{"cassandra": {"k;": {"t": {}}}, "zookeeper": "[]"}`, nil, Options{}, "letters, digits"},
		"big value":   {`{"cassandra": {"k": {"t": {"r": {"c": ["vvvv", 1]}}}}, "zookeeper": "[]"}`, nil, Options{MaxValue: 3}, "--max-value"},
		"big node":    {`{"cassandra": {}, "zookeeper": "[[\"/id/a/\", [\"123456\", [1]]]]"}`, nil, Options{MaxNode: 5}, "zk:/id/a"},
		"dots":        {`{"cassandra": {}, "zookeeper": "[[\"/id/../\", [\"\", [1]]]]"}`, nil, Options{}, "a component is .."},
		"control":     {`{"cassandra": {}, "zookeeper": "[[\"/id/\\u0001/\", [\"\", [1]]]]"}`, nil, Options{}, "U+0001"},
		"one node":    {`{"cassandra": {}, "zookeeper": "[[\"c1/id/a/\", [\"\", [1]]], [\"/id/a/\", [\"\", [1]]]]"}`, nil, Options{}, "would become one"},
		"two ids":     {`{"cassandra": {}, "zookeeper": "[[\"c1/id/a/\", [\"\", [1]]], [\"c2/id/a/\", [\"\", [1]]]]"}`, nil, Options{}, "more than one cluster id"},
		"flat":        {`{"cassandra": {"config_db_uuid_obj_uuid_table": {}}, "zookeeper": "[]"}`, nil, Options{}, ""},
	} {
		m := &importer{t: t, text: c.text, db: newDatabases(), options: c.options}
		if c.prepare != nil {
			c.prepare(m.db)
		}
		_, p, _, err := m.begin()
		var refused *RefusedError
		if c.want == "" {
			continue
		}
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if m.db.writes != 0 || len(m.journal.text) != 0 {
			t.Errorf("%s: written", name)
		}
		_ = p
	}
}

func TestDamageIsNoFinding(t *testing.T) {
	text := someDump(100, 10, "")
	for _, cut := range []int{1, 100, len(text) / 2, len(text) - 1} {
		if s, err := Look(ctx, openText(t, "d", text[:cut]), Options{}); err == nil {
			s.Close()
			t.Errorf("cut at %d: no error", cut)
		}
	}
}

func TestPlan(t *testing.T) {
	m := &importer{t: t, text: someDump(30, 10, "c1"), db: newDatabases(), options: Options{ClusterID: "c2", Now: true}}
	_, p := m.plan(false)
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := ParsePlan(text)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond)
	_, again := m.plan(false)
	if again.Timestamp == p.Timestamp {
		t.Fatal("the plan has no time of its own")
	}
	if err := again.Adopt(kept); err != nil || again.Timestamp != p.Timestamp {
		t.Errorf("%v, %+v", err, again.Timestamp)
	}
	m.db.keyspaces["c2_useragent"] = map[string]map[string]map[string]stored{}
	_, other := m.plan(false)
	if err := other.Adopt(kept); err == nil || !strings.Contains(err.Error(), "create was true and is false") {
		t.Errorf("%v", err)
	}
	if p.ZooKeeper.From != "c1" || p.ZooKeeper.To != "c2" || !slices.Contains(p.ZooKeeper.Tops, "/c2/id") {
		t.Errorf("%+v", p.ZooKeeper)
	}
	for _, bad := range []string{"", "{}", `{"schema": "dumptool.import-plan/2"}`, `{"schema": "dumptool.import-plan/1", "x": 1}`} {
		if _, err := ParsePlan([]byte(bad)); err == nil {
			t.Errorf("%s is a plan", bad)
		}
	}
}

func TestMove(t *testing.T) {
	for _, c := range []struct{ from, to, path, want string }{
		{"", "", "/id/a", "/id/a"},
		{"", "c", "/id/a", "/c/id/a"},
		{"", "c", "/fq-name-to-uuid/x", "/c/fq-name-to-uuid/x"},
		{"", "c", "/id/service-chain/vlan/x", "/id/service-chain/vlan/x"},
		{"", "c", "/validation/fabric", "/validation/fabric"},
		{"", "c", "/kafka", "/kafka"},
		{"c", "", "/c/id/a", "/id/a"},
		{"c", "", "/c", "/"},
		{"c", "d", "/c/id/a", "/d/id/a"},
		{"c", "d", "/cc/id/a", "/cc/id/a"},
		{"c", "d", "/id/pnf/x", "/id/pnf/x"},
	} {
		if got := (move{c.from, c.to}).path(c.path); got != c.want {
			t.Errorf("%s from %q to %q: %s, want %s", c.path, c.from, c.to, got, c.want)
		}
	}
}

func TestReadJournalRefuses(t *testing.T) {
	for _, text := range []string{"", "{", `{"cassandra": 5}` + "\n", "x\n", `{"schema": "dumptool.import-journal/2", "plan": {}}` + "\n"} {
		if _, err := ReadJournal(strings.NewReader(text)); err == nil {
			t.Errorf("%q is a journal", text)
		}
	}
}
