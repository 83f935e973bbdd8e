package generate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// parsed is a dump read by encoding/json, for looking at it independently of
// the code that wrote it.
type parsed struct {
	keyspaces map[string]map[string]map[string]map[string]parsedCell
	nodes     []parsedNode
	byPath    map[string]string
}

type parsedCell struct {
	value string
	at    int64
}

type parsedNode struct {
	path, data string
	stat       []int64
}

type parsedRow map[string]parsedCell

func (p *parsed) objects() map[string]map[string]parsedCell {
	return p.keyspaces["config_db_uuid"]["obj_uuid_table"]
}

func (c *parsedCell) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&c.value, &c.at})
}

func (n *parsedNode) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&n.path, &[]any{&n.data, &n.stat}})
}

func parse(t testing.TB, text []byte) *parsed {
	t.Helper()
	var top struct {
		Cassandra map[string]map[string]map[string]map[string]parsedCell
		ZooKeeper string
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&top); err != nil {
		t.Fatal(err)
	}
	p := &parsed{keyspaces: top.Cassandra, byPath: map[string]string{}}
	if err := json.Unmarshal([]byte(top.ZooKeeper), &p.nodes); err != nil {
		t.Fatal(err)
	}
	for _, n := range p.nodes {
		if _, twice := p.byPath[n.path]; twice {
			t.Errorf("node %s twice", n.path)
		}
		p.byPath[n.path] = n.data
	}
	return p
}

// decode decodes the JSON text of a cell, numbers as they stand.
func decode[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

// columnOrders are the columns of each row in the order of the text, by path.
func columnOrders(t testing.TB, text []byte) map[string][]string {
	t.Helper()
	orders := map[string][]string{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	var walk func(path string, depth int)
	walk = func(path string, depth int) {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token {
		case json.Delim('{'):
			for decoder.More() {
				key, err := decoder.Token()
				if err != nil {
					t.Fatal(err)
				}
				orders[path] = append(orders[path], key.(string))
				walk(path+"/"+key.(string), depth+1)
			}
		case json.Delim('['):
			for decoder.More() {
				walk(path, depth)
			}
		default:
			return
		}
		if _, err := decoder.Token(); err != nil {
			t.Fatal(err)
		}
	}
	walk("", 0)
	for path, keys := range orders {
		sorted := slices.Clone(keys)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(keys) {
			t.Errorf("a key twice in %q", path)
		}
	}
	return orders
}

func generated(t testing.TB, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := Write(&out, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
