package livetest

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// anObject returns the uuid of an object of a dump that has much below it and around it.
func anObject(t *testing.T, file, typ string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Cassandra map[string]map[string]map[string]map[string][]json.RawMessage
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	best, most := "", -1
	for uuid, row := range d.Cassandra["config_db_uuid"]["obj_uuid_table"] {
		var value string
		if json.Unmarshal(row["type"][0], &value) != nil || value != `"`+typ+`"` {
			continue
		}
		if len(row) > most || len(row) == most && uuid < best {
			best, most = uuid, len(row)
		}
	}
	if best == "" {
		t.Fatalf("%s has no %s", file, typ)
	}
	return best
}

// removed deletes an object as the API server does, with what needs it, and returns the uuids.
func (s site) removed(t *testing.T, file, typ string) []string {
	t.Helper()
	return strings.Fields(s.judge(t, 0, "remove", file, "--row", anObject(t, file, typ)))
}

// grafts puts objects back.
func (s site) grafts(t *testing.T, file string, uuids []string, args ...string) result {
	t.Helper()
	return tool(t, s.graftArgs(file, uuids, args...)...)
}

func (s site) graftArgs(file string, uuids []string, args ...string) []string {
	return append(append([]string{"import", "--into-nonempty", "--object", strings.Join(uuids, ","), file}, s.flags()...), args...)
}

// findings are what validate says of the databases that matters: that all times of a small keyspace are the same is new, and
// known.
func (s site) findings(t *testing.T) string {
	t.Helper()
	r := tool(t, append([]string{"validate", "live:", "--json", "--exit-zero"}, s.flags()...)...)
	if r.code != 0 {
		t.Fatalf("exit code %d\n%s", r.code, r.err)
	}
	lines := slices.DeleteFunc(strings.Split(r.out, "\n"), func(line string) bool { return strings.Contains(line, `"severity":"info"`) })
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// What the API server has deleted comes back, though its tombstones are there, and nothing else changes.
func TestGraft(t *testing.T) {
	grafts(t, servers.Cassandra3, "virtual_network")
	grafts(t, servers.Cassandra5, "security_group")
}

func grafts(t *testing.T, v servers.Version, types ...string) {
	file := generated(t, "300")
	for _, typ := range types {
		s := shared(t, v)
		s.imports(t, file)
		dir := t.TempDir()
		before, after := filepath.Join(dir, "before.json"), filepath.Join(dir, "after.json")
		s.exported(t, before)
		sound := s.findings(t)
		uuids := s.removed(t, file, typ)
		t.Logf("%s: %d objects are removed", v, len(uuids))
		s.oracle(t, 1, "compare", "--now", "1", file)

		if r := s.grafts(t, file, uuids, "--dry-run"); r.code != 0 || !strings.Contains(r.out, strings.ReplaceAll(typ, "_", "-")) && !strings.Contains(r.out, typ) {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		t.Logf("%.4000s", s.grafts(t, file, uuids, "--dry-run").out)
		if r := s.grafts(t, file, uuids); r.code != 2 || !strings.Contains(r.err, "this would change") {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		s.oracle(t, 1, "compare", "--now", "1", file)
		r := s.grafts(t, file, uuids, "--yes")
		if r.code != 0 {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		s.oracle(t, 0, "compare", "--now", "1", file)
		s.exported(t, after)
		if r := tool(t, "diff", "--all", "--hide", "timestamp,zk-stat,latest-col-ts", before, after); r.code != 0 {
			t.Errorf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		// All that has another time are the objects, and what names them.
		if r := tool(t, "diff", "--show", "timestamp", "--json", before, after); !onlyAbout(r.out, uuids) {
			t.Errorf("%s", r.out)
		}
		if got := s.findings(t); got != sound {
			t.Errorf("found before:\n%s\nafterwards:\n%s", sound, got)
		}
		// A second time there is nothing to do.
		if r := s.grafts(t, file, uuids, "--yes"); r.code != 0 || !strings.Contains(r.out, "nothing to write") {
			t.Errorf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
	}
}

// onlyAbout tells if the fields and columns of a diff are those of objects, or name them.
func onlyAbout(diff string, uuids []string) bool {
	var d struct {
		Changes []struct {
			Kind, UUID, Table string
			Fields            []struct{ Path string }
			Columns           []struct{ Name string }
		}
	}
	if json.Unmarshal([]byte(diff), &d) != nil || len(d.Changes) == 0 {
		return false
	}
	names := func(text string) bool {
		return slices.ContainsFunc(uuids, func(u string) bool { return strings.Contains(text, u) })
	}
	for _, c := range d.Changes {
		if c.Kind != "object" && c.Kind != "row" || names(c.UUID) {
			continue
		}
		for _, f := range c.Fields {
			if !names(f.Path) {
				return false
			}
		}
		for _, f := range c.Columns {
			if !names(f.Name) && strings.HasPrefix(c.Table, "obj_") {
				return false
			}
		}
	}
	return true
}

// What is in the way is named, and dealt with as somebody says.
func TestGraftConflicts(t *testing.T) {
	file := generated(t, "200")
	s := shared(t, servers.Cassandra5)
	s.imports(t, file)
	uuids := s.removed(t, file, "instance_ip")
	one := uuids[len(uuids)-1]
	s.judge(t, 0, "lock-name", file, "--row", one)
	r := s.grafts(t, file, uuids, "--yes")
	if r.code != 2 || !strings.Contains(r.err, "the lock of its name") || !strings.Contains(r.err, "[skip, replace]") {
		t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	if _, err := os.Stat(file + ".import"); err == nil {
		t.Error("a journal was begun")
	}
	if r := s.grafts(t, file, uuids, "--yes", "--on-conflict", "skip"); r.code != 0 || !strings.Contains(r.err+r.out, "skipped: instance_ip") {
		t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	s.oracle(t, 1, "compare", "--now", "1", file)
	if r := s.grafts(t, file, uuids, "--yes", "--on-conflict", "replace"); r.code != 0 {
		t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	s.oracle(t, 0, "compare", "--now", "1", file)
	// Not without its network, which only --closure brings along.
	network := s.removed(t, file, "virtual_network")
	if r := s.grafts(t, file, []string{one}, "--yes"); slices.Contains(network, one) && (r.code != 2 || !strings.Contains(r.err, "--closure")) {
		t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	for range 2 {
		if r := s.grafts(t, file, network, "--closure", "--yes"); r.code != 0 {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		s.oracle(t, 0, "compare", "--now", "1", file)
		// What was put there is taken back by its journal, and put there again.
		succeed(t, append([]string{"patch", "--to", "live:", "--undo", "--yes", "--journal", file + ".imported", file}, s.flags()...)...)
		s.oracle(t, 1, "compare", "--now", "1", file)
	}
}

// The program is killed and goes on.
func TestGraftKilled(t *testing.T) { graftKilled(t, "200", 3) }

func graftKilled(t *testing.T, objects string, rounds int) {
	file := generated(t, objects)
	random := rand.New(rand.NewPCG(14, uint64(time.Now().UnixNano())))
	s := shared(t, servers.Cassandra3)
	s.imports(t, file)
	var took time.Duration
	kills := 0
	for round := range rounds {
		uuids := s.removed(t, file, "virtual_network")
		if round == 0 {
			begin := time.Now()
			if r := s.grafts(t, file, uuids, "--yes"); r.code != 0 {
				t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
			}
			took = time.Since(begin)
			continue
		}
		args := s.graftArgs(file, uuids, "--yes")
		for tries := 0; ; tries++ {
			limit := time.Duration(random.Int64N(int64(took)))
			if tries > 6 {
				limit = 5 * time.Minute
			}
			r := toolUntil(t, limit, args...)
			if r.code == 0 {
				break
			}
			if r.code != -1 {
				t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
			}
			kills++
			text, err := os.ReadFile(file + ".import")
			switch {
			case err != nil:
			case strings.Contains(string(text), `"begun":`):
				args = s.graftArgs(file, uuids, "--yes", "--resume")
			default:
				os.Remove(file + ".import")
			}
		}
		s.oracle(t, 0, "compare", "--now", "1", file)
	}
	t.Logf("%d kills", kills)
}
