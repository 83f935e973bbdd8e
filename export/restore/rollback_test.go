package restore

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// content is all that the databases hold, as text.
func (d *databases) content() string {
	var b strings.Builder
	for _, k := range sortedKeys(d.keyspaces) {
		for _, t := range sortedKeys(d.keyspaces[k]) {
			fmt.Fprintf(&b, "table %s.%s\n", k, t)
			for _, key := range sortedKeys(d.keyspaces[k][t]) {
				for _, name := range sortedKeys(d.keyspaces[k][t][key]) {
					s := d.keyspaces[k][t][key][name]
					fmt.Fprintf(&b, "%s %s %.80q %d %d %d\n", key, name, s.value, len(s.value), s.time, s.ttl)
				}
			}
		}
		fmt.Fprintf(&b, "keyspace %s\n", k)
	}
	for _, path := range sortedKeys(d.nodes) {
		fmt.Fprintf(&b, "%s %q %v %d\n", path, d.nodes[path].Data, d.nodes[path].Null, d.nodes[path].Version)
	}
	return b.String()
}

// prepared is a target in which some of what an import needs is there, empty.
func prepared(seed uint64) *databases {
	random := rand.New(rand.NewPCG(seed, 1))
	d := newDatabases()
	if random.IntN(2) == 0 {
		d.keyspaces["useragent"] = map[string]map[string]map[string]stored{"other": {"row": {"column": {[]byte("x"), 5, 0}}}}
		d.newID("useragent", "other")
	}
	if random.IntN(2) == 0 {
		d.keyspaces["config_db_uuid"] = map[string]map[string]map[string]stored{"obj_uuid_table": {}}
		d.newID("config_db_uuid", "obj_uuid_table")
	}
	if random.IntN(2) == 0 {
		d.nodes["/fq-name-to-uuid"] = &LiveNode{Version: 3}
	}
	if random.IntN(2) == 0 {
		d.nodes["/id"] = &LiveNode{Data: []byte("inner")}
	}
	return d
}

// rollBack takes the import back; seen, if not nil, is shown what it will do.
func (m *importer) rollBack(seen func(*Rollback)) error {
	m.t.Helper()
	from, err := ReadJournal(bytes.NewReader(m.journal.text))
	if err != nil {
		return err
	}
	s, err := Look(ctx, openText(m.t, "d.json", m.text), m.options)
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := PlanRollback(ctx, s, from, m.target())
	if err != nil {
		return err
	}
	if seen != nil {
		seen(b)
	}
	if err := b.Refusal(); err != nil {
		return err
	}
	_, err = b.Run(ctx, &m.journal, RunOptions{Patience: time.Minute, Pause: time.Millisecond})
	return err
}

// What an import has made is taken back wherever it ended, however often taking back is interrupted, and what was there stays.
func TestRollback(t *testing.T) {
	text := someDump(40, 60, "")
	for seed := range uint64(24) {
		random := rand.New(rand.NewPCG(seed, 2))
		m := &importer{t: t, text: text, db: prepared(seed)}
		before := m.db.content()
		if seed%4 != 0 {
			m.db.die = random.IntN(120)
		}
		m.db.hiccups = random.IntN(2) * 7
		s, p, _, err := m.begin()
		switch {
		case err == nil:
			if seed%8 != 0 {
				m.readBack(s, p)
				if err := Proven(&m.journal); err != nil {
					t.Fatal(err)
				}
			}
		case !errors.Is(err, errKilled):
			t.Fatal(err)
		}
		for tries := 0; ; tries++ {
			m.db.die = random.IntN(12)
			if tries > 5 {
				m.db.die = -1
			}
			err := m.rollBack(nil)
			if err == nil {
				break
			}
			if !errors.Is(err, errKilled) {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		m.db.die = -1
		if diff := cmp.Diff(before, m.db.content()); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		m.journal = lines{}
		if s, p, _, err = m.begin(); err != nil {
			t.Fatal(err)
		}
		m.readBack(s, p)
	}
}

// What others have done since is named, and nothing is changed.
func TestRollbackRefuses(t *testing.T) {
	const row = "row-3-é"
	for name, c := range map[string]struct {
		do      func(*databases)
		want    string
		partial bool // also of an import that did not end
	}{
		"cell written": {func(d *databases) {
			d.keyspaces["config_db_uuid"]["obj_uuid_table"][row]["prop:0"] = stored{[]byte("x"), 1700000000000000, 0}
		}, "somebody else has written since the import: config_db_uuid/obj_uuid_table/row-3-é/prop:0", true},
		"cell more": {func(d *databases) {
			d.keyspaces["config_db_uuid"]["obj_uuid_table"][row]["prop:x"] = stored{[]byte("x"), 1, 0}
		}, "written since the import: config_db_uuid/obj_uuid_table/row-3-é/prop:x", true},
		"row more": {func(d *databases) {
			d.keyspaces["config_db_uuid"]["obj_uuid_table"]["new"] = map[string]stored{"type": {[]byte("x"), 1, 0}}
		}, "written since the import: config_db_uuid/obj_uuid_table/new/type", true},
		"cell that ends": {func(d *databases) {
			old := d.keyspaces["config_db_uuid"]["obj_uuid_table"][row]["prop:0"]
			d.keyspaces["config_db_uuid"]["obj_uuid_table"][row]["prop:0"] = stored{old.value, old.time, 1000}
		}, "cells that end at another time (1)", true},
		"cell gone": {func(d *databases) { delete(d.keyspaces["config_db_uuid"]["obj_uuid_table"][row], "prop:0") },
			"somebody else has deleted since the import: config_db_uuid/obj_uuid_table/row-3-é/prop:0", false},
		"row gone": {func(d *databases) { delete(d.keyspaces["config_db_uuid"]["obj_uuid_table"], row) },
			"deleted since the import (4 times): config_db_uuid/obj_uuid_table/row-3-é/prop:", false},
		"table gone":    {func(d *databases) { delete(d.keyspaces["config_db_uuid"], "obj_fq_name_table") }, "deleted since the import (2 times): config_db_uuid.obj_fq_name_table", false},
		"keyspace gone": {func(d *databases) { delete(d.keyspaces, "useragent") }, "deleted since the import: useragent", false},
		"table anew":    {func(d *databases) { d.newID("config_db_uuid", "obj_fq_name_table") }, "made it anew: config_db_uuid.obj_fq_name_table", true},
		"table more": {func(d *databases) { d.keyspaces["useragent"]["mine"] = map[string]map[string]stored{} },
			"somebody else has made tables in keyspaces of the import: useragent.mine", true},
		"node written": {func(d *databases) { d.nodes["/fq-name-to-uuid/network:3"] = &LiveNode{Data: []byte("x"), Version: 1} },
			"written since the import: zk:/fq-name-to-uuid/network:3", true},
		"node written as it was": {func(d *databases) { d.nodes["/fq-name-to-uuid/network:3"].Version = 2 },
			"written since the import: zk:/fq-name-to-uuid/network:3", true},
		"inner node written as it was": {func(d *databases) { d.nodes["/id/a/b"].Version = 2 }, "written since the import: zk:/id/a/b", true},
		"node more":                    {func(d *databases) { d.nodes["/fq-name-to-uuid/z"] = &LiveNode{} }, "written since the import: zk:/fq-name-to-uuid/z", true},
		"ephemeral node":               {func(d *databases) { d.nodes["/id/a/mine"] = &LiveNode{Ephemeral: true} }, "written since the import: zk:/id/a/mine", true},
		"node gone":                    {func(d *databases) { delete(d.nodes, "/fq-name-to-uuid/network:3") }, "deleted since the import: zk:/fq-name-to-uuid/network:3", false},
		"services run": {func(d *databases) {
			d.nodes["/api-server-election"] = &LiveNode{}
			d.nodes["/api-server-election/x"] = &LiveNode{Ephemeral: true}
		}, "services of the configuration are running", true},
	} {
		for _, proven := range []bool{true, false} {
			m := &importer{t: t, text: someDump(20, 20, ""), db: newDatabases()}
			if _, _, _, err := m.begin(); err != nil {
				t.Fatal(err)
			}
			if proven {
				if err := Proven(&m.journal); err != nil {
					t.Fatal(err)
				}
			}
			c.do(m.db)
			before := m.db.content()
			err := m.rollBack(nil)
			var refused *RefusedError
			switch {
			case proven || c.partial:
				if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s, proven %v: %v", name, proven, err)
				}
				if after := m.db.content(); after != before {
					t.Errorf("%s, proven %v: changed: %s", name, proven, cmp.Diff(before, after))
				}
			case err != nil:
				t.Errorf("%s, proven %v: %v", name, proven, err)
			}
		}
	}
}

// Tables and keyspaces that appeared before the import came to make them are somebody else's.
func TestRollbackLeavesWhatOthersMade(t *testing.T) {
	m := &importer{t: t, text: someDump(20, 20, ""), db: newDatabases()}
	m.db.die = 0 // nothing gets done
	if _, _, _, err := m.begin(); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	m.db.die = -1
	m.db.keyspaces["dm_keyspace"] = map[string]map[string]map[string]stored{}
	if err := m.rollBack(nil); err == nil || !strings.Contains(err.Error(), "had not made yet: dm_keyspace") {
		t.Error(err)
	}
	if m.db.keyspaces["dm_keyspace"] == nil {
		t.Error("dropped")
	}
}

// A node above the cluster id stays if others have nodes there.
func TestRollbackLeavesSharedParents(t *testing.T) {
	m := &importer{t: t, text: someDump(5, 5, "c1"), db: newDatabases(), options: Options{ClusterID: "c1"}}
	if _, _, _, err := m.begin(); err != nil {
		t.Fatal(err)
	}
	m.db.nodes["/c1/other"] = &LiveNode{}
	if err := m.rollBack(func(b *Rollback) {
		if len(b.Keyspaces) != 3 || b.Nodes < 8 {
			t.Errorf("%+v", b)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/", "/c1", "/c1/other", "/zookeeper"}, sortedKeys(m.db.nodes)); diff != "" {
		t.Error(diff)
	}
}
