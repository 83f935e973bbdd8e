package dump

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// events writes down what a reader hands out.
func events(r *Reader) string {
	var b strings.Builder
	for r.Next() {
		switch r.Kind() {
		case KeyspaceStart:
			fmt.Fprintf(&b, "keyspace %s\n", r.Keyspace())
		case TableStart:
			fmt.Fprintf(&b, " table %s\n", r.Table())
		case RowStart:
			fmt.Fprintf(&b, "  row %s\n", r.Key())
		case CellRead:
			c := r.Cell()
			fmt.Fprintf(&b, "   %s = %s @%s", c.Name, c.Value.Raw(), c.Time)
			if c.Shape != 0 {
				fmt.Fprintf(&b, " shape %d extra %q", c.Shape, c.Extra)
			}
			b.WriteByte('\n')
		case RowEnd:
			fmt.Fprintf(&b, "  %d cells\n", r.Cells())
		case ZNodeRead:
			n := r.ZNode()
			fmt.Fprintf(&b, " znode %s %s %v %s %s shape %d\n", n.Path, n.Normal, n.Data.IsText, n.Data.Raw(), n.Stat, n.Shape)
		case MemberRead:
			fmt.Fprintf(&b, "member %s = %s\n", r.Member().Name, r.Member().Value.Raw())
		}
	}
	if r.Err() != nil {
		fmt.Fprintf(&b, "error: %v\n", r.Err())
	} else {
		fmt.Fprintf(&b, "end, layout %d\n", r.Layout())
	}
	return b.String()
}

func readAll(t *testing.T, doc string) string {
	t.Helper()
	r := NewReader(strings.NewReader(doc), "d", Options{Temp: ""})
	defer r.Close()
	got := events(r)
	s := NewReader(iotest.OneByteReader(strings.NewReader(doc)), "d", Options{})
	defer s.Close()
	if again := events(s); again != got {
		t.Fatalf("byte by byte %s\ninstead of %s", again, got)
	}
	return got
}

const stat11 = `[1, 2, 3, 4, 0, 0, 0, 0, 5, 0, 1]`

func TestShapes(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"A1", `{"cassandra": {"ks": {"t": {"k": {"c": ["v", 12], "d": ["\"w\"", 13]}}, "e": {}}, "f": {}}, "zookeeper": "[]"}`,
			"keyspace ks\n table t\n  row k\n   c = v @12\n   d = \\\"w\\\" @13\n  2 cells\n table e\nkeyspace f\nend, layout 0\n"},
		{"A2", `{"zookeeper": "[]", "cassandra": {"obj_uuid_table": {"k": {}}, "obj_fq_name_table": {}}}`,
			"keyspace config_db_uuid\n table obj_uuid_table\n  row k\n  0 cells\n table obj_fq_name_table\nend, layout 1\n"},
		{"A3", `{"cassandra": {"useragent_useragent_keyval_table": {"k": {"value": ["v", 1]}}, "config_db_uuid_obj_uuid_table": {}}, "zookeeper": ""}`,
			"keyspace useragent\n table useragent_keyval_table\n  row k\n   value = v @1\n  1 cells\nkeyspace config_db_uuid\n table obj_uuid_table\nend, layout 6\n"},
		{"A5 A6 A7 A15", `{"cassandra": {"k": {"t": {"r": {"a": ["v", 1.5], "b": "bare\u00e9", "c": [{"x": [1]}, 2], "d": ["v", 3 , {"y": 1}, null ], "e": [7, 1e3]}}}}, "zookeeper": {}}`,
			"keyspace k\n table t\n  row r\n   a = v @1.5 shape 1 extra \"\"\n   b = bare\\u00e9 @ shape 2 extra \"\"\n   c = {\"x\": [1]} @2 shape 4 extra \"\"\n" +
				"   d = v @3 shape 8 extra \"{\\\"y\\\": 1}, null\"\n   e = 7 @1e3 shape 5 extra \"\"\n  5 cells\nend, layout 4\n"},
		{"A9", `{"cassandra": {}, "zookeeper": "[[\"/a\\u00e9/b/\", [\"d\\n\", ` + stat11 + `]], [\"c1/x\", [null, ` + stat11 + `]]]", "zzz": {"k": [1, "s"]}}`,
			" znode /aé/b/ /aé/b true d\\n " + stat11 + " shape 0\n znode c1/x /c1/x false null " + stat11 + " shape 0\nmember zzz = {\"k\": [1, \"s\"]}\nend, layout 0\n"},
		{"A10 null", `{"cassandra": {}, "zookeeper": null}`, "end, layout 4\n"},
		{"A10 {}", `{"cassandra": {}, "zookeeper": "{}"}`, "end, layout 4\n"},
		{"A11", `{"cassandra": {}, "zookeeper": "[[\"/a\", [\"\", [1579787888111.1792]]]]"}`, " znode /a /a true  [1579787888111.1792] shape 16\nend, layout 0\n"},
		{"A12", `{"cassandra": {}, "zookeeper": {"/": {"a": {"b": ["x", ` + stat11 + `], "c": {}}, "d": ["y", ` + stat11 + `]}}}`,
			" znode /a/b/ /a/b true x " + stat11 + " shape 32\n znode /d/ /d true y " + stat11 + " shape 32\nend, layout 8\n"},
		{"A12 in text", `{"cassandra": {}, "zookeeper": "{\"c1/\": {\"a\": [\"x\", ` + stat11 + `]}}"}`,
			" znode c1/a/ /c1/a true x " + stat11 + " shape 32\nend, layout 8\n"},
		{"bare list", `{"cassandra": {}, "zookeeper": [["/a/", ["x", ` + stat11 + `]]]}`, " znode /a/ /a true x " + stat11 + " shape 0\nend, layout 16\n"},
		{"no zookeeper", `{"cassandra": {}}`, "end, layout 32\n"},
		{"compact and indented", "{\"cassandra\":{\"ks\":{\n\"t\"\t:{\"k\":{\"c\":[\"v\",1]\r\n}}}},\"zookeeper\":\"[]\"}\n",
			"keyspace ks\n table t\n  row k\n   c = v @1\n  1 cells\nend, layout 0\n"},
	} {
		if got := readAll(t, c.doc); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestDamageHasPlaceAndPath(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{`[]`, "d: the top level is not an object at byte 0"},
		{`{}`, "there is no member cassandra"},
		{`{"cassandra": 1}`, "cassandra is not an object at byte 14, in cassandra"},
		{`{"cassandra": {"ks": []}}`, "keyspace is not an object at byte 21, in ks"},
		{`{"cassandra": {"ks": {"t": null}}}`, "table is not an object at byte 27, in ks/t"},
		{`{"cassandra": {"ks": {"t": {"k": "x"}}}}`, "row is not an object at byte 33, in ks/t/k"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": 5}}}}}`, "a cell is not an array of value and timestamp at byte 39, in ks/t/k/c"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": []}}}}}`, "a cell is an empty array"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": ["v"]}}}}}`, "the timestamp of a cell is absent or not a number at byte 43, in ks/t/k/c"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": ["v", "1"]}}}}}`, "the timestamp of a cell is absent or not a number"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": ["v", 1], "\u0063": ["w", 2]}}}}}`, "column occurs twice, first at byte 34 at byte 49, in ks/t/k/c"},
		{`{"cassandra": {"ks": {"t": {"k": {}, "k": {}}}}}`, "row key occurs twice, first at byte 28 at byte 37, in ks/t/k"},
		{`{"cassandra": {"ks": {"t": {}, "t": {}}}}`, "table occurs twice"},
		{`{"cassandra": {"ks": {}, "ks": {}}}`, "keyspace occurs twice"},
		{`{"cassandra": {}, "cassandra": {}}`, "member occurs twice"},
		{`{"cassandra": {}, "x": {"a": {"b": 1, "b": 2}}}`, "name b occurs twice"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": [{"a": 1, "a": 1}, 1]}}}}}`, "name a occurs twice"},
		{`{"cassandra": {"obj_uuid_table": {}, "ks": {}}}`, "stand beside keyspaces"},
		{`{"cassandra": {}, "zookeeper": 1}`, "zookeeper is neither a string nor an object at byte 31, in zookeeper"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a\", [\"x\", [1]]], 5]"}`, "an entry is not [path, [data, stat]] at byte 57, in zookeeper[1]"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a\", [\"x\", [1, 2]]]]"}`, "eleven integers"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a\", [5, [1]]]]"}`, "neither text nor null"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a\", [\"x\", [1]]], [\"a/\", [\"\", [1]]]]"}`, "path a/ occurs twice"},
		{`{"cassandra": {}, "zookeeper": "[[\"/a\", [\"x\""}`, "the text of zookeeper: the text ends inside of an array at byte 48, in zookeeper[0]"},
		{`{"cassandra": {}, "zookeeper": "[] x"}`, "the text of zookeeper: extra data after the document at byte 35"},
		{`{"cassandra": {}, "zookeeper": "[\"\\x\"]"}`, "unknown escape"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": ["v", 1], "d": ["w`, "the text ends inside of a string at byte 57, in ks/t/k/d"},
		{`{"cassandra": {"ks": {"t": {"k": {"c": ["v", 1]`, "the text ends inside of an object at byte 47"},
		{`{"cassandra": {}} {}`, "extra data after the document"},
	} {
		got := readAll(t, c.doc)
		if !strings.Contains(got, "error: d: ") || !strings.Contains(got, c.want) {
			t.Errorf("%s:\n%s\nwant %s", c.doc, got, c.want)
		}
		// A handler that goes on gets to the end or to something fatal, always.
		n := 0
		r := NewReader(strings.NewReader(c.doc), "d", Options{OnProblem: func(p *Problem) error { n++; return nil }})
		for r.Next() {
		}
		r.Close()
		if n == 0 {
			t.Errorf("%s: no problem reported", c.doc)
		}
	}
}

func TestOffsetsOfCellsAndNodes(t *testing.T) {
	doc := `{"zookeeper": "[[\"/a\\\"\\u00e9\", [\"x\", ` + stat11 + `]], [\"/b\", [\"y\", ` + stat11 + `]]]", "cassandra": {"ks": {"t": {"k": {"c": ["v", 1], "d" : "bare", "e": [ {"x":1} , 2, 3 ]}}}}}`
	r := NewReader(iotest.HalfReader(strings.NewReader(doc)), "d", Options{})
	defer r.Close()
	var got []string
	for r.Next() {
		switch r.Kind() {
		case CellRead:
			got = append(got, doc[r.Cell().Offset:r.Cell().End], doc[r.Cell().ValueOffset:r.Cell().ValueOffset+2])
		case RowEnd:
			s, e := r.Span()
			got = append(got, doc[s:s+1]+doc[e-1:e])
		case ZNodeRead:
			got = append(got, doc[r.ZNode().Offset:r.ZNode().End])
		}
	}
	want := []string{`[\"/a\\\"\\u00e9\", [\"x\", ` + stat11 + `]]`, `[\"/b\", [\"y\", ` + stat11 + `]]`,
		`"c": ["v", 1]`, `"v`, `"d" : "bare"`, `"b`, `"e": [ {"x":1} , 2, 3 ]`, `{"`, `{}`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || r.Err() != nil {
		t.Errorf("got\n%s\nwant\n%s\n%v", strings.Join(got, "\n"), strings.Join(want, "\n"), r.Err())
	}
}

func TestLongValues(t *testing.T) {
	long := strings.Repeat(`a\"\u00e9`, 3<<20/9)
	doc := `{"cassandra": {"ks": {"t": {"k": {"c": ["` + long + `", 1, "x"], "d": ["` + long + `", 2]}}}}, "zookeeper": "[[\"/a\", [\"` + strings.Repeat("z", 2<<20) + `\", [1]]]]"}`
	r := NewReader(iotest.HalfReader(strings.NewReader(doc)), "d", Options{})
	defer r.Close()
	n := 0
	for r.Next() {
		var v *Value
		want := long
		switch r.Kind() {
		case CellRead:
			v = &r.Cell().Value
		case ZNodeRead:
			v = &r.ZNode().Data
			want = strings.Repeat("z", 2<<20)
		default:
			continue
		}
		n++
		var b bytes.Buffer
		if _, err := b.ReadFrom(v.Open()); err != nil || b.String() != want || !v.Long() || v.Size() != int64(len(want)) {
			t.Errorf("value %d: %d bytes, size %d, long %v, error %v", n, b.Len(), v.Size(), v.Long(), err)
		}
	}
	if r.Err() != nil || n != 3 {
		t.Errorf("%d values, %v", n, r.Err())
	}
}

// sharedDumps returns the real dumps that lie beside the project, if any.
func sharedDumps(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../../shared/dumps/*.json*")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestRealDumps(t *testing.T) {
	for _, name := range sharedDumps(t) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		st, _ := f.Stat()
		d, err := Open(Input{Name: name, At: f, Size: st.Size()}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := d.Reader(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if out := events(r); strings.Contains(out, "error:") {
			t.Errorf("%s: %s", name, out[strings.Index(out, "error:"):])
		}
		r.Close()
		d.Close()
		f.Close()
	}
}
