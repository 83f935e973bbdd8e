package dump

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// outlineRows returns what Outline tells of a text.
func outlineRows(t *testing.T, text io.Reader) (rows string, found Outlined, err error) {
	t.Helper()
	d, err := Open(Input{Name: "d", Stream: text}, Options{Temp: ""})
	if err != nil {
		return "", found, err
	}
	defer d.Close()
	var b strings.Builder
	found, err = d.Outline(context.Background(), func(r *OutlineRow) error {
		fmt.Fprintf(&b, "%s/%s/%s %d %d-%d\n", r.Keyspace, r.Table, r.Key, r.KeyAt, r.Place.Start, r.Place.End)
		return nil
	})
	if err == nil {
		fmt.Fprintf(&b, "%q %q", found.Keyspaces, found.Tables)
		for _, name := range slices.Sorted(maps.Keys(found.Members)) {
			fmt.Fprintf(&b, " %q %v", name, found.Members[name])
		}
		b.WriteString("\n")
	}
	return b.String(), found, err
}

// outlineOf returns the same as one text.
func outlineOf(t *testing.T, text io.Reader) (string, error) {
	t.Helper()
	rows, found, err := outlineRows(t, text)
	if found.ZooKeeper.End > 0 {
		rows += fmt.Sprintf("zookeeper %d-%d\n", found.ZooKeeper.Start, found.ZooKeeper.End)
	}
	return rows, err
}

// readerOutline returns the same of a Reader, and the problems it met.
func readerOutline(text []byte) (string, []*Problem) {
	var b strings.Builder
	var problems []*Problem
	r := NewReader(bytes.NewReader(text), "d", Options{OnProblem: func(p *Problem) error {
		problems = append(problems, p)
		return nil
	}})
	defer r.Close()
	var keyAt int64
	var keyspaces []string
	var tables []OutlineTable
	members := map[string]Place{}
	for r.Next() {
		switch r.Kind() {
		case KeyspaceStart:
			keyspaces = append(keyspaces, r.Keyspace())
		case TableStart:
			tables = append(tables, OutlineTable{r.Keyspace(), r.Table()})
		case RowStart:
			keyAt, _ = r.Span()
		case RowEnd:
			start, end := r.Span()
			fmt.Fprintf(&b, "%s/%s/%s %d %d-%d\n", r.Keyspace(), r.Table(), r.Key(), keyAt, start, end)
		case MemberRead:
			members[r.Member().Name.String()] = Place{r.Member().Offset, r.Member().End}
		}
	}
	fmt.Fprintf(&b, "%q %q", keyspaces, tables)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		fmt.Fprintf(&b, " %q %v", name, members[name])
	}
	b.WriteString("\n")
	return b.String(), problems
}

const outlined = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"k\"1": {"a{": ["}\\", 1], "b": [{"x": {}}, 2]}, "k2": {}},
 "e" : { } }, "ks": {}, "\u006b2" : {"t":{"\u00e9é": {"c": ["\n\ud83d\ude00", 1]}}}}, "zookeeper": "[[\"/a\", [\"{\", [1]]]]", "x": {"y": {"z": 1}}, "more": {}}
`

func TestOutline(t *testing.T) {
	want, problems := readerOutline([]byte(outlined))
	if len(problems) > 0 || want == "" {
		t.Fatal(problems, want)
	}
	start := strings.Index(outlined, `"[[`)
	zk := fmt.Sprintf("zookeeper %d-%d\n", start, strings.Index(outlined, `]]"`)+3)
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(outlined), "bytes": iotest.OneByteReader(strings.NewReader(outlined))} {
		if got, err := outlineOf(t, r); err != nil || got != want+zk {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, want+zk)
		}
	}
	first := strings.NewReplacer(`{"cassandra"`, `{"zookeeper": "[]", "cassandra"`, `"zookeeper": "[[\"/a\", [\"{\", [1]]]]", "x"`, `"x"`).Replace(outlined)
	got, err := outlineOf(t, strings.NewReader(first))
	if err != nil || !strings.Contains(got, "zookeeper 14-18\n") {
		t.Errorf("zookeeper first: %v\n%s", err, got)
	}
}

// Whatever Outline isn't sure about is left to a Reader.
func TestNoOutline(t *testing.T) {
	for _, doc := range []string{
		"", "{", "[]", "{}", `{"zookeeper": "[]"}`, "\xef\xbb\xbf" + outlined, outlined + "x", outlined + outlined, outlined[:len(outlined)-3],
		`{"cassandra": {}, "cassandra": {}}`, `{"cassandra": {"ks": {}, "ks": {}}}`, `{"cassandra": {"ks": {"t": {}, "t": {}}}}`,
		`{"cassandra": {"ks": {"t": {"k": {}, "k": {}}}}}`, `{"cassandra": {"ks": {"t": {"k": {}, "\u006b": {}}}}}`,
		`{"cassandra": {"obj_uuid_table": {"k": {}}, "obj_fq_name_table": {}}}`, `{"cassandra": {"useragent_useragent_keyval_table": {}}}`,
		`{"cassandra": {"ks": 5}}`, `{"cassandra": {"ks": {"t": {"k": "x"}}}}`, `{"cassandra": {"ks": {"t": {"k": ["x"]}}}}`, `{"cassandra": {"ks": {"t": {"k": 1, "l": {}}}}}`,
		`{"cassandra": {"ks": {"t": {"k": {} "l": {}}}}}`, `{"cassandra": {"ks": {"t": {, "k": {}}}}}`, `{"cassandra": {"ks": {"t": {"k": {},}}}}`,
		`{"cassandra": {"ks": {"t": {"k" {}}}}}`, `{"cassandra": {"ks": {"t": {{}}}}}`, `{"cassandra": {"ks": {"t": {"k": {"c": ["\x", 1]}}}}}`,
		`{"cassandra": {"ks": {"t": {"k": {"c": ["` + "\xff" + `", 1]}}}}}`, `{"cassandra": {"ks": {"t": {"k": {"c": ["` + "\x01" + `", 1]}}}}}`,
		`{"cassandra": {"ks": {"t": {"k": {"c": ["\u12", 1]}}}}}`, `{"cassandra": {"ks": {"t": {"k": {"c": ["\é", 1]}}}}}`,
		`{"cassandra": {}, "zookeeper": {}}`, `{"cassandra": {}, "zookeeper": null}`, `{"cassandra": {}, "x": 1}`, `{"cassandra": {}, "x": "s"}`,
		`{"cassandra": {}, "zookeeper": "[]", "zookeeper": "[]"}`, `{"cassandra": {}, "zookeeper": "[]" "x": {}}`, `{"cassandra": {} "zookeeper": "[]"}`,
		`{"zookeeper": "[]", "y": "s", "cassandra": {}}`, `{"cassandra": {}, "zookeeper": "[]",}`, `{"cassandra": {}, "zookeeper" "[]"}`, `{"cassandra": {}, "zookeeper": "[]" 1}`,
		`{"cassandra": {"ks": {"t": {"` + strings.Repeat("k", 40<<10) + `": {}}}}, "zookeeper": "[]"}` + strings.Repeat(" ", 300<<10) + "1",
		`{"cassandra": {"ks": {"t": {"k": {"c": ["v", 1]}}}}, "zookeeper": "[]`, "}{", `{"cassandra": {"ks": {"t": {"k": {}}}}}}`,
	} {
		if got, err := outlineOf(t, strings.NewReader(doc)); !errors.Is(err, ErrNoOutline) {
			t.Errorf("%.80q: %v\n%s", doc, err, got)
		}
	}
}

// What Outline tells is what a Reader tells, whatever is done to a dump.
func TestOutlineAgreesWithReader(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	texts := [][]byte{[]byte(outlined)}
	names, _ := filepath.Glob("../../shared/dumps/*.json")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	sure := 0
	for _, text := range texts {
		rounds := min(2000, 40_000_000/len(text)/10)
		for range rounds {
			doc := bytes.Clone(text)
			for range rng.IntN(3) {
				at := rng.IntN(len(doc))
				switch rng.IntN(3) {
				case 0:
					doc[at] = []byte("{}[]:,\"\\ 0a\x01\xff")[rng.IntN(13)]
				case 1:
					doc = append(doc[:at], doc[at+1:]...)
				default:
					to := at + rng.IntN(min(50, len(doc)-at))
					doc = append(doc[:to], doc[at:]...)
				}
			}
			got, _, err := outlineRows(t, bytes.NewReader(doc))
			if errors.Is(err, ErrNoOutline) {
				continue
			}
			if err != nil {
				t.Fatalf("%v, of %q", err, doc)
			}
			sure++
			want, problems := readerOutline(doc)
			bad := false
			for _, p := range problems {
				// What Outline does not look at are cells and the text of zookeeper.
				inside := strings.Count(p.Path, "/") >= 2 || strings.HasPrefix(p.Path, "zookeeper") || strings.HasPrefix(p.Message, zkText) ||
					p.Path == "x" || p.Path == "more" || strings.HasPrefix(p.ID, "B-ENC-2")
				if p.Damage && inside {
					bad = true
				} else if p.Damage {
					t.Fatalf("%q: %v was not noticed", doc, p)
				}
			}
			if !bad && got != want {
				t.Fatalf("%q:\n%s\nwant\n%s", doc, got, want)
			}
		}
	}
	if sure < 50 {
		t.Errorf("only %d texts had an outline", sure)
	}
}

func BenchmarkOutline(b *testing.B) {
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Fatal("set DUMPTOOL_BENCH_FILE to the path of a dump")
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	d, err := Open(Input{Name: name, At: f, Size: st.Size()}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	for b.Loop() {
		if _, err := d.Outline(context.Background(), func(*OutlineRow) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
