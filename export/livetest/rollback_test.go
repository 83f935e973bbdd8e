package livetest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// rollback takes the import of a file back.
func (s site) rollback(t *testing.T, file string, args ...string) result {
	t.Helper()
	return tool(t, append(append([]string{"import", "--rollback", "--yes"}, s.flags()...), append(args, file)...)...)
}

// Import, rollback, import: what was taken back hides nothing, in tables that the import made and in those that were there.
func TestRollback(t *testing.T) {
	file := generated(t, "500")
	for _, v := range servers.Versions() {
		s := shared(t, v)
		s.imports(t, file)
		if r := tool(t, append(append([]string{"import", "--rollback", "--dry-run"}, s.flags()...), file)...); r.code != 0 ||
			!strings.Contains(r.out, "drop        keyspace config_db_uuid") {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		// Nobody is asked without a terminal.
		if r := tool(t, append(append([]string{"import", "--rollback"}, s.flags()...), file)...); r.code != 2 || !strings.Contains(r.err, "this would drop 5 keyspaces") {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		s.oracle(t, 0, "compare", file)
		if r := s.rollback(t, file); r.code != 0 {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		if got := s.oracle(t, 0, "names"); got != "" {
			t.Errorf("left: %s", got)
		}

		// The tables are there: they are truncated.
		s.judge(t, 0, "tables", file)
		empty := s.oracle(t, 0, "names")
		s.imports(t, file)
		r := s.rollback(t, file, "--json")
		if r.code != 0 || !strings.Contains(r.out, `"keyspaces":0,"tables":0,"truncated":`) && !strings.Contains(r.out, `"keyspaces": 0`) {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		if got := s.oracle(t, 0, "names"); got != empty {
			t.Errorf("left: %s, before: %s", got, empty)
		}
		// There is nothing left to take back.
		if r := s.rollback(t, file); r.code != 2 || !strings.Contains(r.err, "there is no journal") {
			t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
		}
		s.imports(t, file)
		s.oracle(t, 0, "compare", file)
	}
}

// What somebody else has written since is named, and nothing is changed.
func TestRollbackRefuses(t *testing.T) {
	file := generated(t, "130")
	s := shared(t, servers.Cassandra5)
	s.imports(t, file)
	s.judge(t, 0, "touch")
	before := filepath.Join(t.TempDir(), "before.json")
	s.exported(t, before)
	r := s.rollback(t, file)
	for _, want := range []string{"somebody else has written since the import", "config_db_uuid/obj_uuid_table/", "zk:/fq-name-to-uuid/mine", "made tables in keyspaces of the import: useragent.mine"} {
		if r.code != 2 || !strings.Contains(r.err, want) {
			t.Errorf("exit code %d, %q is missing:\n%s", r.code, want, r.err)
		}
	}
	succeed(t, append([]string{"diff", "--all", before, "live:"}, s.flags()...)...)
}

// An import that was killed is taken back, and taking back is killed too, several times.
func TestRollbackKilled(t *testing.T) { rollbackKilled(t, "300", 2) }

func rollbackKilled(t *testing.T, objects string, rounds int) {
	file := generated(t, objects)
	random := rand.New(rand.NewPCG(9, uint64(time.Now().UnixNano())))
	var took time.Duration
	for round := range rounds {
		s := shared(t, servers.Versions()[round%2])
		if took == 0 {
			begin := time.Now()
			s.imports(t, file)
			took = time.Since(begin)
			if r := s.rollback(t, file); r.code != 0 {
				t.Fatalf("exit code %d\n%s", r.code, r.err)
			}
		}
		toolUntil(t, took/4+time.Duration(random.Int64N(int64(took))), append(append([]string{"import", "--yes"}, s.flags()...), file)...)
		begun := false
		for _, suffix := range []string{".import", ".imported"} {
			text, _ := os.ReadFile(file + suffix)
			begun = begun || strings.Contains(string(text), "\n")
		}
		if begun {
			for kills := 0; ; kills++ {
				limit := time.Duration(random.Int64N(int64(took)))
				if kills > 3 {
					limit = 5 * time.Minute
				}
				r := toolUntil(t, limit, append(append([]string{"import", "--rollback", "--yes"}, s.flags()...), file)...)
				if r.code == 0 || strings.Contains(r.err, "there is no journal") {
					break
				}
				if r.code != -1 {
					t.Fatalf("exit code %d\n%s", r.code, r.err)
				}
			}
		} else {
			os.Remove(file + ".import")
		}
		if got := s.oracle(t, 0, "names"); got != "" {
			t.Fatalf("left: %s", got)
		}
		s.imports(t, file)
		s.oracle(t, 0, "compare", file)
		if r := s.rollback(t, file); r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, r.err)
		}
	}
}
