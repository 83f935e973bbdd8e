package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type pair struct{ before, after, truth []byte }

func generatedPair(t testing.TB, o Options) (pair, PairStats) {
	t.Helper()
	var before, after, truth bytes.Buffer
	stats, err := WritePair(&before, &after, &truth, o)
	if err != nil {
		t.Fatal(err)
	}
	return pair{before.Bytes(), after.Bytes(), truth.Bytes()}, stats
}

type truth struct {
	Schema  string
	Seed    uint64
	Objects int
	Counts  map[string]int
	Changes []truthEntry
}

type truthEntry struct {
	Kind, Op, Type, UUID string
	Name                 []string `json:"fq_name"`
	RenamedFrom          []string `json:"renamed_from"`
	RecreatedFrom        string   `json:"recreated_from"`
	Fields               []truthEntryField
}

type truthEntryField struct {
	Path, Op string
	Old, New any
}

var pairOptions = []Options{
	{Objects: MinObjects, Changes: 9},
	{Objects: 160, Seed: 1, Changes: 20},
	{Objects: 700, Seed: 2, Changes: 60, AfterShuffled: true},
	{Objects: 1000, Seed: 3, Changes: 600, ClusterID: "c7", AllocUnit: 2},
	{Objects: 3000, Seed: 4, Changes: 90, TokenOrder: true, FourByteASN: true},
	{Objects: 900, Seed: 5, AfterShuffled: true},
}

// The truth is what two dumps show when they are read and compared column by
// column; the second dump is as consistent as the first.
func TestPair(t *testing.T) {
	for _, o := range pairOptions {
		t.Run(fmt.Sprintf("%d with %d changes", o.Objects, o.Changes), func(t *testing.T) {
			p, stats := generatedPair(t, o)
			if want := generated(t, o); !bytes.Equal(p.before, want) {
				t.Error("the first dump of a pair is not the dump that Write gives")
			}
			checkConsistent(t, p.after, o)
			told := decode[truth](t, string(p.truth))
			if told.Schema != truthSchema || told.Seed != o.Seed || told.Objects != o.Objects || !maps.Equal(told.Counts, stats.Changes) {
				t.Errorf("truth begins with %+v", told)
			}
			primary := 0
			for kind, n := range told.Counts {
				if kind != "timestamp" {
					primary += n
				}
			}
			if primary != o.Changes || len(told.Changes) != o.Changes || (o.Changes > 0) != (told.Counts["timestamp"] > 0) {
				t.Errorf("%d changes asked for, %d told of, counts %v", o.Changes, len(told.Changes), told.Counts)
			}
			want := compared(t, parse(t, p.before), parse(t, p.after))
			for i, c := range told.Changes {
				if i < len(want) && !reflect.DeepEqual(c, want[i]) {
					t.Fatalf("change %d is told as\n%+v\nand is\n%+v", i, c, want[i])
				}
				if len(c.Fields) == 0 && c.RecreatedFrom == "" {
					t.Errorf("%+v changes nothing", c)
				}
			}
			if len(want) != len(told.Changes) {
				t.Errorf("%d changes are told, %d are there", len(told.Changes), len(want))
			}
		})
	}
}

// Small dumps under many changes stay consistent: whole rows and types go.
func TestManyChanges(t *testing.T) {
	for seed := range uint64(30) {
		o := Options{Objects: MinObjects + int(seed)*3, Seed: seed, Changes: 60}
		p, _ := generatedPair(t, o)
		checkConsistent(t, p.after, o)
	}
}

// compared finds the changes between two dumps.
func compared(t *testing.T, a, b *parsed) []truthEntry {
	var changes []truthEntry
	type identity struct{ typ, name string }
	identityOf := func(row parsedRow) identity {
		return identity{decode[string](t, row["type"].value), row["fq_name"].value}
	}
	gone := map[identity]string{}
	for id, row := range a.objects() {
		if b.objects()[id] == nil {
			gone[identityOf(row)] = id
		}
	}
	entry := func(op, id string, row parsedRow) truthEntry {
		return truthEntry{
			Kind: "object", Op: op, Type: decode[string](t, row["type"].value),
			UUID: id, Name: decode[[]string](t, row["fq_name"].value),
		}
	}
	for id, row := range b.objects() {
		old := a.objects()[id]
		c := entry("modified", id, row)
		if old == nil {
			c.Op = "added"
			if was, ok := gone[identityOf(row)]; ok {
				c.Op, c.RecreatedFrom = "modified", was
				old = a.objects()[was]
				delete(gone, identityOf(row))
			}
		} else if name := decode[[]string](t, old["fq_name"].value); !slices.Equal(name, c.Name) {
			c.RenamedFrom = name
		}
		if c.Fields = comparedFields(t, old, row); len(c.Fields) > 0 || c.RecreatedFrom != "" {
			changes = append(changes, c)
		}
	}
	for _, id := range gone {
		row := a.objects()[id]
		c := entry("removed", id, row)
		c.Fields = comparedFields(t, row, nil)
		changes = append(changes, c)
	}
	slices.SortFunc(changes, func(a, b truthEntry) int {
		if a.Type != b.Type {
			return strings.Compare(a.Type, b.Type)
		}
		if n := slices.Compare(a.Name, b.Name); n != 0 {
			return n
		}
		return strings.Compare(a.UUID, b.UUID)
	})
	return changes
}

func comparedFields(t *testing.T, old, new parsedRow) []truthEntryField {
	var fields []truthEntryField
	columns := slices.Collect(maps.Keys(old))
	for column := range new {
		if _, ok := old[column]; !ok {
			columns = append(columns, column)
		}
	}
	slices.Sort(columns)
	for _, column := range columns {
		if column == "META:latest_col_ts" || strings.HasPrefix(column, "backref:") || strings.HasPrefix(column, "children:") {
			continue
		}
		f := truthEntryField{Path: column, Op: "modified"}
		was, before := old[column]
		is, after := new[column]
		if before {
			f.Old = decode[any](t, was.value)
		} else {
			f.Op = "added"
		}
		if after {
			f.New = decode[any](t, is.value)
		} else {
			f.Op = "removed"
		}
		if before && after {
			x, y := f.Old, f.New
			if column == "prop:id_perms" {
				x, y = maps.Clone(x.(map[string]any)), maps.Clone(y.(map[string]any))
				delete(x.(map[string]any), "last_modified")
				delete(y.(map[string]any), "last_modified")
			}
			if reflect.DeepEqual(x, y) {
				continue
			}
		}
		fields = append(fields, f)
	}
	return fields
}

// What a change writes is newer than all that was there, and says so.
func TestChangesAreNewer(t *testing.T) {
	o := Options{Objects: 800, Seed: 6, Changes: 80}
	p, stats := generatedPair(t, o)
	before, after := parse(t, p.before), parse(t, p.after)
	newest := int64(0)
	for _, row := range before.objects() {
		for _, cell := range row {
			newest = max(newest, cell.at)
		}
	}
	onlyTimes := 0
	for id, row := range after.objects() {
		old := before.objects()[id]
		if old == nil {
			continue
		}
		values := 0
		for column, cell := range row {
			was, ok := old[column]
			switch {
			case !ok || was.value != cell.value:
				values++
				if cell.at <= newest {
					t.Errorf("%s %s changed at %d, the newest before is %d", id, column, cell.at, newest)
				}
			case was.at != cell.at:
				if cell.at <= newest {
					t.Errorf("%s %s changed at %d, the newest before is %d", id, column, cell.at, newest)
				}
			}
		}
		for column := range old {
			if _, ok := row[column]; !ok {
				values++
			}
		}
		if values > 0 && row["META:latest_col_ts"].at <= newest {
			t.Errorf("%s changed, but not its META:latest_col_ts", id)
		}
		if row["type"].at != old["type"].at {
			onlyTimes++
		}
	}
	if onlyTimes != stats.Changes["timestamp"] {
		t.Errorf("%d rows differ only in times, want %v", onlyTimes, stats.Changes)
	}
}

// Nothing but objects and what follows from them differs.
func TestOtherTablesStay(t *testing.T) {
	p, _ := generatedPair(t, Options{Objects: 900, Seed: 7, Changes: 120})
	before, after := parse(t, p.before), parse(t, p.after)
	for keyspace, tables := range before.keyspaces {
		if keyspace != "config_db_uuid" && !reflect.DeepEqual(tables, after.keyspaces[keyspace]) {
			t.Errorf("%s differs", keyspace)
		}
	}
	for path, data := range before.byPath {
		if after.byPath[path] != data && !strings.HasPrefix(path, "/fq-name-to-uuid/") && !strings.HasPrefix(path, "/api-server/subnets/") {
			t.Errorf("node %s differs", path)
		}
	}
}

// A pair without changes differs in order only, and in order everywhere.
func TestShuffled(t *testing.T) {
	p, _ := generatedPair(t, Options{Objects: 600, Seed: 8, AfterShuffled: true})
	before, after := parse(t, p.before), parse(t, p.after)
	if !reflect.DeepEqual(before.keyspaces, after.keyspaces) || !reflect.DeepEqual(before.byPath, after.byPath) {
		t.Error("the dumps differ in more than order")
	}
	a, b := columnOrders(t, p.before), columnOrders(t, p.after)
	same, long := 0, 0
	for path, order := range a {
		if len(order) > 8 {
			long++
			if slices.Equal(order, b[path]) {
				same++
			}
		}
	}
	if same > long/20 || slices.Equal(a[""], b[""]) {
		t.Errorf("%d of %d rows and tables are in the same order", same, long)
	}
}

// Row order is kept: what both dumps have comes in the same order.
func TestOrderIsKept(t *testing.T) {
	for _, tokens := range []bool{false, true} {
		p, _ := generatedPair(t, Options{Objects: 600, Seed: 9, Changes: 60, TokenOrder: tokens})
		a, b := columnOrders(t, p.before), columnOrders(t, p.after)
		const table = "/cassandra/config_db_uuid/obj_uuid_table"
		common := func(mine, others []string) []string {
			has := map[string]bool{}
			for _, key := range others {
				has[key] = true
			}
			return slices.DeleteFunc(slices.Clone(mine), func(key string) bool { return !has[key] })
		}
		x, y := common(a[table], b[table]), common(b[table], a[table])
		if !slices.Equal(x, y) || len(x) < 500 {
			t.Errorf("token order %v: %d rows in both, not in one order", tokens, len(x))
		}
	}
}

func TestEveryKindOfChange(t *testing.T) {
	for _, objects := range []int{160, 1000} {
		stats, err := WritePair(nil, nil, nil, Options{Objects: objects, Changes: 18})
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range ChangeKinds() {
			if want := 2; stats.Changes[kind] < want && kind != "timestamp" {
				t.Errorf("%d objects: changes %v", objects, stats.Changes)
			}
		}
	}
}

func TestTooManyChanges(t *testing.T) {
	_, err := WritePair(io.Discard, nil, nil, Options{Objects: 200, Changes: 1000})
	if err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("error %v", err)
	}
}

func TestTruthIsOneDocument(t *testing.T) {
	p, _ := generatedPair(t, Options{Objects: 200, Changes: 0})
	if !json.Valid(p.truth) || p.truth[len(p.truth)-1] != '\n' {
		t.Errorf("truth without changes is %s", p.truth)
	}
}
