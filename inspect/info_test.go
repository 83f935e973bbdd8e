package inspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// comparable returns the JSON of an Info without what depends on how the dump is
// stored.
func comparable(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"schema", "file", "encoding", "index", "stored_bytes", "untyped_rows"} {
		delete(m, name)
	}
	return m
}

func infoJSON(t *testing.T, d *dump.Dump) []byte {
	t.Helper()
	info, err := Summarize(background, d, InfoOptions{SHA256: true})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// tableBytes measures tables with encoding/json.
func tableBytes(t *testing.T, text string) map[string]int64 {
	t.Helper()
	var doc struct {
		Cassandra map[string]map[string]json.RawMessage
	}
	sizes := map[string]int64{}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for ks, tables := range doc.Cassandra {
		for name, table := range tables {
			sizes[ks+"/"+name] = int64(len(table))
		}
	}
	return sizes
}

func TestInfoAgreesWithOracle(t *testing.T) {
	for name, text := range texts(t) {
		got := comparable(t, infoJSON(t, open(t, text, dump.Options{})))
		want := comparable(t, python(t, "info.py", text))
		sizes := tableBytes(t, text)
		for _, side := range []map[string]any{got, want} {
			for ks, keyspace := range side["keyspaces"].(map[string]any) {
				for table, about := range keyspace.(map[string]any)["tables"].(map[string]any) {
					about := about.(map[string]any)
					// The oracle counts only names and values.
					if size := about["bytes"].(json.Number); reflect.DeepEqual(side, got) && size.String() != fmt.Sprint(sizes[ks+"/"+table]) {
						t.Errorf("%s: %s/%s has %s bytes, want %d", name, ks, table, size, sizes[ks+"/"+table])
					}
					delete(about, "bytes")
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			g, _ := json.MarshalIndent(got, "", " ")
			w, _ := json.MarshalIndent(want, "", " ")
			t.Errorf("%s:\n%s\nwant\n%s", name, g, w)
		}
	}
}

func TestInfoOfEveryForm(t *testing.T) {
	all := forms(t, small)
	want := comparable(t, infoJSON(t, all["plain"]))
	for name, d := range all {
		if got := comparable(t, infoJSON(t, d)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\nwant %v", name, got, want)
		}
	}
}

func TestInfoFields(t *testing.T) {
	raw := infoJSON(t, open(t, small, dump.Options{}))
	var order []string
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.Token()
	for dec.More() {
		name, _ := dec.Token()
		order = append(order, name.(string))
		var v json.RawMessage
		dec.Decode(&v)
	}
	want := "[schema file encoding index stored_bytes bytes sha256 keyspaces types zookeeper untyped_rows]"
	if fmt.Sprint(order) != want {
		t.Errorf("fields %v, want %s", order, want)
	}
	info, err := Summarize(background, open(t, small, dump.Options{}), InfoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	objects := info.Keyspaces["config_db_uuid"].Tables["obj_uuid_table"]
	if info.SHA256 != nil || info.Untyped != 1 || *objects.Oldest != "1" || *objects.Newest != "1600000000000009" {
		t.Errorf("%v %d %v %v", info.SHA256, info.Untyped, *objects.Oldest, *objects.Newest)
	}
	if e := info.Keyspaces["config_db_uuid"].Tables["empty"]; e.Oldest != nil || e.Bytes != 2 {
		t.Errorf("an empty table has %+v", e)
	}
	if n := info.Keyspaces["nothing"]; n == nil || len(n.Tables) != 0 {
		t.Errorf("an empty keyspace is %+v", n)
	}
}

func TestNamesWithSurrogatesInJSON(t *testing.T) {
	const text = `{"cassandra": {"a\ud800": {"\ud801": {"k": {"c": ["v", 1]}}}, "a\ud802": {}}, "zookeeper": "[]"}`
	raw := infoJSON(t, open(t, text, dump.Options{}))
	if !json.Valid(raw) || !bytes.Contains(raw, []byte(`{"a\ud800":{"tables":{"\ud801":{"rows":1,`)) || !bytes.Contains(raw, []byte(`"a\ud802":{"tables":{}}`)) {
		t.Errorf("%s", raw)
	}
}

func TestCompareNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	number := func() string {
		s := []string{"", "-"}[rng.IntN(2)] + []string{"0", "1", "12", "100", "1600000000000001", "999999999999999999999"}[rng.IntN(6)]
		if rng.IntN(2) == 0 {
			s += "." + []string{"0", "5", "50", "001", "102612"}[rng.IntN(5)]
		}
		if rng.IntN(3) == 0 {
			s += []string{"e", "E"}[rng.IntN(2)] + []string{"", "+", "-"}[rng.IntN(3)] + []string{"0", "1", "15", "20"}[rng.IntN(4)]
		}
		return s
	}
	for range 20000 {
		a, b := number(), number()
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got := dump.CompareNumbers([]byte(a), []byte(b)); got != x.Cmp(y) {
			t.Fatalf("%s and %s compare %d, want %d", a, b, got, x.Cmp(y))
		}
	}
	// What big numbers can't hold.
	if dump.CompareNumbers([]byte("1e99999999999999999999"), []byte("1e999")) != 1 || dump.CompareNumbers([]byte("1e-99999999999999999999"), []byte("1e-999")) != -1 {
		t.Error("huge exponents compare wrongly")
	}
}

func TestTimesOfAllLengths(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 500 {
		var oldest, newest string
		var ts times
		for range 1 + rng.IntN(20) {
			n := []string{"1600000000000001", "1600000000000002", "1599999999999999", "160", "-5", "9.5", "16000000000000015e-1", "99999999999999999", "0", "1579787888.10261", "-160000000000001"}[rng.IntN(11)]
			c := &dump.Cell{Time: []byte(n)}
			if strings.ContainsAny(n, ".e") {
				c.Shape = dump.FloatTime
			}
			ts.Add(c)
			if oldest == "" || dump.CompareNumbers([]byte(n), []byte(oldest)) < 0 {
				oldest = n
			}
			if newest == "" || dump.CompareNumbers([]byte(n), []byte(newest)) > 0 {
				newest = n
			}
		}
		if a, b := ts.bounds(); string(*a) != oldest || string(*b) != newest {
			t.Fatalf("%s to %s, want %s to %s", *a, *b, oldest, newest)
		}
	}
}
