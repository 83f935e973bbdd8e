package objindex

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/dump/seekable"
)

var update = flag.Bool("update", false, "write the golden files anew")

// goldens has the texts, and files of version 1; second has those of version 2, current those of the version that is written.
const (
	goldens = "../../testdata/format/v1"
	second  = "../../testdata/format/v2"
	current = "../../testdata/format/v3"
)

// read returns the text of a dump.
func read(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
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

func compressed(t testing.TB, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	err := index.Compress(context.Background(), &out, bytes.NewReader(text), index.Options{Tool: "test", Feeder: New()})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t testing.TB, file []byte) *index.Index {
	t.Helper()
	c, err := seekable.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestObjectsAreFoundByName(t *testing.T) {
	o, err := Of(open(t, compressed(t, read(t, filepath.Join(goldens, "wide.json.gz")))))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for obj, err := range o.OfType("virtual_network") {
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("default-domain:p:vn%05d", n); obj.Name != want {
			t.Fatalf("object %d is %s", n, obj.Name)
		}
		found := false
		for same, err := range o.ByName(obj.Type, obj.Name) {
			found = err == nil && same == obj
		}
		if !found {
			t.Fatalf("%+v is not found by name", obj)
		}
		n++
	}
	if n != 600 {
		t.Errorf("%d objects, want 600", n)
	}
	for obj := range o.OfType("virtual") {
		t.Errorf("found %+v", obj)
	}
	for obj := range o.ByName("virtual_network", "default-domain:p:vn0000") {
		t.Errorf("found %+v", obj)
	}
}

func TestJoinedNames(t *testing.T) {
	for list, want := range map[string]string{
		`["a"]`: "a", `["a", "b:c"]`: "a:b:c", `["a","b"]`: "a:b", ` [ "a" , "b" ] `: "a:b", `["", ""]`: ":",
		`["\u0061\"", "b"]`: `a":b`, `["é"]`: "é", `["a, b", "c"]`: "a, b:c",
		`[]`: "!", `["a", 1]`: "!", `"a"`: "!", `["a"`: "!", `["a" "b"]`: "!", `["a", "b", ]`: "!", `{"a": "b"}`: "!", ``: "!", `["]`: "!",
	} {
		f := Feeder{fqName: []byte(list)}
		got, ok := f.join()
		if !ok {
			got = []byte("!")
		}
		if string(got) != want {
			t.Errorf("%s is joined as %q, want %q", list, got, want)
		}
	}
}

func TestCounts(t *testing.T) {
	o, err := Of(open(t, compressed(t, read(t, filepath.Join(goldens, "small.json")))))
	if err != nil {
		t.Fatal(err)
	}
	types, err := o.Types()
	if err != nil || len(types) != 2 || types["domain"] != 1 || types["project"] != 1 {
		t.Errorf("types %v, %v", types, err)
	}
	families, err := o.Families()
	if err != nil || len(families) != 5 || families["fq-name-to-uuid"] != 1 {
		t.Errorf("families %v, %v", families, err)
	}
	if n, err := o.Untyped(); n != 1 || err != nil {
		t.Errorf("untyped %d, %v", n, err)
	}
}

// dumps are the texts to try: the project's own, and real ones where they are at hand.
func dumps(t *testing.T) []string {
	var paths []string
	for _, pattern := range []string{goldens + "/*.json", goldens + "/*.json.gz", "../../../shared/dumps/*.json*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// TestIndependentReader has every dump read by a program that was written from the description of the format.
func TestIndependentReader(t *testing.T) {
	for i, path := range dumps(t) {
		file := filepath.Join(t.TempDir(), "dump.json.zst")
		text := read(t, path)
		if err := os.WriteFile(file, compressed(t, text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("python3", "../../testdata/oracle/indexed.py", file, "--seed", fmt.Sprint(i)).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
		if got, err := exec.Command("zstd", "-dcq", file).Output(); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: zstd -dc gives %d bytes of %d, %v", path, len(got), len(text), err)
		}
	}
}

// TestGolden reads a file that an earlier program wrote: every version stays readable.
func TestGolden(t *testing.T) {
	path := filepath.Join(current, "small.json.zst")
	now := compressed(t, read(t, filepath.Join(goldens, "small.json")))
	if *update {
		if err := os.WriteFile(path, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := listing(t, open(t, read(t, path))), listing(t, open(t, now)); got != want {
		t.Errorf("the golden file holds\n%s\nwritten now\n%s", got, want)
	}
	for _, path := range []string{path, filepath.Join(goldens, "small.json.zst"), filepath.Join(second, "small.json.zst")} {
		if out, err := exec.Command("python3", "../../testdata/oracle/indexed.py", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}

// TestOlderVersions compares files of older versions with what is written now: each dump has the same rows, nodes and sums.
func TestOlderVersions(t *testing.T) {
	for version, folder := range map[uint16]string{1: goldens, 2: second} {
		t.Run(filepath.Base(folder), func(t *testing.T) { olderVersion(t, version, folder) })
	}
}

func olderVersion(t *testing.T, version uint16, folder string) {
	then := open(t, read(t, filepath.Join(folder, "small.json.zst")))
	now := open(t, compressed(t, read(t, filepath.Join(goldens, "small.json"))))
	if v := then.Container().Locator().Version; v != version {
		t.Fatalf("the golden file has version %d", v)
	}
	for _, timed := range []bool{false, true} {
		if same, err := index.SameContent(then, now, timed); err != nil || !same {
			t.Errorf("the content is the same: %v, %v", same, err)
		}
	}
	contents := func(x *index.Index) string {
		var b strings.Builder
		print := func(v any, err error) {
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%+v\n", v)
		}
		tables, err := x.Tables()
		print(tables, err)
		for _, table := range tables {
			for row, err := range x.Rows(table.Keyspace, table.Name, nil) {
				print(row, err)
			}
		}
		for node, err := range x.ZNodes(nil) {
			print(node, err)
		}
		o, err := Of(x)
		print(nil, err)
		for _, typ := range []string{"domain", "project"} {
			for obj, err := range o.OfType(typ) {
				row, rowErr := o.Row(obj)
				print([]any{obj.Type, obj.Name, row}, errors.Join(err, rowErr))
			}
			n := 0
			for _, err := range o.RowsOfType(typ) {
				n++
				print(n, err)
			}
		}
		return b.String()
	}
	if a, b := contents(then), contents(now); a != b {
		t.Errorf("the file gives\n%s\nnow\n%s", a, b)
	}
	changed := bytes.Replace(read(t, filepath.Join(goldens, "small.json")), []byte(`\"enable\": true`), []byte(`\"enable\": false`), 1)
	n := 0
	for _, err := range index.DifferingRows(then, open(t, compressed(t, changed)), true) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d rows differ from a changed dump, want 1", n)
	}
}

// listing prints all tables but that of the frames, whose bytes depend on the compressor.
func listing(t *testing.T, x *index.Index) string {
	var b strings.Builder
	for _, name := range x.Container().Tables() {
		if name == seekable.FramesTable {
			continue
		}
		table, err := x.Section(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %d %x\n", name, table.Len(), table.Sums().Append(nil))
		c := table.From(nil)
		for c.Next() {
			fmt.Fprintf(&b, "  %q %x\n", c.Record().Key, c.Record().Value)
		}
		if c.Err() != nil {
			t.Fatal(c.Err())
		}
	}
	return b.String()
}

// TestObjectsOfOneName has many objects with the same type and name, and finds the row of each.
func TestObjectsOfOneName(t *testing.T) {
	var text strings.Builder
	text.WriteString(`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {`)
	want := map[string]bool{}
	for i := range 700 {
		key := fmt.Sprintf("%08x-0000-4000-8000-000000000000", uint32(i)*2654435761)
		name := "same"
		if i%7 == 0 {
			name = fmt.Sprint("other ", i)
		} else {
			want[key] = true
		}
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, `"%s": {"fq_name": ["[\"%s\"]", 1], "type": ["\"project\"", 1]}`, key, name)
	}
	text.WriteString(`}}}, "zookeeper": "[]"}`)
	o, err := Of(open(t, compressed(t, []byte(text.String()))))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for obj, err := range o.ByName("project", "same") {
		if err != nil {
			t.Fatal(err)
		}
		row, err := o.Row(obj)
		if err != nil {
			t.Fatal(err)
		}
		got[string(row.Key)] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("%d objects of %d", len(got), len(want))
	}
	n := 0
	before := ""
	for row, err := range o.RowsOfType("project") {
		if err != nil || string(row.Key) <= before {
			t.Fatalf("row %s after %s, %v", row.Key, before, err)
		}
		before = string(row.Key)
		n++
	}
	if n != 700 {
		t.Errorf("%d rows of 700", n)
	}
}
