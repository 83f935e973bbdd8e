package volume_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/volume"
)

// document makes dumps of all shapes.
type document struct {
	r     *rand.Rand
	blank string
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (d *document) blanks() string {
	if d.r.IntN(4) == 0 {
		return pick(d.r, " ", "\n", "\t\r\n  ")
	}
	return d.blank
}

// members makes an object with up to n members of different names.
func (d *document) members(n int, names []string, value func(name string) string) string {
	var items []string
	names = slices.Clone(names)
	d.r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names[:min(len(names), d.r.IntN(n+1))] {
		items = append(items, `"`+name+`"`+d.blanks()+":"+d.blanks()+value(name))
	}
	return "{" + d.blanks() + strings.Join(items, d.blanks()+","+d.blanks()) + d.blanks() + "}"
}

// As they are spelled, and different once they are decoded.
var names = []string{"a", "b", "type", `\u0063`, `q\"uo\\te`, "", "a/b", `\u0000`, "é", `\ud83d\ude00`, `\ud800`, "obj_uuid_table", "ref:x:1", "}{][,:", `\/s`}

var cells = []string{`["1", 2]`, `[ "\"x\"",1600000000000000 ]`, `["}, {", 1]`, `["x", 1e3]`, `"bare \"text\""`, `[64512, 7]`, `[{"a": [1, null]}, 7]`,
	`[null, 7]`, `["x", 7, 8]`, `["x", 7, {"a": "b"}, null]`, `["\ud800", 3]`, `["é\/", 3]`, `["", -5]`}

func (d *document) cell(string) string  { return pick(d.r, cells...) }
func (d *document) row(string) string   { return d.members(6, names, d.cell) }
func (d *document) table(string) string { return d.members(6, names, d.row) }

func (d *document) cassandra() string {
	switch d.r.IntN(6) {
	case 0: // A2
		return d.members(2, []string{"obj_uuid_table", "obj_fq_name_table"}, d.table)
	case 1: // A3
		return d.members(3, []string{"config_db_uuid_obj_uuid_table", "config_db_uuid_obj_fq_name_table", "useragent_useragent_keyval_table"}, d.table)
	}
	return d.members(4, []string{"config_db_uuid", "useragent", "k", "", `k\u0032`}, func(string) string { return d.members(4, names, d.table) })
}

func (d *document) zookeeper() string {
	node := func(path string) string {
		return `["` + path + `",` + d.blanks() + `[` + pick(d.r, `"x"`, `""`, "null", `"q\"\\\n"`) + `, [1, 2, 3]]]`
	}
	quote := func(text string) string {
		b, _ := json.Marshal(text)
		s := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
		if d.r.IntN(3) == 0 {
			s = strings.ReplaceAll(s, "/", `\/`)
		}
		return s
	}
	var list []string
	for range d.r.IntN(8) {
		list = append(list, node(pick(d.r, "/a", "/a/b", "/a/b/", "/é", "/x/y z", "/", "/[{", "/w/"+fmt.Sprint(d.r.IntN(9)))))
	}
	text := "[" + d.blanks() + strings.Join(list, d.blanks()+","+d.blanks()) + d.blanks() + "]"
	switch d.r.IntN(6) {
	case 0:
		return pick(d.r, `"[]"`, "{}", `""`, "null", `"{}"`, `" [ ] "`, "[]")
	case 1:
		return text
	case 2:
		return d.nested()
	case 3:
		return quote(d.nested())
	}
	return quote(text)
}

func (d *document) nested() string {
	leaf := func(string) string { return `["x", [1]]` }
	return `{"/": ` + d.members(3, []string{"a", "b", "c"}, func(string) string { return d.members(3, []string{"d", "e"}, leaf) }) + "}"
}

func (d *document) String() string {
	items := []string{`"cassandra"` + d.blanks() + ":" + d.cassandra()}
	if d.r.IntN(8) > 0 {
		items = append(items, `"zookeeper":`+d.blanks()+d.zookeeper())
	}
	for _, name := range []string{"m", "n", "dumptool"} {
		if d.r.IntN(4) == 0 {
			items = append(items, `"`+name+`": `+pick(d.r, "1", "null", `{"a": [1, "}"]}`, `""`))
		}
	}
	d.r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	start := pick(d.r, "", "", "\ufeff", "\n ")
	return start + "{" + d.blanks() + strings.Join(items, d.blanks()+","+d.blanks()) + d.blanks() + "}" + pick(d.r, "", "\n", " \n\n")
}

// content lists what stands in a dump, whatever its order and spelling. ok is false if it is no sound dump.
func content(text string) (list []string, ok bool) {
	r := dump.NewReader(strings.NewReader(text), "x", dump.Options{})
	defer r.Close()
	for r.Next() {
		at := fmt.Sprintf("%q/%q", r.Keyspace(), r.Table())
		switch r.Kind() {
		case dump.TableStart:
			list = append(list, "table "+at)
		case dump.KeyspaceStart:
			list = append(list, fmt.Sprintf("keyspace %q", r.Keyspace()))
		case dump.RowStart:
			list = append(list, fmt.Sprintf("row %s/%q", at, r.Key().Decoded()))
		case dump.CellRead:
			c := r.Cell()
			list = append(list, fmt.Sprintf("cell %s/%q/%q: %s %s %s", at, r.Key().Decoded(), c.Name.Decoded(), c.Value.Raw(), c.Time, c.Extra))
		case dump.ZNodeRead:
			n := r.ZNode()
			value := "null"
			if n.Data.IsText {
				value = string(n.Data.Text().Decoded())
			}
			list = append(list, fmt.Sprintf("node %q: %q %s", n.Normal, value, n.Stat))
		case dump.MemberRead:
			m := r.Member()
			list = append(list, "member "+text[r.MemberName():m.End])
		}
	}
	slices.Sort(list)
	return slices.Compact(list), r.Err() == nil
}

// Any dump, cut anywhere, is itself again; without the order part its content is.
func TestRandomDumps(t *testing.T) {
	n := uint64(250)
	if testing.Short() {
		n = 60
	}
	taken := 0
	for seed := range n {
		r := rand.New(rand.NewPCG(seed, 12))
		text := (&document{r: r, blank: pick(r, "", "", " ", "\n  ")}).String()
		want, ok := content(text)
		if !ok {
			continue
		}
		taken++
		o := volume.Options{By: "size", Size: pick(r, int64(1), 2, 64, 100, 150, 300, 1000)}
		switch r.IntN(5) {
		case 0:
			o.Choose = volume.ByKeyspace
		case 1:
			o.Choose = volume.ByTable
		case 2:
			o.Choose = func(*volume.Item) (string, error) { return pick(r, "a", "b", "c"), nil }
		}
		dir := t.TempDir()
		d := open(t, text)
		_, err := volume.Split(context.Background(), d, dir, o)
		d.Close()
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		if back, exact := join(t, dir); !exact || back != text {
			t.Fatalf("seed %d: joined:\n%s\nwant:\n%s", seed, back, text)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "volume-*"))
		var together []string
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			part, ok := content(string(b))
			if !ok || !json.Valid(b) {
				t.Fatalf("seed %d: %s is no dump:\n%s\nof\n%s", seed, f, b, text)
			}
			together = append(together, part...)
		}
		slices.Sort(together)
		if together = slices.Compact(together); !slices.Equal(together, want) {
			t.Fatalf("seed %d: the volumes hold\n%s\nwant\n%s\nof\n%s", seed, strings.Join(together, "\n"), strings.Join(want, "\n"), text)
		}
		dropOrder(t, dir)
		back, exact := join(t, dir)
		if got, ok := content(back); exact || !ok || !slices.Equal(got, want) {
			t.Fatalf("seed %d: without order part\n%s\nhas %s\nwant %s\nof\n%s", seed, back, strings.Join(got, "\n"), strings.Join(want, "\n"), text)
		}
	}
	if taken < int(n)/2 {
		t.Errorf("only %d of %d documents are dumps", taken, n)
	}
}

// dropOrder takes the order part out of a manifest.
func dropOrder(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, volume.ManifestName)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := volume.ReadManifest(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	m.Order = nil
	if b, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
