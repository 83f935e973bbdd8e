package livetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/internal/servers"
)

// makePatch writes the patch from a to b, and returns its name.
func makePatch(t *testing.T, a, b string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "changes.patch")
	r := tool(t, "diff", "--format", "patch", a, b)
	if r.code > 1 {
		t.Fatalf("diff: exit code %d\n%s", r.code, r.err)
	}
	if err := os.WriteFile(file, []byte(r.out), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// patches applies a patch to the live databases.
func (s site) patches(t *testing.T, file string, args ...string) result {
	t.Helper()
	return tool(t, append(append([]string{"patch", "--to", "live:", "--yes"}, s.flags()...), append(args, file)...)...)
}

// patched applies a patch, and wants success.
func (s site) patched(t *testing.T, file string, args ...string) result {
	t.Helper()
	r := s.patches(t, file, args...)
	t.Logf("patch %v: %s", args, strings.ReplaceAll(strings.TrimSpace(r.out), "\n", "; "))
	if r.code != 0 {
		t.Fatalf("patch %v: exit code %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r
}

// unheard applies a patch where nothing can be printed.
func (s site) unheard(t *testing.T, file string) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	cmd := exec.Command(dumptool, append(append([]string{"patch", "--to", "live:", "--yes"}, s.flags()...), file)...)
	cmd.Stdout = full
	if err := cmd.Run(); err == nil {
		t.Fatal("nothing was said, and it was no error")
	}
}

// hiddenTimes are what may differ between a dump and databases that a patch has made so.
const hiddenTimes = "timestamp,zk-stat,latest-col-ts"

// holds wants the live databases to be as a dump, up to times.
func (s site) holds(t *testing.T, dump string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "live.json")
	s.exported(t, file)
	s.judge(t, 0, "check", file)
	if r := tool(t, "diff", "--all", "--hide", hiddenTimes, dump, file); r.code != 0 {
		t.Fatalf("the databases are not as %s: exit code %d\n%.4000s%s", dump, r.code, r.out, r.err)
	}
}

// What generate changes is applied to live databases, backwards, and undone; the Python driver and kazoo agree.
func TestPatchLive(t *testing.T) {
	for i, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			s := shared(t, v)
			patchGenerated(t, s, int64(i+1), 12)
		})
	}
}

func patchGenerated(t *testing.T, s site, seed int64, changes int) {
	t.Helper()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json")
	succeed(t, "generate", "--objects", "200", "--seed", fmt.Sprint(seed), "--changes", fmt.Sprint(changes), "-o", a, "--after", b)
	s.imports(t, a)
	p := makePatch(t, a, b)
	if r := s.patches(t, p, "--dry-run"); r.code != 0 || !strings.Contains(r.out, s.cassandra.Hosts[0]) {
		t.Errorf("dry run: exit code %d\n%s", r.code, r.err)
	}
	s.oracle(t, 0, "compare", a)
	s.patched(t, p)
	s.oracle(t, 0, "compare", "--now", "1", b)
	s.holds(t, b)
	if r := s.patches(t, p); r.code != 2 {
		t.Errorf("twice: exit code %d\n%s", r.code, r.err)
	}
	s.patched(t, p, "--undo")
	s.oracle(t, 0, "compare", "--now", "1", a)
	s.unheard(t, p)
	s.oracle(t, 0, "compare", "--now", "1", b)
	s.patched(t, p, "--undo")
	s.oracle(t, 0, "compare", "--now", "1", a)
	s.patched(t, p)
	s.patched(t, p, "--reverse")
	s.oracle(t, 0, "compare", "--now", "1", a)
	s.holds(t, a)
}

// The same for what is odd: bytes, times to live, ACLs, null data, tables of others, nodes above nodes.
func TestPatchLiveOdd(t *testing.T) {
	for _, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			patchOdd(t, shared(t, v), 2, 1)
		})
	}
}

// patchOdd applies a number of random patches one after another, and takes each back now and then.
func patchOdd(t *testing.T, s site, rounds int, seed int64) {
	t.Helper()
	dir := t.TempDir()
	last := filepath.Join(dir, "0.json")
	output(t, 0, program(t, editsProgram, "prepare", generated(t, "120"), last))
	s.imports(t, last)
	s.holds(t, last)
	for i := range rounds {
		next := filepath.Join(dir, fmt.Sprintf("%d.json", i+1))
		output(t, 0, program(t, editsProgram, "change", last, next, fmt.Sprint(seed*1000+int64(i)), fmt.Sprint(1+i*7%40)))
		p := makePatch(t, last, next)
		s.patched(t, p)
		s.holds(t, next)
		switch i % 3 {
		case 0:
			s.patched(t, p, "--reverse")
			s.holds(t, last)
			s.patched(t, p)
		case 1:
			if _, err := os.Stat(p + ".journal"); err == nil {
				back := filepath.Join(t.TempDir(), "undo.patch")
				succeed(t, "patch", p, "--to", "live:", "--undo", "-o", back)
				s.patched(t, p, "--undo")
				s.holds(t, last)
				s.patched(t, p)
				s.patched(t, back)
				s.holds(t, last)
				s.patched(t, p)
			}
		}
		last = next
	}
}

// What somebody else has changed is named, and nothing is written.
func TestPatchLiveRefuses(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	a := generated(t, "150")
	s.imports(t, a)
	b := filepath.Join(t.TempDir(), "b.json")
	key := firstRow(t, a)
	// What the other program writes to is a cell of the patch.
	change(t, a, b, key)
	p := makePatch(t, a, b)
	end := s.held(t, judgeProgram, "write", "--row", key)
	r := s.patches(t, p)
	if r.code != 2 || !strings.Contains(r.err, "config_db_uuid/obj_uuid_table/"+key+"/prop:display_name") || !strings.Contains(r.err, "nothing was written") {
		t.Errorf("exit code %d\n%s", r.code, r.err)
	}
	end()
	if left, _ := filepath.Glob(p + ".journal*"); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	// Without a terminal nobody can be asked.
	r = tool(t, append(append([]string{"patch", "--to", "live:"}, s.flags()...), makePatch(t, a, b))...)
	if r.code != 2 {
		t.Errorf("exit code %d\n%s", r.code, r.err)
	}
}

// firstRow returns the key of a row of obj_uuid_table with a display name.
func firstRow(t *testing.T, dump string) string {
	t.Helper()
	text, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Cassandra map[string]map[string]map[string]map[string]any
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	rows := d.Cassandra["config_db_uuid"]["obj_uuid_table"]
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if rows[key]["prop:display_name"] != nil {
			return key
		}
	}
	t.Fatal("no row has a display name")
	return ""
}

// change replaces the display names of all objects, so that a patch takes a while; key has to be among them.
func change(t *testing.T, from, to, key string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(text, []byte(`"prop:display_name": ["\"`), []byte(`"prop:display_name": ["\"new `))
	if bytes.Equal(text, changed) || !bytes.Contains(text, []byte(key)) {
		t.Fatal("nothing changes")
	}
	if err := os.WriteFile(to, changed, 0o600); err != nil {
		t.Fatal(err)
	}
}

// It is killed at random moments, and goes on or back.
func TestPatchLiveKilled(t *testing.T) { patchKilled(t, "300", 2) }

func patchKilled(t *testing.T, objects string, kills int) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json")
	succeed(t, "generate", "--objects", objects, "--seed", "5", "--changes", "60", "-o", a, "--after", b)
	changed := filepath.Join(dir, "c.json")
	change(t, b, changed, "prop:display_name")
	random := rand.New(rand.NewPCG(8, uint64(time.Now().UnixNano())))
	s := shared(t, servers.Versions()[random.IntN(2)])
	s.imports(t, a)
	p := makePatch(t, a, changed)
	begin := time.Now()
	s.patched(t, p)
	took := time.Since(begin)
	s.patched(t, p, "--undo")
	written := 0
	for n := 0; n < kills; {
		// The first third is starting up.
		limit := took/3 + time.Duration(random.Int64N(int64(took*2/3)))
		args := append(append([]string{"patch", "--to", "live:", "--yes"}, s.flags()...), p)
		r := toolUntil(t, limit, args...)
		if r.code == 0 {
			s.patched(t, p, "--undo")
			continue
		}
		if r.code != -1 {
			t.Fatalf("exit code %d\n%s", r.code, r.err)
		}
		n++
		t.Logf("killed after %s of %s", limit, took)
		text, err := os.ReadFile(p + ".journal")
		if err != nil || !bytes.Contains(text, []byte(`{"begun"`)) {
			s.oracle(t, 0, "compare", "--now", "1", a)
			continue
		}
		written++
		if random.IntN(2) == 0 {
			// Killed once more, on the way back.
			toolUntil(t, limit, append(append([]string{"patch", "--to", "live:", "--yes", "--undo"}, s.flags()...), p)...)
			if r := s.patches(t, p, "--undo"); r.code != 0 && !strings.Contains(r.err, "taken back already") {
				t.Fatalf("undo: exit code %d\n%s", r.code, r.err)
			}
			s.oracle(t, 0, "compare", "--now", "1", a)
			continue
		}
		r = s.patches(t, p, "--resume")
		if strings.Contains(r.err, "taken back already") {
			// The journal is the one of the time before: it was killed before it began.
			s.oracle(t, 0, "compare", "--now", "1", a)
			continue
		}
		if r.code != 0 && !strings.Contains(r.err, "made already") {
			t.Fatalf("resume: exit code %d\n%s", r.code, r.err)
		}
		s.oracle(t, 0, "compare", "--now", "1", changed)
		s.patched(t, p, "--undo")
		s.oracle(t, 0, "compare", "--now", "1", a)
	}
	t.Logf("%d kills, %d of them with a journal; a patch takes %s", kills, written, took)
}

// Somebody else writes to one of the cells while a patch is applied: that is named, what they wrote stays, and the rest can
// be taken back.
func TestPatchLiveMeddled(t *testing.T) { patchMeddled(t, "300", 3) }

func patchMeddled(t *testing.T, objects string, times int) {
	s := shared(t, servers.Cassandra5)
	a := generated(t, objects)
	s.imports(t, a)
	key := firstRow(t, a)
	b := filepath.Join(t.TempDir(), "b.json")
	change(t, a, b, key)
	p := makePatch(t, a, b)
	begin := time.Now()
	s.patched(t, p)
	took := time.Since(begin)
	s.patched(t, p, "--undo")
	w, err := cassandra.Open(cassandra.Config{Addresses: strings.Split(s.cassandra.Addresses(), ",")})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	editor := cassandra.NewEditor(w)
	table, _, err := editor.Table(t.Context(), "config_db_uuid", "obj_uuid_table")
	if err != nil {
		t.Fatal(err)
	}
	column := []byte("prop:display_name")
	live, err := editor.Cells(t.Context(), table, []byte(key), [][]byte{column})
	if err != nil || len(live) != 1 {
		t.Fatal(err, live)
	}
	put := func(data []byte) {
		write := apply.Write{Column: column, Value: &apply.Value{Data: data}, Time: time.Now().UnixMicro()}
		if err := editor.Write(t.Context(), table, []byte(key), []apply.Write{write}); err != nil {
			t.Error(err)
		}
	}
	kinds := map[string]int{}
	for range times {
		written := make(chan struct{})
		time.AfterFunc(took/4+rand.N(took*3/4), func() {
			defer close(written)
			put([]byte(`"theirs"`))
		})
		r := s.patches(t, p)
		<-written
		named := strings.Contains(r.err, "config_db_uuid/obj_uuid_table/"+key+"/prop:display_name")
		_, err := os.Stat(p + ".journal")
		switch {
		case r.code == 0: // they came later
			kinds["later"]++
			if back := s.patches(t, p, "--undo"); back.code != 2 || !strings.Contains(back.err, key) {
				t.Fatalf("exit code %d\n%s", back.code, back.err)
			}
			put([]byte(fmt.Sprintf("\"new %s", live[0].Value.Data[1:])))
			s.patched(t, p, "--undo")
			put([]byte(`"theirs"`))
		case !named || r.code != 2 && r.code != 3:
			t.Fatalf("exit code %d\n%s", r.code, r.err)
		case os.IsNotExist(err):
			kinds["before anything was written"]++
		default:
			kinds[fmt.Sprintf("with exit code %d", r.code)]++
			if back := s.patches(t, p, "--undo"); back.code != 0 && back.code != 3 || !strings.Contains(back.out, key) {
				t.Fatalf("undo: exit code %d\n%s%s", back.code, back.out, back.err)
			}
		}
		file := filepath.Join(t.TempDir(), "live.json")
		s.exported(t, file)
		d := tool(t, "diff", "--all", "--hide", hiddenTimes, "--format", "jsonl", a, file)
		if d.code != 1 || strings.Count(d.out, `"kind"`) != 1 || !strings.Contains(d.out, "theirs") {
			t.Fatalf("%v: not only what they wrote differs: exit code %d\n%.2000s", kinds, d.code, d.out)
		}
		put(live[0].Value.Data)
	}
	t.Logf("they came %v; a patch takes %s", kinds, took)
}
