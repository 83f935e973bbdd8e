package validate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/generate"
)

// document is a dump that tests change: every part of it can be made wrong.
type document struct {
	*testing.T
	keyspaces map[string]map[string]map[string]map[string]cell
	nodes     []node
	members   map[string]string // further members of the top level, as JSON
	zk        string            // the member zookeeper as JSON, in place of nodes
	after     func(string) string
}

type cell struct {
	value string
	time  string
	raw   string // the whole cell as JSON, if not empty
}

type node struct {
	path, data string
	stat       []int64
	raw        string // the whole entry as JSON, if not empty
}

const objectsInTests = 300

var generated = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if _, err := generate.Write(&b, generate.Options{Objects: objectsInTests, Seed: 1}); err != nil {
		panic(err)
	}
	return b.Bytes()
})

func newDocument(t *testing.T) *document {
	t.Helper()
	var top struct {
		Cassandra map[string]map[string]map[string]map[string][2]json.RawMessage
		ZooKeeper string
	}
	if err := json.Unmarshal(generated(), &top); err != nil {
		t.Fatal(err)
	}
	d := &document{T: t, keyspaces: map[string]map[string]map[string]map[string]cell{}, members: map[string]string{}}
	for ks, tables := range top.Cassandra {
		d.keyspaces[ks] = map[string]map[string]map[string]cell{}
		for name, rows := range tables {
			table := map[string]map[string]cell{}
			for key, columns := range rows {
				row := map[string]cell{}
				for column, c := range columns {
					var value string
					if err := json.Unmarshal(c[0], &value); err != nil {
						t.Fatal(err)
					}
					row[column] = cell{value: value, time: string(c[1])}
				}
				table[key] = row
			}
			d.keyspaces[ks][name] = table
		}
	}
	var list [][2]json.RawMessage
	if err := json.Unmarshal([]byte(top.ZooKeeper), &list); err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		var n node
		var value [2]json.RawMessage
		for _, err := range []error{
			json.Unmarshal(e[0], &n.path), json.Unmarshal(e[1], &value), json.Unmarshal(value[0], &n.data), json.Unmarshal(value[1], &n.stat),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		d.nodes = append(d.nodes, n)
	}
	return d
}

func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// text writes the document as a dump, names in order.
func (d *document) text() string {
	var b strings.Builder
	b.WriteString(`{"cassandra": {`)
	comma := func(i int) {
		if i > 0 {
			b.WriteString(", ")
		}
	}
	for i, ks := range slices.Sorted(maps.Keys(d.keyspaces)) {
		comma(i)
		fmt.Fprintf(&b, "%s: {", quote(ks))
		for i, table := range slices.Sorted(maps.Keys(d.keyspaces[ks])) {
			comma(i)
			fmt.Fprintf(&b, "%s: {", quote(table))
			for i, key := range slices.Sorted(maps.Keys(d.keyspaces[ks][table])) {
				comma(i)
				fmt.Fprintf(&b, "%s: {", quote(key))
				row := d.keyspaces[ks][table][key]
				for i, column := range slices.Sorted(maps.Keys(row)) {
					comma(i)
					c := row[column]
					if c.raw == "" {
						c.raw = fmt.Sprintf("[%s, %s]", quote(c.value), c.time)
					}
					fmt.Fprintf(&b, "%s: %s", quote(column), c.raw)
				}
				b.WriteString("}")
			}
			b.WriteString("}")
		}
		b.WriteString("}")
	}
	b.WriteString("}")
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		fmt.Fprintf(&b, ", %s: %s", quote(name), d.members[name])
	}
	if d.zk == "" {
		var list []string
		for _, n := range d.nodes {
			if n.raw == "" {
				stat, _ := json.Marshal(n.stat)
				n.raw = fmt.Sprintf("[%s, [%s, %s]]", quote(n.path), quote(n.data), stat)
			}
			list = append(list, n.raw)
		}
		d.zk = quote("[" + strings.Join(list, ", ") + "]")
	}
	if d.zk != "absent" {
		fmt.Fprintf(&b, `, "zookeeper": %s`, d.zk)
	}
	b.WriteString("}")
	if d.after != nil {
		return d.after(b.String())
	}
	return b.String()
}

func (d *document) objects() map[string]map[string]cell {
	return d.keyspaces[objectKeyspace][objectTable]
}
func (d *document) index(typ string) map[string]cell {
	return d.keyspaces[objectKeyspace][nameTable][typ]
}
func (d *document) useragent() map[string]map[string]cell {
	return d.keyspaces["useragent"]["useragent_keyval_table"]
}
func (d *document) schema() map[string]map[string]cell {
	return d.keyspaces["to_bgp_keyspace"]["route_target_table"]
}

func (d *document) row(uuid string) map[string]cell {
	d.Helper()
	r := d.objects()[uuid]
	if r == nil {
		d.Fatalf("no object %s", uuid)
	}
	return r
}

func (d *document) typ(uuid string) string { return strings.Trim(d.row(uuid)["type"].value, `"`) }

func (d *document) name(uuid string) string {
	var list []string
	if err := json.Unmarshal([]byte(d.row(uuid)["fq_name"].value), &list); err != nil {
		d.Fatal(err)
	}
	return strings.Join(list, ":")
}

// all returns the objects of a type in the order of their names.
func (d *document) all(typ string) []string {
	var list []string
	for uuid, row := range d.objects() {
		if row["type"].value == `"`+typ+`"` {
			list = append(list, uuid)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(d.name(a)+a, d.name(b)+b) })
	return list
}

// find returns the first object of a type, by name, for which ok says yes.
func (d *document) find(typ string, ok func(name string, row map[string]cell) bool) string {
	d.Helper()
	for _, uuid := range d.all(typ) {
		if ok(d.name(uuid), d.row(uuid)) {
			return uuid
		}
	}
	d.Fatalf("no such %s", typ)
	return ""
}

func (d *document) first(typ string) string {
	d.Helper()
	return d.find(typ, func(string, map[string]cell) bool { return true })
}

func (d *document) named(typ, name string) string {
	d.Helper()
	return d.find(typ, func(n string, _ map[string]cell) bool { return n == name })
}

// links returns the uuids in the columns that begin with a prefix such as "ref:project:".
func (d *document) links(uuid, prefix string) []string {
	var list []string
	for column := range d.row(uuid) {
		if other, ok := strings.CutPrefix(column, prefix); ok {
			list = append(list, other)
		}
	}
	slices.Sort(list)
	return list
}

func (d *document) set(uuid, column, value string) {
	d.Helper()
	setIn(d.row(uuid), column, value)
}

func setIn(row map[string]cell, column, value string) {
	c, ok := row[column]
	if !ok {
		c.time = "1600000000000000"
	}
	c.value = value
	row[column] = c
}

func (d *document) del(uuid, column string) {
	d.Helper()
	if _, ok := d.row(uuid)[column]; !ok {
		d.Fatalf("%s has no column %s", uuid, column)
	}
	delete(d.row(uuid), column)
}

// sub replaces a part of a value.
func (d *document) sub(uuid, column, old, new string) {
	d.Helper()
	c := d.row(uuid)[column]
	if !strings.Contains(c.value, old) {
		d.Fatalf("%s %s has no %s: %s", uuid, column, old, c.value)
	}
	d.set(uuid, column, strings.Replace(c.value, old, new, 1))
}

// subBoth replaces a part of the value of a reference and of its back-reference.
func (d *document) subBoth(from, typ, to, old, new string) {
	d.Helper()
	d.sub(from, "ref:"+typ+":"+to, old, new)
	d.sub(to, "backref:"+d.typ(from)+":"+from, old, new)
}

// refer makes a reference and its back-reference.
func (d *document) refer(from, to string) {
	const value = `{"attr": null, "is_weakref": false}`
	d.set(from, "ref:"+d.typ(to)+":"+to, value)
	d.set(to, "backref:"+d.typ(from)+":"+from, value)
}

// unrefer takes both away.
func (d *document) unrefer(from, to string) {
	d.Helper()
	d.del(from, "ref:"+d.typ(to)+":"+to)
	d.del(to, "backref:"+d.typ(from)+":"+from)
}

// node returns the node of a path without the slash at its end.
func (d *document) node(path string) *node {
	d.Helper()
	for i := range d.nodes {
		if strings.TrimSuffix(d.nodes[i].path, "/") == path {
			return &d.nodes[i]
		}
	}
	d.Fatalf("no node %s", path)
	return nil
}

// nodeBelow returns the first node below a directory for which data is the given one; any data if that is empty.
func (d *document) nodeBelow(directory, data string) *node {
	d.Helper()
	for i := range d.nodes {
		if strings.HasPrefix(d.nodes[i].path, directory+"/") && (data == "" || d.nodes[i].data == data) {
			return &d.nodes[i]
		}
	}
	d.Fatalf("no node below %s with %s", directory, data)
	return nil
}

func (n *node) set(data string) {
	n.data = data
	n.stat[8] = int64(len(data))
}

func (d *document) addNode(path, data string) {
	d.nodes = append(d.nodes, node{path: path + "/", data: data, stat: []int64{1, 1, 1600000000000, 1600000000000, 0, 0, 0, 0, int64(len(data)), 0, 1}})
}

func (d *document) delNodes(prefix string) {
	d.Helper()
	n := len(d.nodes)
	d.nodes = slices.DeleteFunc(d.nodes, func(x node) bool { return strings.HasPrefix(x.path, prefix) })
	if len(d.nodes) == n {
		d.Fatalf("no node %s", prefix)
	}
}

func (d *document) lockOf(uuid string) string {
	return "/fq-name-to-uuid/" + d.typ(uuid) + ":" + d.name(uuid)
}

func (d *document) delLock(uuid string) { d.delNodes(d.lockOf(uuid) + "/") }

func (d *document) entryOf(uuid string) string { return d.name(uuid) + ":" + uuid }

// forget takes an object out of the index and its lock away.
func (d *document) forget(uuid string) {
	delete(d.index(d.typ(uuid)), d.entryOf(uuid))
	if len(d.index(d.typ(uuid))) == 0 {
		delete(d.keyspaces[objectKeyspace][nameTable], d.typ(uuid))
	}
	d.delLock(uuid)
}

// remove takes an object away with all that leads to it.
func (d *document) remove(uuid string) {
	d.forget(uuid)
	delete(d.objects(), uuid)
	for _, row := range d.objects() {
		for column := range row {
			if strings.HasSuffix(column, ":"+uuid) {
				delete(row, column)
			}
		}
	}
}

// rename gives an object another name everywhere: the last part only.
func (d *document) rename(uuid, last string) {
	old := d.entryOf(uuid)
	d.delLock(uuid)
	typ := d.typ(uuid)
	c := d.index(typ)[old]
	delete(d.index(typ), old)
	var list []string
	json.Unmarshal([]byte(d.row(uuid)["fq_name"].value), &list)
	list[len(list)-1] = last
	value, _ := json.Marshal(list)
	d.set(uuid, "fq_name", string(value))
	d.index(typ)[d.entryOf(uuid)] = c
	d.addNode(d.lockOf(uuid), uuid)
}

// copyOf makes another object like one, with its parent and references, under another last part of the name.
func (d *document) copyOf(uuid, newUUID, last string) string {
	row := map[string]cell{}
	for column, c := range d.row(uuid) {
		if !strings.HasPrefix(column, "backref:") && !strings.HasPrefix(column, "children:") {
			row[column] = c
		}
	}
	typ := d.typ(uuid)
	var list []string
	json.Unmarshal([]byte(row["fq_name"].value), &list)
	list[len(list)-1] = last
	value, _ := json.Marshal(list)
	setIn(row, "fq_name", string(value))
	d.objects()[newUUID] = row
	if c := row["prop:id_perms"]; c.value != "" {
		var perms map[string]json.RawMessage
		json.Unmarshal([]byte(c.value), &perms)
		delete(perms, "uuid")
		value, _ := json.Marshal(perms)
		setIn(row, "prop:id_perms", string(value))
	}
	if typ == "instance_ip" || typ == "virtual_machine" {
		setIn(row, "fq_name", `["`+newUUID+`"]`)
	}
	d.index(typ)[d.entryOf(newUUID)] = cell{value: "null", time: "1600000000000000"}
	d.addNode(d.lockOf(newUUID), newUUID)
	for column, c := range row {
		parts := strings.Split(column, ":")
		switch parts[0] {
		case "parent":
			setIn(d.row(parts[2]), "children:"+typ+":"+newUUID, "null")
		case "ref":
			setIn(d.row(parts[2]), "backref:"+typ+":"+newUUID, c.value)
		}
	}
	return newUUID
}

// findings validates a text and returns what is found, as lines "ID SEVERITY UUID WHERE: MESSAGE".
func findings(t *testing.T, text string, o Options, memory int64) ([]Finding, *Summary) {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "test.json", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var list []Finding
	s, err := Validate(context.Background(), d, o, func(f *Finding) error {
		list = append(list, *f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, s
}

func (f *Finding) line() string {
	return fmt.Sprintf("%s %s %s %s %s: %s", f.Rule.ID, f.Severity, f.Type, f.UUID, f.Where, f.Message)
}
