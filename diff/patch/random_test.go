package patch_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// model is a small dump that can be changed and spelled in many ways.
type model struct {
	keyspaces map[string]map[string]map[string]map[string]string // columns to the text of the cell
	nodes     map[string]string                                  // normalised path to [data, stat]
	members   map[string]string
}

var (
	names = []string{"a", "b", "type", "prop:x", "ref:a:b", "é", `q"uo\te`, "", "a/b", "\x00", "\U0001F600", "zz", "SURROGATE"}
	cells = []string{`["1", 2]`, `["\"x\"", 1600000000000000]`, `["{\"a\": 1, \"b\": [2]}", 1600000000000001]`, `["no json", 5]`,
		`["x", 1579787888.102612]`, `["x", 1e3]`, `"bare \"text\""`, `[64512, 7]`, `[{"a": [1, null]}, 7]`, `[null, 7]`, `[{"a": [NaN, -Infinity]}, 7]`, `["x", 7, 8]`, `["x", 7, {"a": "b"}, null]`,
		`["\ud800", 3]`, `["\ud83d\ude00\u00e9", 3]`, `["é", 3]`, `["a\/b", 3]`, `["", 0]`, `["x", -5]`, `["\\ud800", 3]`}
	keyspaceNames = []string{"config_db_uuid", "useragent", "other", ""}
	tableNames    = []string{"obj_uuid_table", "obj_fq_name_table", "useragent_keyval_table", "t", ""}
	paths         = []string{"/a", "/a/b", "/a/b/c", "/a-b", "/x/y", "/é/q\"", "/", "/SURROGATE", "/a/b c", "/x"}
	stats         = []string{"[1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 5]", "[1, 2, 3, 4, 0, 0, 0, 7205759403792794, 0, 0, 5]", "[1579787888111.1792]"}
	datas         = []string{`""`, `"x"`, "null", `"\ud800"`, `"q\"uo\\te\n"`, `"é"`, `"\u00e9"`}
	memberNames   = []string{"m", "dumptool", "n\"x", "é"}
	memberValues  = []string{"1", `{"a": [1, {"b": null}]}`, `"x"`, "null", "[]"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func randomModel(r *rand.Rand) *model {
	m := &model{keyspaces: map[string]map[string]map[string]map[string]string{}, nodes: map[string]string{}, members: map[string]string{}}
	for range r.IntN(25) {
		m.change(r)
	}
	return m
}

func (m *model) clone() *model {
	c := &model{keyspaces: map[string]map[string]map[string]map[string]string{}, nodes: map[string]string{}, members: map[string]string{}}
	for ks, tables := range m.keyspaces {
		c.keyspaces[ks] = map[string]map[string]map[string]string{}
		for t, rows := range tables {
			c.keyspaces[ks][t] = map[string]map[string]string{}
			for key, row := range rows {
				c.keyspaces[ks][t][key] = map[string]string{}
				for name, cell := range row {
					c.keyspaces[ks][t][key][name] = cell
				}
			}
		}
	}
	for k, v := range m.nodes {
		c.nodes[k] = v
	}
	for k, v := range m.members {
		c.members[k] = v
	}
	return c
}

// change makes one change of any kind.
func (m *model) change(r *rand.Rand) {
	ks, table, key := pick(r, keyspaceNames), pick(r, tableNames), pick(r, names)
	switch r.IntN(14) {
	case 0:
		delete(m.keyspaces, ks)
	case 1:
		delete(m.keyspaces[ks], table)
	case 2:
		if t := m.keyspaces[ks][table]; t != nil {
			delete(t, key)
		}
	case 3:
		for _, row := range m.keyspaces[ks][table] {
			delete(row, pick(r, names))
		}
	case 4:
		delete(m.nodes, pick(r, paths))
	case 5:
		delete(m.members, pick(r, memberNames))
	case 6:
		m.members[pick(r, memberNames)] = pick(r, memberValues)
	case 7, 8:
		m.nodes[pick(r, paths)] = "[" + pick(r, datas) + ", " + pick(r, stats) + "]"
	default:
		depth := r.IntN(12)
		if m.keyspaces[ks] == nil {
			m.keyspaces[ks] = map[string]map[string]map[string]string{}
		}
		if depth == 0 {
			return
		}
		if m.keyspaces[ks][table] == nil {
			m.keyspaces[ks][table] = map[string]map[string]string{}
		}
		if depth == 1 {
			return
		}
		if m.keyspaces[ks][table][key] == nil {
			m.keyspaces[ks][table][key] = map[string]string{}
		}
		for range depth - 2 {
			m.keyspaces[ks][table][key][pick(r, names)] = pick(r, cells)
		}
	}
}

// spelling is how a model is written.
type spelling struct {
	r        *rand.Rand
	shuffle  bool
	blank    string // around everything
	a2, flat bool
	zk       int // 0 list in string, 1 bare list, 2 nested in string, 3 nested object
	slashes  bool
}

func randomSpelling(r *rand.Rand) *spelling {
	return &spelling{r: r, shuffle: r.IntN(2) == 0, blank: pick(r, []string{"", "", " ", "\n  ", "\t\r\n"}), a2: r.IntN(3) == 0, flat: r.IntN(4) == 0,
		zk: pick(r, []int{0, 0, 0, 1, 2, 3}), slashes: r.IntN(2) == 0}
}

func (s *spelling) quote(text string) string {
	if text, ok := strings.CutPrefix(text, "SURROGATE"); ok {
		return `"\ud800` + text + `"`
	}
	if s.r.IntN(8) == 0 && text != "" && text[0] > ' ' && text[0] < 0x7f {
		return fmt.Sprintf(`"\u%04x`, text[0]) + s.quote(text[1:])[1:]
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err)
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "SURROGATE", `\ud800`)
}

func (s *spelling) join(open string, items []string, end string) string {
	if len(items) == 0 {
		return open + s.blank + end
	}
	return open + s.blank + strings.Join(items, s.blank+","+s.blank) + s.blank + end
}

func object[V any](s *spelling, m map[string]V, value func(name string, v V) string) string {
	var items []string
	for _, name := range s.order(m2keys(m)) {
		items = append(items, s.quote(name)+s.blank+":"+s.blank+value(name, m[name]))
	}
	return s.join("{", items, "}")
}

func m2keys[V any](m map[string]V) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}

func (s *spelling) order(list []string) []string {
	slices.Sort(list)
	if s.shuffle {
		s.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return list
}

func (s *spelling) table(_ string, rows map[string]map[string]string) string {
	return object(s, rows, func(_ string, row map[string]string) string {
		return object(s, row, func(_ string, cell string) string {
			if s.blank != "" && cell[0] == '[' {
				return "[" + s.blank + cell[1:len(cell)-1] + s.blank + "]"
			}
			return cell
		})
	})
}

// a2able tells if the form without keyspaces can hold the model.
func (m *model) a2able() bool {
	tables, ok := m.keyspaces["config_db_uuid"]
	for name := range tables {
		if name != "obj_uuid_table" && name != "obj_fq_name_table" {
			return false
		}
	}
	return ok && len(m.keyspaces) == 1 && len(tables) > 0
}

func (s *spelling) cassandra(m *model) string {
	if s.a2 && m.a2able() {
		return object(s, m.keyspaces["config_db_uuid"], s.table)
	}
	var items []string
	for _, ks := range s.order(m2keys(m.keyspaces)) {
		tables := m.keyspaces[ks]
		rest := map[string]map[string]map[string]string{}
		flat := 0
		for name, rows := range tables {
			known := ks == "config_db_uuid" && (name == "obj_uuid_table" || name == "obj_fq_name_table") || ks == "useragent" && name == "useragent_keyval_table"
			if s.flat && known {
				items = append(items, s.quote(ks+"_"+name)+":"+s.table(name, rows))
				flat++
			} else {
				rest[name] = rows
			}
		}
		if len(rest) > 0 || flat == 0 {
			items = append(items, s.quote(ks)+s.blank+":"+object(s, rest, s.table))
		}
	}
	return s.join("{", s.order(items), "}")
}

func (s *spelling) zookeeper(m *model) string {
	if len(m.nodes) == 0 {
		return pick(s.r, []string{`"[]"`, `"[]"`, `{}`, `""`, "null", `"{}"`, `" [ ] "`, "[]", "[ ]", ""})
	}
	if s.zk >= 2 && m.nestable() {
		text := s.nested(m, "")
		if s.zk == 3 {
			return `{"/": ` + text + "}"
		}
		return s.quote(`{"/": ` + text + "}")
	}
	var items []string
	for _, path := range s.order(m2keys(m.nodes)) {
		written := path
		if s.slashes && path != "/" {
			written += "/"
		}
		items = append(items, "["+s.quote(written)+","+s.blank+m.nodes[path]+s.blank+"]")
	}
	text := s.join("[", items, "]")
	if s.zk == 1 {
		return text
	}
	return s.quote(text)
}

// nestable tells if all nodes are leaves.
func (m *model) nestable() bool {
	for p := range m.nodes {
		for q := range m.nodes {
			if strings.HasPrefix(q, p+"/") || p == "/" {
				return false
			}
		}
	}
	return true
}

func (s *spelling) nested(m *model, below string) string {
	children := map[string]bool{}
	for p := range m.nodes {
		if rest, ok := strings.CutPrefix(p, below+"/"); ok {
			name, _, _ := strings.Cut(rest, "/")
			children[name] = true
		}
	}
	return object(s, children, func(name string, _ bool) string {
		if cell, ok := m.nodes[below+"/"+name]; ok {
			return cell
		}
		return s.nested(m, below+"/"+name)
	})
}

func (s *spelling) write(m *model) string {
	items := []string{s.quote("cassandra") + ":" + s.cassandra(m)}
	if zk := s.zookeeper(m); zk != "" {
		items = append(items, `"zookeeper":`+s.blank+zk)
	}
	for name, value := range m.members {
		items = append(items, s.quote(name)+":"+s.blank+value)
	}
	return s.blank + s.join("{", s.order(items), "}") + s.blank
}

// Any two dumps, however they are spelled, obey the law.
func TestRandomPairs(t *testing.T) {
	n := uint64(400)
	if testing.Short() {
		n = 60
	}
	for seed := range n {
		r := rand.New(rand.NewPCG(seed, 1))
		a := randomModel(r)
		b := a.clone()
		for range r.IntN(20) {
			b.change(r)
		}
		if law(t, randomSpelling(r).write(a), randomSpelling(r).write(b)); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
