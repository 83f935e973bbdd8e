package unload

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zeebo/xxh3"
)

// databases pretend to be Cassandra and ZooKeeper.
type databases struct {
	tables map[string]map[string]map[string]map[string]string // live keyspace, table, row, column
	nodes  map[string]string                                  // by path; the root is "/"
	secret map[string]bool                                    // nodes that may not be read

	mu    sync.Mutex
	calls int
	// hiccups makes every so many-th request fail as if nobody answered; 0 for none.
	hiccups int
}

type away struct{}

func (away) Error() string   { return "away" }
func (away) Temporary() bool { return true }

func (d *databases) call() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if d.hiccups > 0 && d.calls%d.hiccups == 0 {
		return away{}
	}
	return nil
}

func (d *databases) Cluster(context.Context) (Cluster, error) {
	return Cluster{Name: "Test", Version: "3.11", Ranges: true}, d.call()
}

func (d *databases) Tables(_ context.Context, keyspace string) (list []Table, found bool, err error) {
	tables, found := d.tables[keyspace]
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		list = append(list, Table{Keyspace: keyspace, Name: name, Key: "key", Names: []string{"column1"}, Value: "value", Fits: true})
	}
	return list, found, d.call()
}

func (d *databases) Small(_ context.Context, t *Table) (bool, error) {
	return len(d.tables[t.Keyspace][t.Name]) < 20, d.call()
}

func (d *databases) Empty(_ context.Context, t *Table) (bool, error) {
	return len(d.tables[t.Keyspace][t.Name]) == 0, d.call()
}

// written is the write time of all cells.
const written = 1500000000000000

// Read takes a hash of the key for its token, and fails midway if it fails.
func (d *databases) Read(_ context.Context, t *Table, tokens Range, cell func(*Cell) error) error {
	rows := d.tables[t.Keyspace][t.Name]
	token := func(key string) int64 { return int64(xxh3.HashString(key)) }
	keys := slices.SortedFunc(maps.Keys(rows), func(a, b string) int { return int(min(1, max(-1, token(a)/2-token(b)/2))) })
	fails := d.call()
	for i, key := range keys {
		if at := token(key); at <= tokens.After || at > tokens.UpTo {
			continue
		}
		if fails != nil && i >= len(keys)/2 {
			return fails
		}
		for _, name := range slices.Sorted(maps.Keys(rows[key])) {
			if err := cell(&Cell{Key: []byte(key), Name: []byte(name), Value: []byte(rows[key][name]), Time: written}); err != nil {
				return err
			}
		}
	}
	return fails
}

func (d *databases) Times(ctx context.Context, t *Table, tokens Range, cell func(*Cell) error) error {
	return d.Read(ctx, t, tokens, cell)
}

func (d *databases) below(path string) []string {
	var names []string
	for p := range d.nodes {
		if rest, ok := strings.CutPrefix(p, strings.TrimSuffix(path, "/")+"/"); ok && rest != "" && !strings.Contains(rest, "/") {
			names = append(names, rest)
		}
	}
	return names
}

func (d *databases) Children(_ context.Context, path string) ([]string, bool, error) {
	_, found := d.nodes[path]
	return d.below(path), found, d.call()
}

func (d *databases) Node(_ context.Context, path string) (*Node, error) {
	if d.secret[path] {
		return nil, errors.Join(ErrNoAccess, errors.New("no auth"))
	}
	data, ok := d.nodes[path]
	if !ok {
		return nil, d.call()
	}
	return &Node{Data: []byte(data), Stat: Stat{NumChildren: int32(len(d.below(path)))}}, d.call()
}

func (d *databases) Zxid(context.Context) (int64, error) { return 7, nil }

// some makes databases with something in them.
func some(random *rand.Rand) *databases {
	d := &databases{tables: map[string]map[string]map[string]map[string]string{}, nodes: map[string]string{"/": "", "/zookeeper": "x"}, secret: map[string]bool{}}
	for _, ks := range keyspaces[:3+random.IntN(3)] {
		d.tables[ks] = map[string]map[string]map[string]string{}
		for i := range random.IntN(4) {
			rows := map[string]map[string]string{}
			for r := range random.IntN(60) {
				row := map[string]string{}
				for c := range 1 + random.IntN(4) {
					row[fmt.Sprintf("c%d", c)] = fmt.Sprint(random.Uint64())
				}
				rows[fmt.Sprintf("row %d é", r)] = row
			}
			d.tables[ks][fmt.Sprintf("t%d", i)] = rows
		}
	}
	paths := []string{""}
	for i := range random.IntN(400) {
		path := paths[random.IntN(len(paths))] + fmt.Sprintf("/n%d", i)
		if len(path) < 60 {
			paths = append(paths, path)
		}
		d.nodes[path] = []string{"", "data", `"\`}[random.IntN(3)]
	}
	return d
}

// want is what a dump has of databases, and the nodes that are in it.
func (d *databases) want(chosen []string, nodes bool) (map[string]any, []string) {
	cassandra := map[string]any{}
	for _, ks := range chosen {
		tables := map[string]any{}
		for name, rows := range d.tables[ks] {
			t := map[string]any{}
			for key, row := range rows {
				cells := map[string]any{}
				for c, value := range row {
					cells[c] = []any{value, float64(written)}
				}
				t[key] = cells
			}
			tables[name] = t
		}
		cassandra[ks] = tables
	}
	var paths []string
	for p, data := range d.nodes {
		if nodes && p != "/" && p != "/zookeeper" && (data != "" || len(d.below(p)) == 0) {
			paths = append(paths, p+"/")
		}
	}
	slices.SortFunc(paths, func(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) })
	return cassandra, paths
}

func TestWrite(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		d := some(random)
		o := Options{Workers: 1 + random.IntN(4), Patience: time.Minute, NoCheck: random.IntN(2) == 0, OmitZooKeeper: random.IntN(4) == 0}
		chosen := slices.DeleteFunc(slices.Sorted(maps.Keys(d.tables)), func(ks string) bool { return ks == discovery })
		slices.SortFunc(chosen, func(a, b string) int { return slices.Index(keyspaces, a) - slices.Index(keyspaces, b) })
		if random.IntN(3) == 0 {
			chosen = chosen[:random.IntN(len(chosen)+1)]
			o.Keyspaces = func([]string) ([]string, error) { return chosen, nil }
		}
		var out bytes.Buffer
		result, err := Write(context.Background(), &out, d, d, o)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		var dump struct {
			Cassandra map[string]any
			ZooKeeper string
		}
		if err := json.Unmarshal(out.Bytes(), &dump); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, out.Bytes())
		}
		cassandra, paths := d.want(chosen, !o.OmitZooKeeper)
		if a, b := fmt.Sprint(dump.Cassandra), fmt.Sprint(cassandra); a != b {
			t.Errorf("seed %d: %s\nwant %s", seed, a, b)
		}
		var list [][2]any
		if err := json.Unmarshal([]byte(dump.ZooKeeper), &list); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		var got []string
		for _, entry := range list {
			path, _ := entry[0].(string)
			got = append(got, path)
		}
		if !slices.Equal(got, paths) {
			t.Errorf("seed %d: nodes %q, want %q", seed, got, paths)
		}
		if int(result.Counts.Nodes) != len(paths) || !o.NoCheck && result.Quiet.Changed {
			t.Errorf("seed %d: %+v", seed, result)
		}
	}
}

// A node that may not be read ends the export by its name, or is left out and counted; nothing hangs.
func TestUnreadable(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		d := some(random)
		var all []string
		for p := range d.nodes {
			if p != "/" && p != "/zookeeper" {
				all = append(all, p)
			}
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		secret := all[random.IntN(len(all))]
		d.secret[secret] = true
		_, err := Write(context.Background(), new(bytes.Buffer), d, d, Options{NoCheck: true})
		if !errors.Is(err, ErrNoAccess) || !strings.Contains(err.Error(), secret) {
			t.Errorf("seed %d: %v, want one about %s", seed, err, secret)
		}
		result, err := Write(context.Background(), new(bytes.Buffer), d, d, Options{NoCheck: true, SkipUnreadable: true})
		if err != nil || result.Counts.Skipped != 1 {
			t.Errorf("seed %d: %+v, %v", seed, result, err)
		}
	}
}

// Databases that don't answer now and then are asked again.
func TestHiccups(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	d := some(random)
	for p := range d.nodes { // one unit has all nodes: with as many requests it would never succeed
		if p != "/" && strings.Count(p, "/") > 1 {
			delete(d.nodes, p)
		}
	}
	var calm, again bytes.Buffer
	clock := func() time.Time { return time.Unix(1600000000, 0) }
	if _, err := Write(context.Background(), &calm, d, d, Options{Clock: clock}); err != nil {
		t.Fatal(err)
	}
	d.hiccups = len(d.nodes) + 3
	if _, err := Write(context.Background(), &again, d, d, Options{Clock: clock, Patience: time.Minute, Pause: time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(calm.Bytes(), again.Bytes()) {
		t.Error("the export is another one")
	}
}

// That nobody could be asked whether an API server is elected is no answer to it.
func TestUnansweredCheck(t *testing.T) {
	d := some(rand.New(rand.NewPCG(1, 4)))
	u := &unloader{zookeeper: &mute{d}, plan: &Plan{Zxid: 7}}
	if err := u.checkNodes(context.Background(), &Quiet{}); !errors.Is(err, errMute) {
		t.Error(err)
	}
}

var errMute = errors.New("no answer")

// mute answers no question about children.
type mute struct{ *databases }

func (*mute) Children(context.Context, string) ([]string, bool, error) { return nil, false, errMute }
