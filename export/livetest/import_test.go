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

// imports runs an import and wants it to succeed.
func (s site) imports(t *testing.T, file string, args ...string) result {
	t.Helper()
	return succeed(t, append(append([]string{"import", "--yes"}, s.flags()...), append(args, file)...)...)
}

func TestImport(t *testing.T) {
	file := generated(t, "1000")
	other := generated(t, "300", "--cluster-id", "c1")
	for _, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			s := shared(t, v)
			r := s.imports(t, file)
			if !strings.Contains(r.out, "all as in the dump") {
				t.Error(r.out)
			}
			s.oracle(t, 0, "compare", file)

			s.oracle(t, 0, "clean")
			s.imports(t, file, "--now", "--no-compact")
			s.oracle(t, 0, "compare", "--now", "1", file)
			s.oracle(t, 1, "compare", file)

			// From one cluster id to another.
			for _, c := range []struct{ file, from, to string }{{other, "c1", "c2"}} {
				s.oracle(t, 0, "clean")
				s.imports(t, c.file, "--cluster-id", c.to)
				s.oracle(t, 0, "compare", "--from-id", c.from, "--cluster-id", c.to, c.file)
			}
		})
	}
}

// What is there already is named, with how much of it there is, and stays as it is.
func TestImportRefusesWhatIsNotEmpty(t *testing.T) {
	for _, v := range servers.Versions() {
		s := shared(t, v)
		file, other := generated(t, "130"), generated(t, "200")
		s.imports(t, file)
		r := tool(t, append(append([]string{"import", "--yes"}, s.flags()...), other)...)
		if r.code != 2 || !strings.Contains(r.err, "config_db_uuid.obj_uuid_table (130 rows)") || !strings.Contains(r.err, "/fq-name-to-uuid (") {
			t.Errorf("exit code %d\n%s", r.code, r.err)
		}
		s.oracle(t, 0, "compare", file)
		if _, err := os.Stat(other + ".import"); err == nil {
			t.Error("a journal was begun")
		}
	}
}

// A dump that is damaged anywhere is refused before the first write.
func TestImportRefusesDamage(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	file := generated(t, "150")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{
		"cut":         text[:len(text)-1],
		"cut earlier": text[:len(text)/2],
		"control":     []byte(strings.Replace(string(text), `"prop:id_perms"`, "\"prop:id\x01perms\"", 1)),
		"twice":       []byte(strings.Replace(string(text), `"prop:id_perms"`, `"type"`, 1)),
		"zookeeper":   []byte(strings.Replace(string(text), `\"/fq-name-to-uuid`, `\"/fq-name-to-uuid\"`, 1)),
	} {
		bad := filepath.Join(t.TempDir(), "bad.json")
		if err := os.WriteFile(bad, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		r := tool(t, append(append([]string{"import", "--yes"}, s.flags()...), bad)...)
		if r.code != 2 || !strings.Contains(r.err, "bad.json") {
			t.Errorf("%s: exit code %d\n%s", name, r.code, r.err)
		}
		if got := s.oracle(t, 0, "names"); got != "" {
			t.Errorf("%s: written: %s", name, got)
		}
	}
}

// What the rules of validate call fatal is refused by the preflight, and named by an import.
func TestImportFatalFindings(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	file := filepath.Join(t.TempDir(), "no-system.json")
	succeed(t, "filter", "-q", "--omit-type", "global_system_config", generated(t, "130"), "-o", file)
	r := tool(t, append(append([]string{"import", "--preflight"}, s.flags()...), file)...)
	if r.code != 2 || !strings.Contains(r.err, "X-GSC") {
		t.Errorf("exit code %d\n%s", r.code, r.err)
	}
	if r := s.imports(t, file); !strings.Contains(r.err, "X-GSC") {
		t.Error(r.err)
	}
	s.oracle(t, 0, "compare", file)
}

// Nobody is asked without a terminal; then nothing is written without --yes.
func TestImportAsks(t *testing.T) {
	s := shared(t, servers.Cassandra5)
	file := generated(t, "150")
	r := tool(t, append(append([]string{"import"}, s.flags()...), file)...)
	if r.code != 2 || !strings.Contains(r.err, "this would write 1") && !strings.Contains(r.err, "this would write") || !strings.Contains(r.err, s.cassandra.Hosts[0]) {
		t.Errorf("exit code %d\n%s", r.code, r.err)
	}
	for _, flag := range []string{"--preflight", "--dry-run"} {
		if r := tool(t, append(append([]string{"import", flag}, s.flags()...), file)...); r.code != 0 || !strings.Contains(r.out, "obj_uuid_table") {
			t.Errorf("%s: exit code %d\n%s", flag, r.code, r.err)
		}
	}
	if got := s.oracle(t, 0, "names"); got != "" {
		t.Errorf("written: %s", got)
	}
}

// A plan is done exactly, or not at all.
func TestImportByPlan(t *testing.T) {
	s := shared(t, servers.Cassandra3)
	file, other := generated(t, "160"), generated(t, "170")
	plan := filepath.Join(t.TempDir(), "plan.json")
	succeed(t, append(append([]string{"import", "--dry-run", "--now", "--plan", plan}, s.flags()...), file)...)
	for _, args := range [][]string{{other, "--now"}, {file}, {file, "--now", "--cluster-id", "c9"}} {
		r := tool(t, append(append([]string{"import", "--yes", "--plan", plan}, s.flags()...), args...)...)
		if r.code != 2 || !strings.Contains(r.err, "it is not as the plan") {
			t.Errorf("%v: exit code %d\n%s", args, r.code, r.err)
		}
	}
	if got := s.oracle(t, 0, "names"); got != "" {
		t.Errorf("written: %s", got)
	}
	s.imports(t, file, "--now", "--plan", plan)
	s.oracle(t, 0, "compare", "--now", "1", file)
}

// The program is killed at random moments, several of them in one import now and then, and goes on each time.
func TestImportKilled(t *testing.T) { importKilled(t, "400", 4) }

func importKilled(t *testing.T, objects string, most int) {
	file := generated(t, objects)
	random := rand.New(rand.NewPCG(8, uint64(time.Now().UnixNano())))
	kills := 0
	var took time.Duration
	for kills < most {
		s := shared(t, servers.Versions()[kills%2])
		if took == 0 {
			begin := time.Now()
			s.imports(t, file)
			took = time.Since(begin)
			s.oracle(t, 0, "clean")
		}
		args := append(append([]string{"import", "--yes"}, s.flags()...), file)
		for {
			r := toolUntil(t, time.Duration(random.Int64N(int64(took))), args...)
			if r.code == 0 {
				break
			}
			if r.code != -1 {
				t.Fatalf("after %d kills: exit code %d\n%s", kills, r.code, r.err)
			}
			kills++
			if _, err := os.Stat(file + ".import"); err == nil {
				args = append(append([]string{"import", "--yes", "--resume"}, s.flags()...), file)
				// A journal without a whole head: nothing was written.
				if text, _ := os.ReadFile(file + ".import"); !strings.Contains(string(text), "\n") {
					if err := os.Remove(file + ".import"); err != nil {
						t.Fatal(err)
					}
					args = append(append([]string{"import", "--yes"}, s.flags()...), file)
				}
			}
			if random.IntN(3) == 0 {
				r := tool(t, args...)
				if r.code != 0 {
					t.Fatalf("after %d kills: exit code %d\n%s", kills, r.code, r.err)
				}
				break
			}
		}
		s.oracle(t, 0, "compare", file)
		t.Logf("%d kills so far", kills)
	}
	t.Logf("%d kills, an import takes %s", kills, took)
}

// A part of a dump is imported as if the part had been filtered into a file, goes on after a kill, and is taken back,
// without being named again.
func TestImportPart(t *testing.T) {
	file, part := generated(t, "300"), filepath.Join(t.TempDir(), "part.json")
	selection := []string{"--type", "virtual-network,security-group", "--closure", "--omit-keyspace", "useragent"}
	succeed(t, append([]string{"filter", file, "-o", part}, selection...)...)
	for i, v := range servers.Versions() {
		s := shared(t, v)
		if i == 0 {
			s.imports(t, file, selection...)
		} else {
			r := toolUntil(t, 1200*time.Millisecond, append(append([]string{"import", "--yes", file}, s.flags()...), selection...)...)
			text, _ := os.ReadFile(file + ".import")
			switch {
			case r.code == 0:
			case strings.Contains(string(text), "\n"):
				s.imports(t, file, "--resume")
			default: // it had not begun
				os.Remove(file + ".import")
				s.imports(t, file, selection...)
			}
		}
		s.oracle(t, 0, "compare", part)
		s.oracle(t, 1, "compare", file)
		if r := s.rollback(t, file); r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, r.err)
		}
		if got := s.oracle(t, 0, "names"); got != "" {
			t.Errorf("left: %s", got)
		}
	}
}
