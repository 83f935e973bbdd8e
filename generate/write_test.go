package generate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden digests anew")

func TestSameOptionsSameBytes(t *testing.T) {
	o := Options{Objects: 500, Seed: 11, Changes: 30, TokenOrder: true}
	a, _ := generatedPair(t, o)
	b, _ := generatedPair(t, o)
	if !bytes.Equal(a.before, b.before) || !bytes.Equal(a.after, b.after) || !bytes.Equal(a.truth, b.truth) {
		t.Error("two runs differ")
	}
	o.Seed++
	if c, _ := generatedPair(t, o); bytes.Equal(a.before, c.before) {
		t.Error("another seed gives the same dump")
	}
}

// A change of what is generated must be meant: it makes generated test data
// of other packages anew.
func TestGolden(t *testing.T) {
	p, _ := generatedPair(t, Options{Objects: 160, Seed: 1, Changes: 20})
	var got strings.Builder
	for _, part := range []struct {
		name string
		text []byte
	}{{"before", p.before}, {"after", p.after}, {"truth", p.truth}} {
		sum := sha256.Sum256(part.text)
		fmt.Fprintf(&got, "%s  %s\n", hex.EncodeToString(sum[:]), part.name)
	}
	golden(t, "160-objects.sha256", got.String())
}

func TestStats(t *testing.T) {
	var out bytes.Buffer
	stats, err := Write(&out, Options{Objects: 777})
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, out.Bytes())
	var rows, columns int64
	for _, tables := range p.keyspaces {
		for _, table := range tables {
			for _, row := range table {
				rows++
				columns += int64(len(row))
			}
		}
	}
	if stats.Objects != 777 || stats.Rows != rows || stats.Columns != columns ||
		stats.Nodes != int64(len(p.nodes)) || stats.Bytes != int64(out.Len()) {
		t.Errorf("%+v; counted %d rows, %d columns, %d nodes, %d bytes", stats, rows, columns, len(p.nodes), out.Len())
	}
	machines := stats.Types["virtual_machine"] + stats.Types["virtual_machine_interface"] + stats.Types["instance_ip"]
	if machines < 777*55/100 || machines > 777*70/100 {
		t.Errorf("%d of 777 objects are machines, ports and addresses", machines)
	}
}

// The text is what Python writes: the original's json.dumps on one line, and
// json.tool where it is indented.
func TestPythonForm(t *testing.T) {
	const oneLine = `import json, sys
text = sys.stdin.buffer.read()
dump = json.loads(text)
assert json.dumps(dump).encode() == text, "outer text"
assert json.dumps(json.loads(dump["zookeeper"])) == dump["zookeeper"], "zookeeper"
for row in dump["cassandra"]["config_db_uuid"]["obj_uuid_table"].values():
    for value, _ in row.values():
        assert json.dumps(json.loads(value)) == value, value
`
	for _, o := range []Options{
		{Objects: 300},
		{Objects: 900, Seed: 1, UnsortedColumns: true, ZooKeeperFirst: true},
	} {
		python(t, generated(t, o), "-c", oneLine)
	}
	for _, indent := range []int{4, 1} {
		text := generated(t, Options{Objects: 300, Indent: indent})
		got := python(t, text, "-m", "json.tool", "--indent", fmt.Sprint(indent))
		if !bytes.Equal(got, text) {
			t.Errorf("indent %d is not json.tool's form", indent)
		}
	}
}

func python(t *testing.T, input []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("python3", args...)
	cmd.Stdin = bytes.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("python3 %s: %v\n%s%s", args[0], err, out.Bytes(), errs.Bytes())
	}
	return out.Bytes()
}

// The project's own second opinions find nothing wrong, and recompute the
// same changes.
func TestOracles(t *testing.T) {
	folder := filepath.Join("..", "testdata", "oracle")
	for _, o := range pairOptions {
		p, _ := generatedPair(t, o)
		dir := t.TempDir()
		file := func(name string, text []byte) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		before, after, truth := file("before", p.before), file("after", p.after), file("truth", p.truth)
		for _, dump := range []string{before, after} {
			python(t, nil, filepath.Join(folder, "check_consistency.py"), dump)
		}
		python(t, nil, filepath.Join(folder, "primary_changes.py"), before, after, "--compare", truth)
	}
}

func TestOrders(t *testing.T) {
	const table = "/cassandra/config_db_uuid/obj_uuid_table"
	sorted := columnOrders(t, generated(t, Options{Objects: 600, TokenOrder: true}))
	for path, order := range sorted {
		isRow := strings.Count(path, "/") == 4 && strings.HasPrefix(path, "/cassandra/")
		if isRow && !slices.IsSorted(order) {
			t.Errorf("columns of %s are not sorted", path)
		}
		isTable := strings.Count(path, "/") == 3 && strings.HasPrefix(path, "/cassandra/")
		if isTable && !slices.IsSortedFunc(order, func(a, b string) int {
			return int(token([]byte(a))>>1) - int(token([]byte(b))>>1)
		}) {
			t.Errorf("rows of %s are not in token order", path)
		}
	}
	if got := sorted[""]; !slices.Equal(got, []string{"cassandra", "zookeeper"}) {
		t.Errorf("members %v", got)
	}
	loose := columnOrders(t, generated(t, Options{Objects: 600, UnsortedColumns: true, ZooKeeperFirst: true}))
	if got := loose[""]; !slices.Equal(got, []string{"zookeeper", "cassandra"}) {
		t.Errorf("members %v", got)
	}
	unsorted := 0
	for _, key := range loose[table] {
		if !slices.IsSorted(loose[table+"/"+key]) {
			unsorted++
		}
	}
	if unsorted < 590 {
		t.Errorf("columns of only %d rows are not sorted", unsorted)
	}
	if slices.Equal(loose[table], sorted[table]) {
		t.Error("order of creation is token order")
	}
}

// Some names are not ASCII, some hold slashes; both kinds reach the outer
// text in all three forms: as a column, inside a value, inside a path.
func TestNames(t *testing.T) {
	text := string(generated(t, Options{Objects: 5000}))
	for _, want := range []string{
		`"default-domain:projet-\u00e9t\u00e9-2:`,          // a column of the index
		`\"projet-\\u00e9t\\u00e9-2\"`,                     // a value
		`/fq-name-to-uuid/project:default-domain:m\\u00fc`, // a path
		`\u958b\u767a-9`,
		`"propm:annotations:\ud83d\ude80"`,
		`Launch \\ud83d\\ude80 team`,
		`Team Blue 12`,
		`:xe-0/0/47:`,
		`/app`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not occur", want)
		}
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			t.Fatalf("byte %#x at %d", text[i], i)
		}
	}
}

func TestSecrets(t *testing.T) {
	p := parse(t, generated(t, Options{Objects: 5000}))
	found := map[string]int{}
	for _, row := range p.objects() {
		for column, cell := range row {
			for _, mark := range []string{`"password": "`, `"v2_community": "`, `"v3_privacy_password": "`, `"key_items": [{`} {
				if strings.Contains(cell.value, mark) {
					name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(column, "propl:"), "prop:"), ":")
					found[name+" "+mark]++
				}
			}
		}
	}
	for _, want := range []string{
		`physical_router_user_credentials "password": "`, `fabric_credentials "password": "`,
		`physical_router_snmp_credentials "v2_community": "`, `physical_router_snmp_credentials "v3_privacy_password": "`,
		`bgp_router_parameters "key_items": [{`, `ref "key_items": [{`,
	} {
		if found[want] == 0 {
			t.Errorf("%s does not occur: %v", want, found)
		}
	}
}

func TestBadOptions(t *testing.T) {
	for _, o := range []Options{
		{},
		{Objects: MinObjects - 1},
		{Objects: MaxObjects + 1},
		{Objects: 200, ClusterID: "a/b"},
		{Objects: 200, ClusterID: ".."},
		{Objects: 200, AllocUnit: 3},
		{Objects: 200, AllocUnit: 32},
		{Objects: 200, Indent: -1},
		{Objects: 200, Changes: -1},
		{Objects: 200, GeneratedAt: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		var out bytes.Buffer
		if _, err := Write(&out, o); err == nil || out.Len() > 0 {
			t.Errorf("%+v: error %v, %d bytes", o, err, out.Len())
		}
	}
}

// failing fails after some bytes.
type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestWriteErrors(t *testing.T) {
	o := Options{Objects: 3000, Changes: 20}
	whole := len(generated(t, o))
	for _, left := range []int{0, whole / 10, whole / 2, whole - 1} {
		if _, err := Write(&failing{left}, o); !errors.Is(err, errFull) {
			t.Errorf("full after %d bytes: error %v", left, err)
		}
		if _, err := WritePair(nil, &failing{left / 2}, io.Discard, o); !errors.Is(err, errFull) {
			t.Errorf("full after %d bytes of the second: error %v", left/2, err)
		}
	}
	if _, err := WritePair(nil, nil, &failing{10}, o); !errors.Is(err, errFull) {
		t.Errorf("full truth: error %v", err)
	}
}

// Memory doesn't grow with the dump.
func TestMemory(t *testing.T) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := WritePair(io.Discard, io.Discard, io.Discard, Options{Objects: 300_000, Changes: 3000, TokenOrder: true}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const limit = 160 << 20
	if grown := int64(after.Sys) - int64(before.Sys); grown > limit {
		t.Errorf("memory grew by %d MiB, over %d MiB", grown>>20, limit>>20)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, tokens := range []bool{false, true} {
		b.Run(fmt.Sprintf("tokens=%v", tokens), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats, err := Write(io.Discard, Options{Objects: 40_000, TokenOrder: tokens})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(stats.Bytes)
			}
		})
	}
}
