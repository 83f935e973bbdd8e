package apply

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const table = "config_db_uuid/obj_uuid_table"

func all(edits []Edit) iter.Seq2[Edit, error] {
	return func(yield func(Edit, error) bool) {
		for _, e := range edits {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// random fills databases, changes a copy of them, and returns both with the edits from one to the other.
func random(r *rand.Rand) (from, to *databases, edits []Edit) {
	from = newDatabases()
	from.tables[table] = map[string]stored{}
	for row := range 12 {
		for column := range r.IntN(140) {
			if r.IntN(3) > 0 {
				// Some were written by somebody with a clock that is ahead.
				at := from.clock - 5 + int64(r.IntN(10))
				from.tables[table][fmt.Sprintf("r%d/c%03d", row, column)] = stored{value: Value{Data: fmt.Appendf(nil, "v%d", r.IntN(3)), Time: at}}
			}
		}
	}
	tree(from, r, 40)
	to = from.clone()
	for row := range 12 {
		switch r.IntN(4) {
		case 0:
			for name := range to.tables[table] {
				if strings.HasPrefix(name, fmt.Sprintf("r%d/", row)) {
					delete(to.tables[table], name)
				}
			}
		case 1:
			for column := range 140 {
				name := fmt.Sprintf("r%d/c%03d", row, column)
				switch r.IntN(6) {
				case 0:
					delete(to.tables[table], name)
				case 1:
					to.tables[table][name] = stored{value: Value{Data: fmt.Appendf(nil, "w%d", r.IntN(3)), Time: from.clock + int64(r.IntN(3))}}
				}
			}
		}
	}
	for range r.IntN(15) {
		paths := slices.Sorted(maps.Keys(to.nodes))
		path := paths[r.IntN(len(paths))]
		n := *to.nodes[path]
		switch r.IntN(3) {
		case 0:
			if to.children(path) == 0 {
				delete(to.nodes, path)
			}
		case 1:
			n.Data = fmt.Appendf(nil, "d%d", r.IntN(3))
			to.nodes[path] = &n
		case 2:
			if len(n.ACL) == 1 && n.ACL[0].Scheme == "world" {
				n.ACL = []ACL{{31, "digest", "u:h"}}
			} else {
				n.ACL = []ACL{{31, "world", "anyone"}}
			}
			to.nodes[path] = &n
		}
	}
	tree(to, r, r.IntN(10))
	tidy(from)
	tidy(to)
	return from, to, difference(from, to)
}

// tree adds nodes.
func tree(d *databases, r *rand.Rand, n int) {
	for range n {
		path := ""
		for range 1 + r.IntN(4) {
			path += fmt.Sprintf("/%c%d", 'a'+r.IntN(3), r.IntN(2))
			if d.nodes[path] == nil {
				d.nodes[path] = &LiveNode{NodeValue: NodeValue{ACL: []ACL{{31, "world", "anyone"}}}}
			}
		}
		if r.IntN(2) == 0 {
			m := *d.nodes[path]
			m.Data = fmt.Appendf(nil, "d%d", r.IntN(3))
			d.nodes[path] = &m
		}
	}
}

// listed tells if a dump lists a node.
func (d *databases) listed(path string) *NodeValue {
	n := d.nodes[path]
	if n == nil || d.children(path) > 0 && len(n.Data) == 0 && open(n.ACL) {
		return nil
	}
	return &n.NodeValue
}

// tidy leaves of the tree what a dump can have: a node without children is listed in it or is not there.
func tidy(d *databases) {
	for path := range d.nodes {
		if len(d.nodes[path].Data) == 0 {
			m := *d.nodes[path]
			m.Data = []byte{}
			d.nodes[path] = &m
		}
	}
}

// difference returns the edits between two dumps.
func difference(a, b *databases) (edits []Edit) {
	names := slices.Concat(slices.Collect(maps.Keys(a.tables[table])), slices.Collect(maps.Keys(b.tables[table])))
	slices.Sort(names)
	last := ""
	for _, name := range slices.Compact(names) {
		old, inA := a.tables[table][name]
		new, inB := b.tables[table][name]
		if inA == inB && string(old.value.Data) == string(new.value.Data) {
			continue
		}
		key, column, _ := strings.Cut(name, "/")
		if key != last {
			last = key
			inOne := func(d *databases) bool {
				n, _ := d.CountColumns(context.Background(), &LiveTable{Keyspace: "config_db_uuid", Name: "obj_uuid_table"}, []byte(key), 1)
				return n > 0
			}
			edits = append(edits, Edit{Row: &Row{"config_db_uuid", "obj_uuid_table", []byte(key), !inOne(a), !inOne(b)}})
		}
		c := &Cell{Keyspace: "config_db_uuid", Table: "obj_uuid_table", Key: []byte(key), Column: []byte(column)}
		if inA {
			c.Old = &Value{Data: old.value.Data}
		}
		if inB {
			c.New = &Value{Data: new.value.Data, Time: new.value.Time}
		}
		edits = append(edits, Edit{Cell: c})
	}
	paths := slices.Concat(slices.Collect(maps.Keys(a.nodes)), slices.Collect(maps.Keys(b.nodes)))
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		old, new := a.listed(path), b.listed(path)
		if old == nil && new == nil || old != nil && old.sameData(new) && sameACL(old.ACL, new.ACL) {
			continue
		}
		edits = append(edits, Edit{Node: &Node{Path: path, Old: old, New: new}})
	}
	return edits
}

// apply does edits, and has the journal.
func (d *databases) apply(t *testing.T, edits []Edit, j *memoryJournal) error {
	t.Helper()
	p, err := Prepare(context.Background(), d.target(), all(edits), d.options())
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Begin(j, About{What: "test"}); err != nil {
		t.Fatal(err)
	}
	run, err := Open(j)
	if err != nil {
		t.Fatal(err)
	}
	_, err = run.Finish(context.Background(), d.target(), d.options())
	return err
}

func reversed(edits []Edit) []Edit {
	out := slices.Clone(edits)
	for i := range out {
		switch e := &out[i]; {
		case e.Row != nil:
			r := *e.Row
			r.New, r.Gone = r.Gone, r.New
			e.Row = &r
		case e.Cell != nil:
			c := *e.Cell
			c.Old, c.New = c.New, c.Old
			e.Cell = &c
		case e.Node != nil:
			n := *e.Node
			n.Old, n.New = n.New, n.Old
			e.Node = &n
		}
	}
	return out
}

func (d *databases) want(t *testing.T, want *databases, what string) {
	t.Helper()
	if got, want := d.String(), want.String(); got != want {
		t.Fatalf("%s: not as wanted:\n%s", what, lineDiff(want, got))
	}
}

func lineDiff(a, b string) string {
	in := map[string]int{}
	for l := range strings.Lines(a) {
		in[l]--
	}
	for l := range strings.Lines(b) {
		in[l]++
	}
	out := ""
	for _, l := range slices.Sorted(maps.Keys(in)) {
		switch {
		case in[l] < 0:
			out += "- " + l
		case in[l] > 0:
			out += "+ " + l
		}
	}
	return out
}

// Edits make of one state the other, backwards too, and undoing takes them back.
func TestForthAndBack(t *testing.T) {
	for seed := range uint64(60) {
		from, to, edits := random(rand.New(rand.NewPCG(1, seed)))
		d := from.clone()
		d.hiccups = []int{0, 2, 3, 5}[seed%4]
		j := new(memoryJournal)
		if err := d.apply(t, edits, j); err != nil {
			t.Fatalf("%d: %v", seed, err)
		}
		d.want(t, to, fmt.Sprint(seed))
		if err := d.apply(t, edits, new(memoryJournal)); len(edits) > 0 && !isConflict(err) {
			t.Fatalf("%d: twice: %v", seed, err)
		}
		undone := d.clone()
		run, err := Open(j)
		if err != nil {
			t.Fatal(err)
		}
		if stats, err := run.Undo(context.Background(), undone.target(), undone.options()); err != nil || len(stats.Left) > 0 {
			t.Fatalf("%d: undo: %v %v", seed, err, stats)
		}
		undone.want(t, from, fmt.Sprint("undo ", seed))
		var back []Edit
		for e, err := range run.Backwards(Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			back = append(back, e)
		}
		undone = d.clone()
		if err := undone.apply(t, back, new(memoryJournal)); err != nil {
			t.Fatalf("%d: backwards: %v", seed, err)
		}
		undone.want(t, from, fmt.Sprint("backwards ", seed))
		if err := d.apply(t, reversed(edits), new(memoryJournal)); err != nil {
			t.Fatalf("%d: reverse: %v", seed, err)
		}
		d.want(t, from, fmt.Sprint("reverse ", seed))
	}
}

func isConflict(err error) bool {
	var c *ConflictError
	return errors.As(err, &c)
}

// A run that dies at any write can be finished, and can be taken back.
func TestKilledAtEachWrite(t *testing.T) {
	for seed := range uint64(6) {
		from, to, edits := random(rand.New(rand.NewPCG(2, seed)))
		for die := 0; ; die++ {
			d := from.clone()
			d.die = die
			j := new(memoryJournal)
			err := d.apply(t, edits, j)
			if err == nil {
				break
			}
			if !errors.Is(err, errKilled) {
				t.Fatalf("%d, %d: %v", seed, die, err)
			}
			d.die = -1
			for _, back := range []bool{false, true} {
				again := d.clone()
				journal := &memoryJournal{slices.Clone(j.b)}
				// The second time it dies once more.
				for _, later := range []int{die / 2, -1} {
					again.die = later
					run, err := Open(journal)
					if err != nil {
						t.Fatal(err)
					}
					do := run.Finish
					if back {
						do = run.Undo
					}
					stats, err := do(context.Background(), again.target(), again.options())
					if later < 0 && (err != nil || len(stats.Left) > 0) || err != nil && !errors.Is(err, errKilled) {
						t.Fatalf("%d, %d, back %v: %v %v", seed, die, back, err, stats)
					}
				}
				want := to
				if back {
					want = from
				}
				again.want(t, want, fmt.Sprintf("%d, %d, back %v", seed, die, back))
			}
		}
	}
}

// What somebody else writes meanwhile is refused and named, and stays; the rest can be taken back.
func TestMeddling(t *testing.T) {
	for seed := range uint64(6) {
		from, _, edits := random(rand.New(rand.NewPCG(3, seed)))
		if len(edits) < 4 {
			continue
		}
		for at := 1; at < 8; at++ {
			r := rand.New(rand.NewPCG(seed, uint64(at)))
			d := from.clone()
			var theirs string
			n := 0
			d.meddle = func() {
				n++
				if n != at || theirs != "" {
					return
				}
				e := edits[r.IntN(len(edits))]
				switch {
				case e.Cell != nil:
					theirs = cellPath(e.Cell.Keyspace, e.Cell.Table, e.Cell.Key, e.Cell.Column)
					d.clock += 100
					d.put(table, string(e.Cell.Key)+"/"+string(e.Cell.Column), &Value{Data: []byte("theirs")}, d.clock)
				case e.Node != nil && d.nodes[e.Node.Path] != nil:
					theirs = nodePath(e.Node.Path)
					m := *d.nodes[e.Node.Path]
					m.Data = []byte("theirs")
					m.Version++
					d.nodes[e.Node.Path] = &m
				}
			}
			j := new(memoryJournal)
			err := d.apply(t, edits, j)
			d.meddle = nil
			if theirs == "" {
				continue
			}
			if err == nil || !strings.Contains(err.Error(), theirs) {
				t.Fatalf("%d, %d: %s is not named: %v", seed, at, theirs, err)
			}
			run, err := Open(j)
			if err != nil {
				t.Fatal(err)
			}
			stats, err := run.Undo(context.Background(), d.target(), d.options())
			if err != nil || len(stats.Left) != 1 || stats.Left[0].Path != theirs {
				t.Fatalf("%d, %d: %s: %v %v", seed, at, theirs, err, stats)
			}
			if diff := lineDiff(from.String(), d.String()); strings.Count(diff, "theirs") != 1 || strings.Count(diff, "\n") > 2+strings.Count(theirs, "/") {
				t.Fatalf("%d, %d: %s\n%s", seed, at, theirs, diff)
			}
		}
	}
}

// Nothing is written if anything is not as expected.
func TestRefused(t *testing.T) {
	d := newDatabases()
	d.tables[table] = map[string]stored{"r/c": {value: Value{Data: []byte(`{"a": 1, "b": 2}`)}}, "r/d": {value: Value{Data: []byte("\xff")}}}
	d.nodes["/n"] = &LiveNode{NodeValue: NodeValue{Data: []byte("x")}}
	d.nodes["/e"] = &LiveNode{NodeValue: NodeValue{Data: []byte("x")}, Ephemeral: true}
	d.nodes["/h"] = &LiveNode{NodeValue: NodeValue{Data: []byte("x"), ACL: []ACL{{31, "digest", "u:x"}}}, ACLHidden: true}
	cell := func(column string, old, new *Value) Edit {
		return Edit{Cell: &Cell{Keyspace: "config_db_uuid", Table: "obj_uuid_table", Key: []byte("r"), Column: []byte(column), Old: old, New: new}}
	}
	v := func(s string) *Value { return &Value{Data: []byte(s)} }
	n := func(s string) *NodeValue { return &NodeValue{Data: []byte(s)} }
	row := func(isNew, gone bool) Edit {
		return Edit{Row: &Row{"config_db_uuid", "obj_uuid_table", []byte("r"), isNew, gone}}
	}
	before := d.String()
	for _, c := range []struct {
		edits []Edit
		says  string
	}{
		{[]Edit{cell("c", v("other"), v("new"))}, "is not what it was"},
		{[]Edit{cell("c", v("other"), v(`{"a": 1, "b": 2}`))}, "is already as it is to be"},
		{[]Edit{cell("c", nil, v("new"))}, "is there already"},
		{[]Edit{cell("x", v("old"), nil)}, "is not there"},
		{[]Edit{cell("x", nil, v("\xff"))}, "not UTF-8"},
		{[]Edit{row(false, true), cell("c", v(`{"b": 2, "a": 1}`), nil)}, "has a column"},
		{[]Edit{row(true, false), cell("x", nil, v("new"))}, "obj_uuid_table/r is there already"},
		{[]Edit{cell("", nil, v("new"))}, "has a name"},
		{[]Edit{{Node: &Node{Path: "/n", Old: n("y"), New: n("z")}}}, "zk:/n is not what it was"},
		{[]Edit{{Node: &Node{Path: "/n", New: n("z")}}}, "is there already"},
		{[]Edit{{Node: &Node{Path: "/m", Old: n("z")}}}, "is not there"},
		{[]Edit{{Node: &Node{Path: "/e", Old: n("x")}}}, "belongs to a session"},
		{[]Edit{{Node: &Node{Path: "/h", Old: n("x")}}}, "not shown whole"},
		{[]Edit{{Node: &Node{Path: "/a//b", New: n("x")}}}, "does not take"},
		{[]Edit{{Cell: &Cell{Keyspace: "nowhere", Table: "t", Key: []byte("k"), Column: []byte("c"), New: v("x")}}}, "no keyspace nowhere"},
	} {
		err := d.apply(t, append([]Edit{cell("new", nil, v("x"))}, c.edits...), nil)
		if len(c.edits) > 1 {
			err = d.apply(t, c.edits, nil)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
	if d.writes > 0 || d.String() != before {
		t.Error("something was written")
	}
	// By meaning, as it is spelled in a dump, and whatever is there.
	err := d.apply(t, []Edit{
		cell("c", v(`{"b": 2, "a": 1}`), v("new")),
		{Node: &Node{Path: "/n", AnyOld: true, New: n("z")}},
	}, new(memoryJournal))
	if err != nil || !strings.Contains(d.String(), `r/c "new"`) || !strings.Contains(d.String(), `/n "z"`) {
		t.Errorf("%v\n%s", err, d)
	}
}

// What is wider than a group and longer than a window is the same.
func TestWide(t *testing.T) {
	d := newDatabases()
	d.tables[table] = map[string]stored{}
	var edits []Edit
	edits = append(edits, Edit{Row: &Row{"config_db_uuid", "obj_uuid_table", []byte("r"), true, false}})
	for i := range 5000 {
		edits = append(edits, Edit{Cell: &Cell{Keyspace: "config_db_uuid", Table: "obj_uuid_table", Key: []byte("r"), Column: fmt.Appendf(nil, "%05d", i),
			New: &Value{Data: []byte(strings.Repeat("x", i%3000))}}})
	}
	for i := range 700 {
		edits = append(edits, Edit{Node: &Node{Path: fmt.Sprintf("/a/b%d/c", i), New: &NodeValue{Data: []byte(strings.Repeat("x", i%3000))}}})
	}
	j := new(memoryJournal)
	if err := d.apply(t, edits, j); err != nil {
		t.Fatal(err)
	}
	if len(d.tables[table]) != 5000 || len(d.nodes) != 1401 {
		t.Error(len(d.tables[table]), len(d.nodes))
	}
	if err := d.apply(t, reversed(edits), new(memoryJournal)); err != nil {
		t.Fatal(err)
	}
	if got := d.String(); got != "\n" {
		t.Errorf("%.300s", got)
	}
}

// A journal that is cut anywhere says that nothing was written, or what is to be done.
func TestJournalCut(t *testing.T) {
	from, _, edits := random(rand.New(rand.NewPCG(4, 2)))
	d := from.clone()
	j := new(memoryJournal)
	if err := d.apply(t, edits, j); err != nil {
		t.Fatal(err)
	}
	begun := strings.Index(string(j.b), `{"begun"`)
	begun += strings.IndexByte(string(j.b[begun:]), '\n') + 1
	for cut := range len(j.b) {
		if cut%97 > 0 && cut < begun-200 {
			continue
		}
		run, err := Open(&memoryJournal{j.b[:cut]})
		switch {
		case cut < begun && !errors.Is(err, ErrNoJournal):
			t.Fatalf("%d: %v", cut, err)
		case cut >= begun && (err != nil || run.Done || run.Size() != int64(begun)):
			t.Fatalf("%d: %v %v", cut, err, run)
		}
	}
	for _, text := range []string{"{}\n", "x\n", `{"schema":"dumptool.import-journal/1"}` + "\n"} {
		if _, err := Open(&memoryJournal{[]byte(text)}); err == nil || errors.Is(err, ErrNoJournal) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
