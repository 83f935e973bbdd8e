package graft

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

var ctx = context.Background()

// model is a dump in memory.
type model struct {
	cells map[[4]string]cell // keyspace, table, key, column
	nodes map[string]string
}

type cell struct {
	value string
	time  int64
}

// object is what a model has of an object.
type modelObject struct{ uuid, typ, name string }

func readModel(t *testing.T, file string) *model {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Cassandra map[string]map[string]map[string]map[string][]json.RawMessage
		ZooKeeper string
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	m := &model{map[[4]string]cell{}, map[string]string{}}
	for keyspace, tables := range d.Cassandra {
		for table, rows := range tables {
			for key, columns := range rows {
				for column, c := range columns {
					var x cell
					if err := json.Unmarshal(c[0], &x.value); err != nil {
						t.Fatal(err)
					}
					if err := json.Unmarshal(c[1], &x.time); err != nil {
						t.Fatal(err)
					}
					m.cells[[4]string{keyspace, table, key, column}] = x
				}
			}
		}
	}
	var nodes [][]json.RawMessage
	if err := json.Unmarshal([]byte(d.ZooKeeper), &nodes); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		var path string
		var data []json.RawMessage
		var content *string
		if json.Unmarshal(n[0], &path) != nil || json.Unmarshal(n[1], &data) != nil || json.Unmarshal(data[0], &content) != nil || content == nil {
			t.Fatalf("%s", n)
		}
		m.nodes[strings.TrimSuffix(path, "/")] = *content
	}
	return m
}

// open gives the model as a dump.
func (m *model) open(t *testing.T) *dump.Dump {
	t.Helper()
	tree := map[string]map[string]map[string]map[string][]any{}
	for k, c := range m.cells {
		if tree[k[0]] == nil {
			tree[k[0]] = map[string]map[string]map[string][]any{}
		}
		if tree[k[0]][k[1]] == nil {
			tree[k[0]][k[1]] = map[string]map[string][]any{}
		}
		if tree[k[0]][k[1]][k[2]] == nil {
			tree[k[0]][k[1]][k[2]] = map[string][]any{}
		}
		tree[k[0]][k[1]][k[2]][k[3]] = []any{c.value, c.time}
	}
	var nodes []any
	for _, path := range slices.Sorted(maps.Keys(m.nodes)) {
		nodes = append(nodes, []any{path + "/", []any{m.nodes[path], []int{1}}})
	}
	list, err := json.Marshal(nodes)
	if err != nil {
		t.Fatal(err)
	}
	if nodes == nil {
		list = []byte("[]")
	}
	text, err := json.Marshal(map[string]any{"cassandra": tree, "zookeeper": string(list)})
	if err != nil {
		t.Fatal(err)
	}
	d, err := dump.Open(dump.Input{Name: "d.json", At: bytes.NewReader(text), Size: int64(len(text))}, dump.Options{Memory: 32 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func (m *model) clone() *model { return &model{maps.Clone(m.cells), maps.Clone(m.nodes)} }

func (m *model) objects() map[string]modelObject {
	list := map[string]modelObject{}
	for k, c := range m.cells {
		if k[1] == objectTable && k[3] == "fq_name" {
			var typ string
			var name []string
			if json.Unmarshal([]byte(m.cells[[4]string{k[0], k[1], k[2], "type"}].value), &typ) == nil && json.Unmarshal([]byte(c.value), &name) == nil {
				list[k[2]] = modelObject{k[2], typ, strings.Join(name, ":")}
			}
		}
	}
	return list
}

// find returns the uuid of the first object of a type, by name, preferably of one with a node that is no lock of its name.
func (m *model) find(t *testing.T, typ string) string {
	t.Helper()
	var found []modelObject
	for _, o := range m.objects() {
		if o.typ == typ {
			found = append(found, o)
		}
	}
	if len(found) == 0 {
		t.Fatalf("there is no %s", typ)
	}
	slices.SortFunc(found, func(a, b modelObject) int { return strings.Compare(a.name, b.name) })
	for _, o := range found {
		for path, data := range m.nodes {
			if !strings.HasPrefix(path, "/fq-name-to-uuid/") && (data == o.name || data == o.uuid) {
				return o.uuid
			}
		}
	}
	return found[0].uuid
}

// users adds to a set everything below its objects, and everything that refers to them.
func (m *model) users(set map[string]bool) {
	for n := 0; n != len(set); {
		n = len(set)
		for k := range m.cells {
			parts := strings.SplitN(k[3], ":", 3)
			if k[1] == objectTable && len(parts) == 3 && (parts[0] == "ref" || parts[0] == "parent") && set[parts[2]] {
				set[k[2]] = true
			}
		}
	}
}

// cut takes objects out as the API server deletes them, and returns what is left and what a filter makes of them.
func (m *model) cut(set map[string]bool) (rest, part *model) {
	rest, part = m.clone(), &model{map[[4]string]cell{}, map[string]string{}}
	names := map[string]bool{}
	for uuid, o := range m.objects() {
		if set[uuid] && o.typ != "project" && o.typ != "tag" {
			names[o.name] = true
		}
	}
	for k, c := range m.cells {
		last := k[3][strings.LastIndexByte(k[3], ':')+1:]
		uuid, _, _ := strings.Cut(k[2], " ")
		first, _, _ := strings.Cut(c.value, " ")
		switch {
		case k[0] != objectKeyspace && (set[uuid] || set[first] || names[k[2]]), k[1] == objectTable && set[k[2]], isIndex(k[0], k[1]) && set[last]:
			part.cells[k] = c
			delete(rest.cells, k)
		case k[1] == objectTable && set[last] && strings.Contains(k[3], ":"):
			delete(rest.cells, k)
		}
	}
	for path, data := range m.nodes {
		network, isAddress := strings.CutPrefix(path, "/api-server/subnets/")
		mine := set[data] || names[data] || isAddress && slices.ContainsFunc(slices.Collect(maps.Keys(names)), func(n string) bool {
			return strings.HasPrefix(network, n+":")
		})
		if mine {
			part.nodes[path] = data
			delete(rest.nodes, path)
		}
	}
	return rest, part
}

// apply makes edits. What they expect has to be there.
func (m *model) apply(t *testing.T, e *Edits) {
	t.Helper()
	rows := map[[3]string]bool{}
	var last [3]string
	for edit, err := range e.All() {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case edit.Row != nil:
			key := [3]string{edit.Row.Keyspace, edit.Row.Table, string(edit.Row.Key)}
			for k := range m.cells {
				if edit.Row.New && [3]string{k[0], k[1], k[2]} == key {
					t.Errorf("the row %v is not new", key)
				}
			}
		case edit.Cell != nil:
			c := edit.Cell
			key := [3]string{c.Keyspace, c.Table, string(c.Key)}
			if key != last && rows[key] {
				t.Errorf("the cells of %v don't stand together", key)
			}
			rows[key], last = true, key
			k := [4]string{c.Keyspace, c.Table, string(c.Key), string(c.Column)}
			was, there := m.cells[k]
			if (c.Old != nil) != there || there && string(c.Old.Data) != was.value {
				t.Errorf("%v was %v, expected %v", k, was, c.Old)
			}
			if c.New == nil {
				delete(m.cells, k)
			} else {
				m.cells[k] = cell{string(c.New.Data), c.New.Time}
			}
		case edit.Node != nil:
			n := edit.Node
			was, there := m.nodes[n.Path]
			if (n.Old != nil) != there || there && string(n.Old.Data) != was {
				t.Errorf("%s was %q, expected %v", n.Path, was, n.Old)
			}
			if n.New == nil {
				delete(m.nodes, n.Path)
			} else {
				m.nodes[n.Path] = string(n.New.Data)
			}
		}
	}
}

// graft puts a part into a model.
func graft(t *testing.T, live, part *model, o Options) (*Survey, *Edits, error) {
	t.Helper()
	s, err := Look(ctx, part.open(t), live.open(t), o)
	if err != nil {
		return nil, nil, err
	}
	if !s.Whole() {
		written := map[string]bool{}
		for _, uuid := range s.Written() {
			written[uuid] = true
		}
		_, part = part.cut(written)
	}
	e, err := s.Edit(ctx, part.open(t))
	if err != nil {
		return s, nil, err
	}
	t.Cleanup(func() { e.Close() })
	return s, e, nil
}

// lines gives a model as text, without times.
func (m *model) lines() []string {
	var list []string
	for k, c := range m.cells {
		list = append(list, fmt.Sprintf("%s/%s/%s/%s = %s", k[0], k[1], k[2], k[3], c.value))
	}
	for path, data := range m.nodes {
		list = append(list, path+" = "+data)
	}
	slices.Sort(list)
	return list
}
