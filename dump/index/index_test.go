package index

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

const goldens = "../../testdata/format/v1"

// read returns a text of the folder of goldens.
func read(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join(goldens, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// compressed returns the indexed form of a text.
func compressed(t testing.TB, text []byte, workers int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Compress(context.Background(), &out, bytes.NewReader(text), Options{Tool: "test", Workers: workers}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t testing.TB, file []byte) *Index {
	t.Helper()
	c, err := seekable.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	x, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// inputs are the texts that the tests go through.
func inputs(t testing.TB) map[string][]byte {
	all := map[string][]byte{}
	for _, name := range []string{"small.json", "small-respelled.json", "small-later.json", "wide.json.gz", "wide-respelled.json.gz"} {
		all[name] = read(t, name)
	}
	all["no keyspaces"] = []byte(`{"cassandra": {"obj_uuid_table": {"a": {"type": ["\"x\"", 1]}}, "obj_fq_name_table": {}}, "zookeeper": ""}`)
	all["flat"] = []byte(`{"cassandra": {"config_db_uuid_obj_uuid_table": {"a": {"type": ["\"x\"", 1]}}, "useragent_useragent_keyval_table": {"k": {"value": ["v", 2]}}}, "zookeeper": "[]"}`)
	all["nested"] = []byte(`{"cassandra": {}, "zookeeper": {"/": {"a": {"b": ["text", [1]]}}}}`)
	all["nothing"] = []byte(`{"cassandra": {}, "zookeeper": null}`)
	long := strings.Repeat("long ", 700_000)
	all["long value"] = []byte(`{"cassandra": {"useragent": {"useragent_keyval_table": {"k": {"value": ["` + long + `", 2], "w": ["", 3]}}}}, "zookeeper": "[]"}`)
	all["long key"] = []byte(`{"cassandra": {"useragent": {"useragent_keyval_table": {"` + long[:50_000] + `": {"value": ["", 2]}}}}, "zookeeper": "[]"}`)
	return all
}

func TestEverythingIsFoundWhereItStands(t *testing.T) {
	for name, text := range inputs(t) {
		t.Run(name, func(t *testing.T) {
			x := open(t, compressed(t, text, 2))
			s := x.Container().Stream(2)
			defer s.Close()
			if got, err := io.ReadAll(s); err != nil || !bytes.Equal(got, text) {
				t.Fatalf("%d bytes of %d, %v", len(got), len(text), err)
			}
			compareWithReader(t, x, text)
		})
	}
}

// compareWithReader goes over the text and looks everything up.
func compareWithReader(t *testing.T, x *Index, text []byte) {
	t.Helper()
	r := dump.NewReader(bytes.NewReader(text), "text", dump.Options{})
	defer r.Close()
	one := dump.RowReader(x.Container(), dump.Place{}, "row", dump.Options{})
	defer one.Close()
	var hasher dump.CellHasher
	var sums cellSums
	rows, nodes := int64(0), int64(0)
	var column []byte
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			sums, column = cellSums{}, nil
		case dump.CellRead:
			untimed, timed, err := hasher.Hash(r.Cell())
			if err != nil {
				t.Fatal(err)
			}
			sums.untimed.Add(untimed)
			sums.timed.Add(timed)
			column = r.Cell().Name.AppendDecoded(nil)
		case dump.RowEnd:
			rows++
			row, found, err := x.Row(r.Keyspace(), r.Table(), r.Key().AppendDecoded(nil))
			if err != nil || !found {
				t.Fatalf("row %q: %v, %v", r.Key().Raw, found, err)
			}
			start, end := r.Span()
			if row.Place != (dump.Place{Start: start, End: end}) || row.Cells != r.Cells() || row.Untimed != sums.untimed.Lo&hashMask || row.Timed != sums.timed.Lo&hashMask {
				t.Fatalf("row %q: %+v", r.Key().Raw, row)
			}
			checkRow(t, x, one, &row, column)
		case dump.ZNodeRead:
			nodes++
			n := r.ZNode()
			found, ok, err := x.ZNode(n.Normal)
			if err != nil || !ok || found.Place != (dump.Place{Start: n.Offset, End: n.End}) {
				t.Fatalf("node %s: %v %v %+v", n.Normal, ok, err, found)
			}
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	tables, err := x.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		n := int64(0)
		for row, err := range x.Rows(table.Keyspace, table.Name, nil) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if row.Table != table.Name {
				t.Fatalf("a row of %s in %s", row.Table, table.Name)
			}
		}
		if n != table.Rows {
			t.Errorf("table %s: %d rows of %d", table.Name, n, table.Rows)
		}
		rows -= n
	}
	if got, err := x.Nodes(); rows != 0 || got != nodes || err != nil {
		t.Errorf("%d rows too many, %d nodes of %d, %v", -rows, got, nodes, err)
	}
	if layout, err := x.Layout(); layout != r.Layout() || err != nil {
		t.Errorf("layout %v, want %v", layout, r.Layout())
	}
}

// checkRow reads a row where the index says that it stands, and its blocks.
func checkRow(t *testing.T, x *Index, one *dump.Reader, row *Row, column []byte) {
	t.Helper()
	one.ResetRow(x.Container(), row.Place)
	cells := int64(0)
	for one.Next() {
		if one.Kind() == dump.CellRead {
			cells++
		}
	}
	if one.Err() != nil || cells != row.Cells {
		t.Fatalf("row %q: read %d cells of %d: %v", row.Key, cells, row.Cells, one.Err())
	}
	var inBlocks, blocks int64
	held := false
	for k, err := range x.Blocks(row) {
		if err != nil {
			t.Fatal(err)
		}
		blocks++
		inBlocks += k.Cells
		held = held || k.MayHold(column)
	}
	if blocks > 0 && (inBlocks != row.Cells || !held) {
		t.Errorf("row %q: %d cells in blocks of %d, last column held: %v", row.Key, inBlocks, row.Cells, held)
	}
	if blocks == 0 && row.Cells > mostCells {
		t.Errorf("row %q has no blocks", row.Key)
	}
}

func TestOtherSpellingsHaveTheSameHashes(t *testing.T) {
	for _, pair := range [][2]string{{"small.json", "small-respelled.json"}, {"wide.json.gz", "wide-respelled.json.gz"}} {
		a, b := open(t, compressed(t, read(t, pair[0]), 1)), open(t, compressed(t, read(t, pair[1]), 1))
		for _, timed := range []bool{false, true} {
			if same, err := SameContent(a, b, timed); !same || err != nil {
				t.Errorf("%s: %v, %v", pair, same, err)
			}
			for p, err := range DifferingRows(a, b, timed) {
				t.Errorf("%s: row %+v differs, %v", pair, p.A, err)
			}
			for p, err := range DifferingZNodes(a, b, timed) {
				t.Errorf("%s: node %+v differs, %v", pair, p.A, err)
			}
		}
	}
}

func TestNewTimestampsDifferInTimeOnly(t *testing.T) {
	a, b := open(t, compressed(t, read(t, "small.json"), 1)), open(t, compressed(t, read(t, "small-later.json"), 1))
	if same, err := SameContent(a, b, false); !same || err != nil {
		t.Errorf("without time: %v, %v", same, err)
	}
	if same, err := SameContent(a, b, true); same || err != nil {
		t.Errorf("with time: %v, %v", same, err)
	}
	rows, nodes := 0, 0
	for p, err := range DifferingRows(a, b, true) {
		if err != nil || p.A == nil || p.B == nil {
			t.Fatal(p, err)
		}
		rows++
	}
	for p, err := range DifferingZNodes(a, b, true) {
		if err != nil || p.A == nil || p.B == nil {
			t.Fatal(p, err)
		}
		nodes++
	}
	if rows != 5 || nodes != 4 {
		t.Errorf("%d rows and %d nodes differ, want 5 and 4", rows, nodes)
	}
}

func TestOneChangeIsOneCandidate(t *testing.T) {
	text := read(t, "wide.json.gz")
	a := open(t, compressed(t, text, 1))
	for _, change := range []struct {
		what, from, to string
		rows, nodes    int
		cells          int64 // most cells in the blocks that differ
	}{
		{"a value", `"[\"default-domain\", \"p\", \"vn00123\"]"`, `"[\"default-domain\", \"p\", \"changed\"]"`, 1, 0, 0},
		{"a column of a wide row", `default-domain:p:vn00777:`, `default-domain:p:vn00777x:`, 1, 0, 700},
		{"a row moved", `"00000000-0000-4000-8000-000000000009": {`, `"00000000-0000-4000-8000-0000000000xx": {`, 2, 0, 0},
		{"a table renamed", `"obj_uuid_table"`, `"other_table"`, 1200, 0, 0},
		{"a node", `vn00007/\", [\"u7\"`, `vn00007/\", [\"u8\"`, 0, 1, 0},
	} {
		changed := bytes.Replace(text, []byte(change.from), []byte(change.to), 1)
		if bytes.Equal(changed, text) {
			t.Fatalf("%s: nothing to change", change.what)
		}
		b := open(t, compressed(t, changed, 1))
		rows, nodes := 0, 0
		for p, err := range DifferingRows(a, b, false) {
			if err != nil {
				t.Fatal(err)
			}
			rows++
			if change.cells == 0 {
				continue
			}
			blocks, ok, err := DifferingBlocks(a, b, p.A, p.B, false)
			if !ok || err != nil {
				t.Fatalf("%s: no blocks: %v", change.what, err)
			}
			var cells int64
			for _, k := range append(blocks.A, blocks.B...) {
				cells += k.Cells
			}
			if cells == 0 || cells > change.cells {
				t.Errorf("%s: %d cells in blocks that differ", change.what, cells)
			}
		}
		for _, err := range DifferingZNodes(a, b, false) {
			if err != nil {
				t.Fatal(err)
			}
			nodes++
		}
		if rows != change.rows || nodes != change.nodes {
			t.Errorf("%s: %d rows and %d nodes differ", change.what, rows, nodes)
		}
	}
}

func TestSameBytesForAnyWorkersAndReads(t *testing.T) {
	text := bytes.Repeat([]byte(" "), 100)
	text = append(text, inputs(t)["long value"]...)
	want := compressed(t, text, 1)
	for _, workers := range []int{2, 5} {
		if !bytes.Equal(compressed(t, text, workers), want) {
			t.Errorf("%d workers write other bytes", workers)
		}
	}
	for _, size := range []int{1000, 70_000, 1 << 22} {
		var out bytes.Buffer
		w := NewWriter(context.Background(), &out, Options{Tool: "test"})
		for rest := text; len(rest) > 0; {
			n := min(size, len(rest))
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("writing %d bytes at a time gives other bytes", size)
		}
	}
}

func TestSpillingGivesTheSameBytes(t *testing.T) {
	text := read(t, "wide.json.gz")
	var out bytes.Buffer
	o := Options{Tool: "test", Dump: dump.Options{Memory: 1}} // 64 KiB for each sorter
	if err := Compress(context.Background(), &out, bytes.NewReader(text), o); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), compressed(t, text, 1)) {
		t.Error("an index that spilled has other bytes")
	}
}

func TestWhatIsNoDumpIsRefused(t *testing.T) {
	for _, text := range []string{`{"cassandra": {"k": {"t": {"r": {}, "s": {}, "r": {}}}}, "zookeeper": "[]"}`, ``, `[]`, `{}`, `{"cassandra": {}`, `{"cassandra": {"k": {"t": {"r": {"c": 1}}}}, "zookeeper": "[]"}`} {
		var problem *dump.Problem
		if err := Compress(context.Background(), io.Discard, strings.NewReader(text), Options{}); !errors.As(err, &problem) {
			t.Errorf("%q: %v", text, err)
		}
		w := NewWriter(context.Background(), io.Discard, Options{})
		_, _ = io.WriteString(w, text) // may fail already
		if err := w.Close(); !errors.As(err, &problem) {
			t.Errorf("%q written: %v", text, err)
		}
		var out bytes.Buffer
		if err := Compress(context.Background(), &out, strings.NewReader(text), Options{Opaque: true}); err != nil {
			t.Errorf("%q opaque: %v", text, err)
		}
		c, err := seekable.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(c); !errors.Is(err, ErrNone) {
			t.Errorf("%q opaque has an index: %v", text, err)
		}
		c.Close()
	}
}

func TestFailingOutput(t *testing.T) {
	text := read(t, "wide.json.gz")
	size := len(compressed(t, text, 1))
	for n := 0; n < size; n += size/25 + 1 {
		err := Compress(context.Background(), &full{n}, bytes.NewReader(text), Options{Tool: "test"})
		if !errors.Is(err, errFull) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// A text that is shorter than it was when its parts were found is noticed.
func TestSectionBehindTheEnd(t *testing.T) {
	text := read(t, "small.json")
	w := NewWriter(context.Background(), io.Discard, Options{})
	defer w.Abort()
	err := w.WriteSection(bytes.NewReader(text[:len(text)/2]), dump.Place{Start: 0, End: int64(len(text))})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

var errFull = errors.New("no space left")

// full takes n bytes.
type full struct{ n int }

func (f *full) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Compress(ctx, io.Discard, bytes.NewReader(read(t, "small.json")), Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSidecar(t *testing.T) {
	text := read(t, "wide.json.gz")
	src := Source{bytes.NewReader(text), int64(len(text)), time.Unix(1000, 5)}
	var out bytes.Buffer
	if err := WriteSidecar(context.Background(), &out, src, Options{Tool: "test"}); err != nil {
		t.Fatal(err)
	}
	side := bytes.NewReader(out.Bytes())
	c, err := OpenSidecar(side, side.Size(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Size() != src.Size {
		t.Errorf("size %d", c.Size())
	}
	x, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	row, found, err := x.Row("config_db_uuid", "obj_fq_name_table", []byte("project"))
	if !found || err != nil || !bytes.HasPrefix(text[row.KeyAt:], []byte(`"project"`)) || text[row.Place.Start] != '{' {
		t.Errorf("%+v %v %v", row, found, err)
	}
	changed := bytes.Clone(text)
	changed[0] = ' '
	for what, other := range map[string]Source{
		"time":    {src.At, src.Size, src.ModTime.Add(1)},
		"size":    {src.At, src.Size - 1, src.ModTime},
		"content": {bytes.NewReader(changed), src.Size, src.ModTime},
	} {
		if _, err := OpenSidecar(side, side.Size(), other); !errors.Is(err, ErrStale) {
			t.Errorf("other %s: %v", what, err)
		}
	}
	whole := compressed(t, text, 1)
	if _, err := OpenSidecar(bytes.NewReader(whole), int64(len(whole)), src); !errors.Is(err, ErrStale) {
		t.Errorf("no sidecar: %v", err)
	}
}

func FuzzKeys(f *testing.F) {
	f.Add([]byte("a\x00b"), []byte(""))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		k := AppendPart(AppendPart(nil, a), b)
		x, rest, ok := CutPart(k)
		y, rest, ok2 := CutPart(rest)
		if !ok || !ok2 || len(rest) > 0 || !bytes.Equal(x, a) || !bytes.Equal(y, b) {
			t.Fatalf("%q %q come back as %q %q", a, b, x, y)
		}
		if got := bytes.Compare(AppendPart(nil, a), AppendPart(nil, b)); got != bytes.Compare(a, b) {
			t.Fatalf("%q and %q are in another order as keys", a, b)
		}
		_, _, _ = CutPart(a)
	})
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x00\x00"), make([]byte, 40))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		rec := seekable.Record{Key: key, Value: value}
		if row, err := parseRow(rec); err == nil && (row.Place.Start < row.KeyAt || row.Place.End < row.Place.Start) {
			t.Errorf("impossible place %+v", row)
		}
		for _, old := range []bool{false, true} {
			if k, err := parseColumns(rec, old); err == nil && k.Place.End < k.Place.Start {
				t.Errorf("impossible place %+v", k)
			}
		}
		if n, err := parseZNode(rec); err == nil && n.Place.End < n.Place.Start {
			t.Errorf("impossible place %+v", n)
		}
	})
}
