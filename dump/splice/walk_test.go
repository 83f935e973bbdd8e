package splice_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// editor leaves out whatever has an x in its name, and adds something to all if
// add is set.
type editor struct {
	splice.Walk
	nodes, add bool
}

func (e *editor) decide(l *splice.List, at int64, name string) {
	if strings.Contains(name, "x") {
		e.Out.Leave(l, at)
		return
	}
	e.Out.Keep(l, at)
}

func (e *editor) more(l *splice.List) error {
	if e.add {
		e.Out.Behind(l)
		e.Out.Put(`"new": {}`)
	}
	return nil
}

func (e *editor) BeginKeyspace(at int64) {
	if !e.Flat {
		e.decide(&e.Cassandra, at, e.In.Keyspace())
	}
}

func (e *editor) EndKeyspace() error {
	if e.Flat {
		return nil
	}
	return e.more(&e.Keyspace)
}

func (e *editor) EndCassandra() error { return e.more(&e.Cassandra) }

func (e *editor) BeginTable(at int64) { e.decide(e.Tables, at, e.In.Table()) }

func (e *editor) EndTable() error { return e.more(&e.Table) }

func (e *editor) BeginRow(at int64) error {
	e.decide(&e.Table, at, e.In.Key().String())
	return nil
}

func (e *editor) Cell(*dump.Cell) error { return nil }

func (e *editor) EndRow() error { return nil }

func (e *editor) BeginZooKeeper() bool { return e.nodes }

func (e *editor) entry(text string) error {
	return e.Nodes.Entry(func() error {
		if e.Nodes.Escaped {
			text = strings.ReplaceAll(text, `"`, `\"`)
		}
		e.Out.Put(text)
		return nil
	})
}

func (e *editor) Node(n *dump.ZNode) error {
	own := func() error { return e.entry(`["` + string(n.Normal) + `", [null, ` + string(n.Stat) + `]]`) }
	switch path := string(n.Normal); {
	case strings.Contains(path, "x"):
		e.Nodes.Leave(n)
	case strings.Contains(path, "r"):
		return e.Nodes.Replace(n, func() error { return e.entry(`["/other", [null, [2]]]`) })
	default:
		if strings.Contains(path, "b") {
			e.Nodes.Before(n)
			if err := e.entry(`["/before", [null, [2]]]`); err != nil {
				return err
			}
		}
		e.Nodes.Keep(n)
		if e.Nodes.Anew {
			return own()
		}
	}
	return nil
}

func (e *editor) addNode() error {
	e.Nodes.Behind()
	return e.entry(`["/new", [null, [2]]]`)
}

func (e *editor) EndZooKeeper() error {
	if e.add {
		return e.addNode()
	}
	return nil
}

func (e *editor) Member(m *dump.Member, at int64) error {
	e.decide(&e.Root, at, m.Name.String())
	return nil
}

func (e *editor) End() error {
	if e.add && !e.HasZooKeeper {
		return e.AddZooKeeper(e.addNode)
	}
	return e.more(&e.Root)
}

// walk returns the copy that an editor makes of a dump.
func walk(t *testing.T, text string, e *editor) string {
	t.Helper()
	r := dump.NewReader(strings.NewReader(text), "dump.json", dump.Options{OnProblem: func(*dump.Problem) error { return nil }})
	defer r.Close()
	var out strings.Builder
	e.Walk = splice.NewWalk(&out, strings.NewReader(text), r)
	if err := e.Run(e, func() int64 { return int64(len(text)) }); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return out.String()
}

const (
	table    = `"obj_uuid_table": {"a": {"c": ["1", 2]},  "b": {}}`
	shared   = `"obj_fq_name_table": {}`
	ordinary = `"cassandra": {"config_db_uuid": {` + table + ` , ` + shared + `}, "k": {} }`
	list     = `"[[\"/a\", [\"1\", [1]]], [\"/b/\", [null, [1]]]]"`
	nested   = `"{\"a\": [\"1\", [1]], \"b\": [null, [1]], \"e\": {\"f\": {}}}"`
)

// What nobody touches stays as it is, in any form of a dump.
func TestWalkKeeps(t *testing.T) {
	for _, text := range []string{
		`{` + ordinary + `, "zookeeper": ` + list + "}\n",
		"\ufeff" + ` { "zookeeper":` + list + ` , ` + ordinary + ` } `,
		`{"other": 1, ` + ordinary + `, "zookeeper": ` + nested + `, "last": [{}]}`,
		`{"zookeeper": ` + nested + `, "other": {}, ` + ordinary + `}`,
		`{"zookeeper": {"a": {"b": ["1", [1]], "c": {}}}, ` + ordinary + `, "other": "}"}`,
		`{"zookeeper": "", "cassandra": {"config_db_uuid_obj_uuid_table": {"a": {}}, "useragent_useragent_keyval_table" : {}}, "other": 1}`,
		`{"cassandra": {` + table + `, ` + shared + `}, "zookeeper": [["/a", ["1", [1]]]], "other": 1}`,
		`{"zookeeper": null, "cassandra": { }, "other": 1}`,
		`{"zookeeper": "[]", "other": 1, "cassandra": {}}`,
		`{"zookeeper": "{}", "cassandra": {"k": {"t": {}}}}`,
		`{"cassandra": {"k": {"t": {}}}}`,
	} {
		if got := walk(t, text, &editor{}); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
}

// Lists are left out and added to at each level.
func TestWalkEdits(t *testing.T) {
	text := `{"x": 1, "cassandra": {"x": {"t": {}}, "k": {"t": {"x": {}, "a": {"c": ["1", 2]}, "x2": {}}, "tx": {"a": {}}}}, "o": 2, "zookeeper": "[]"}`
	want := `{"cassandra": {"k": {"t": {"a": {"c": ["1", 2]}, "new": {}}, "new": {}}, "new": {}}, "o": 2, "zookeeper": "[]", "new": {}}`
	if got := walk(t, text, &editor{add: true}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// In whatever form nodes stand, they can be left out, replaced and added.
func TestWalkNodes(t *testing.T) {
	const none = `["/new"]`
	for _, c := range []struct{ zookeeper, want string }{
		{`"[[\"/x\", [null, [1]]], [\"/b\", [null, [1]]], [\"/r\", [null, [1]]]]"`, `["/before","/b","/other","/new"]`},
		{`[["/r", [null, [1]]],["/b", [null, [1]]], ["/x", [null, [1]]]]`, `["/other","/before","/b","/new"]`},
		{`"{\"b\": {\"x\": [null, [1]]}, \"c\": [null, [1]], \"e\": {}}"`, `["/c","/new"]`},
		{`{"x": [null, [1]], "a": {"b": [null, [1]], "r": [null, [1]]}, "e": {"f": {}}}`, `["/before","/a/b","/other","/new"]`},
		{`"[[\"/x\", [null, [1]]]]"`, none},
		{`[ ]`, none}, {`"[]"`, none}, {`"[ ]"`, none}, {`"{}"`, none}, {`{}`, none}, {`""`, none}, {`null`, none},
	} {
		text := `{"zookeeper": ` + c.zookeeper + `, "cassandra": {"k": {}}}`
		got := walk(t, text, &editor{nodes: true, add: true})
		if paths := pathsOf(t, got); paths != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", got, paths, c.want)
		}
		if !strings.Contains(c.zookeeper, "e\\") && !strings.HasSuffix(got, `, "cassandra": {"k": {"new": {}}, "new": {}}, "new": {}}`) {
			t.Errorf("got %s", got)
		}
	}
	if got := pathsOf(t, walk(t, `{"cassandra": {"k": {}}}`, &editor{nodes: true, add: true})); got != none {
		t.Errorf("added: %s", got)
	}
}

// pathsOf returns the paths of the list of nodes, as JSON.
func pathsOf(t *testing.T, text string) string {
	t.Helper()
	var d struct{ ZooKeeper json.RawMessage }
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	list := d.ZooKeeper
	var inner string
	if json.Unmarshal(list, &inner) == nil {
		list = []byte(inner)
	}
	var entries [][2]any
	if err := json.Unmarshal(list, &entries); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	paths := []any{}
	for _, e := range entries {
		paths = append(paths, e[0])
	}
	b, err := json.Marshal(paths)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
