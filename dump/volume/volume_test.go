package volume_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/volume"
)

const (
	nodes = `"[[\"/a/\", [\"x\", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]], [\"/b\", [null, [2]]]]"`
	rows  = `{"t1": {"r1": {"c1": ["v\u0041", 1], "c2": "bare"}, "r2": {}, "r\"3": {"c": [{"x": 1}, 1.5, 9]}}, "t2": {}}`
)

var documents = map[string]string{
	"ordinary":     `{"cassandra": {"k1": ` + rows + `, "k2": {}, "k3": ` + rows + `}, "zookeeper": ` + nodes + `}`,
	"nodes first":  "\ufeff{\n \"zookeeper\": " + nodes + ",\n\t\"cassandra\" : {\"k1\":" + rows + "}\n}\n\n",
	"members":      `{"a": 1, "cassandra": {"k1": ` + rows + `}, "b": {"c": []}, "zookeeper": ` + nodes + `, "d": null}`,
	"no keyspaces": `{"a": 1, "zookeeper": ` + nodes + `, "cassandra": {}, "b": 2}`,
	"empty":        `{"cassandra": {}, "zookeeper": "[]"}`,
	"A2":           `{"cassandra": {"obj_uuid_table": {"u": {"type": ["\"x\"", 1]}}, "obj_fq_name_table": {}}, "zookeeper": ` + nodes + `}`,
	"A3":           `{"cassandra": {"config_db_uuid_obj_uuid_table": {"u": {"type": ["\"x\"", 1]}}, "useragent_useragent_keyval_table": {}, "config_db_uuid_obj_fq_name_table": {"f": {"c": ["1", 1]}}}, "zookeeper": ` + nodes + `}`,
	"A10":          `{"zookeeper": {}, "cassandra": {"k": ` + rows + `}}`,
	"A12":          `{"cassandra": {"k": ` + rows + `}, "zookeeper": {"/": {"a": {"b": ["x", [1]]}, "c": ["y", [1]]}}}`,
	"bare list":    `{"zookeeper": [["/a", ["x", [1]]], ["/b", ["y", [2]]]], "cassandra": {"k": ` + rows + `}}`,
	"no zookeeper": `{"cassandra": {"k": ` + rows + `}}`,
}

func open(t testing.TB, text string) *dump.Dump {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "x", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// check splits and joins a text.
func check(t *testing.T, text string, o volume.Options) {
	dir := t.TempDir()
	d := open(t, text)
	defer d.Close()
	if _, err := volume.Split(context.Background(), d, dir, o); err != nil {
		t.Fatal(err)
	}
	back, exact := join(t, dir)
	if !exact || back != text {
		t.Fatalf("joined:\n%s\nwant:\n%s", back, text)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "volume-*"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r := dump.NewReader(bytes.NewReader(b), f, dump.Options{})
		for r.Next() {
		}
		if r.Err() != nil || !json.Valid(b) {
			t.Errorf("%s is no dump: %v\n%s", f, r.Err(), b)
		}
		r.Close()
	}
	// Without the order part a dump comes out, too.
	name := filepath.Join(dir, volume.ManifestName)
	b, _ := os.ReadFile(name)
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "order")
	b, _ = json.Marshal(m)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	back, exact = join(t, dir)
	if exact || !json.Valid([]byte(back)) {
		t.Errorf("without order part: exact %v\n%s", exact, back)
	}
}

func join(t *testing.T, dir string) (string, bool) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f, err := root.Open(volume.ManifestName)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := volume.Open(context.Background(), f, volume.OpenOptions{Folder: root, Note: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	in := set.Input()
	b, err := io.ReadAll(io.NewSectionReader(in.At, 0, in.Size))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), set.Exact
}

func TestSplitJoin(t *testing.T) {
	// Every item by turns into one of three volumes.
	turns := func() volume.Chooser {
		n := 0
		return func(*volume.Item) (string, error) { n++; return string(rune('a' + n%3)), nil }
	}
	for name, text := range documents {
		t.Run(name, func(t *testing.T) {
			for by, o := range map[string]volume.Options{
				"item": {Size: 1}, "size": {Size: 200}, "all": {Size: 1 << 20},
				"keyspace": {Choose: volume.ByKeyspace}, "table": {Choose: volume.ByTable}, "turns": {Choose: turns()},
			} {
				t.Run(by, func(t *testing.T) { check(t, text, o) })
			}
		})
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add([]byte(`{"schema": "dumptool.volumes/1", "bytes": 1, "volumes": [{"file": "../x"}]}`))
	zeros := strings.Repeat("0", 64)
	one := `{"file": "a", "encoding": "json", "bytes": 9, "stored_bytes": 9, "sha256": "` + zeros + `"}`
	f.Add([]byte(`{"schema": "dumptool.volumes/1", "bytes": 9, "sha256": "` + zeros + `", "volumes": [` + one + `, ` + one + `]}`))
	f.Add([]byte(`{"schema": "dumptool.volumes/1", "bytes": 9, "sha256": "` + zeros + `", "volumes": [` + one + `],
		"order": {"pieces": 1, "bytes": 3, "sha256": "` + zeros + `", "data": "AQAJ"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := volume.ReadManifest(bytes.NewReader(b))
		if err != nil {
			return
		}
		files := map[string]bool{}
		for _, v := range m.Volumes {
			if !filepath.IsLocal(v.File) || files[filepath.Clean(v.File)] || v.Bytes < 0 || v.StoredBytes < 0 {
				t.Errorf("%+v was let pass", v)
			}
			files[filepath.Clean(v.File)] = true
		}
		if o := m.Order; o != nil && (o.Pieces < 0 || o.Pieces > o.Bytes/2 || o.File != "" && !filepath.IsLocal(o.File)) {
			t.Errorf("%+v was let pass", o)
		}
	})
}
