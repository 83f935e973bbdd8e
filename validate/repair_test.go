package validate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/validate"
	"github.com/dumptool/dumptool/validate/repair"
)

func open(t *testing.T, text string) *dump.Dump {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "test.json", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// repaired repairs a text, and tells what was done.
func repaired(t *testing.T, text string, o repair.Options) (string, *repair.Summary, string) {
	t.Helper()
	var b bytes.Buffer
	var log strings.Builder
	o.Now = validate.ReferenceTime
	o.Log = func(e *repair.Entry) error {
		switch {
		case e.Edit != nil:
			fmt.Fprintf(&log, "%d %s %s %s %q from %d\n", e.Round, e.Edit.Rule.ID, e.Edit.Op, e.Edit.Path, e.Edit.Value, e.Edit.From)
			if e.Edit.Op == validate.RenameRow {
				to := e.Edit.Path
				to.Row = e.Edit.Value
				fmt.Fprintf(&log, "to %s\n", to)
			}
		case e.Removed != nil:
			fmt.Fprintf(&log, "%d removed %s %s %s: %d references, %d children\n", e.Round, e.Removed.Type, e.Removed.FQName, e.Removed.UUID, e.Removed.References, e.Removed.Children)
		case e.Left != nil:
			fmt.Fprintf(&log, "left %s %s %s: %s; fix: %s\n", e.Left.Rule.ID, e.Left.Severity, e.Left.Where, e.Left.Message, e.Left.Fix())
		}
		return nil
	}
	s, err := repair.Repair(context.Background(), &b, open(t, text), o)
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	return b.String(), s, log.String()
}

func TestRepairCases(t *testing.T) {
	for _, c := range validate.Cases(t) {
		t.Run(c.Rule, func(t *testing.T) {
			t.Parallel()
			if c.Incomplete {
				return
			}
			after, s, log := repaired(t, c.Text, repair.Options{Target: c.Target})
			t.Logf("rounds %d, edits %d\n%s", s.Rounds, s.Edits, log)
			if s.Unsettled {
				t.Error("unsettled")
			}
			if _, err := validate.Validate(context.Background(), open(t, after), validate.Options{Now: validate.ReferenceTime, Target: c.Target}, func(f *validate.Finding) error {
				if f.Fixable {
					t.Errorf("still there: %s %s %s", f.Rule.ID, f.Where, f.Message)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			again, s2, log := repaired(t, after, repair.Options{Target: c.Target})
			if s2.Rounds != 0 || again != after {
				t.Errorf("a second repair does something:\n%s", log)
			}
		})
	}
}

// TestRepairRandomDamage repairs dumps in which many things are wrong at once.
func TestRepairRandomDamage(t *testing.T) {
	for seed := range *seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			_, text := validate.Damaged(t, uint64(seed)+*firstSeed, 1+seed%40)
			after, s, log := repaired(t, text, repair.Options{})
			if s.Unsettled {
				t.Errorf("unsettled:\n%s", log)
			}
			left := 0
			if _, err := validate.Validate(context.Background(), open(t, after), validate.Options{Now: validate.ReferenceTime}, func(f *validate.Finding) error {
				if f.Fixable {
					t.Errorf("still there: %s %s %s", f.Rule.ID, f.Where, f.Message)
					left++
				}
				return nil
			}); err != nil {
				t.Fatalf("%v\n%s", err, log)
			}
			again, s2, log2 := repaired(t, after, repair.Options{})
			if s2.Rounds != 0 || again != after {
				t.Errorf("a second repair does something:\n%s", log2)
			}
			if t.Failed() {
				t.Log(log)
			}
			onlyEdited(t, text, after, log)
		})
	}
}

var (
	seeds     = flag.Int("seeds", 16, "how many random dumps are repaired")
	firstSeed = flag.Uint64("first-seed", 0, "the first of them")
)

// onlyEdited checks that rows and nodes in which no edit was made are the same.
func onlyEdited(t *testing.T, before, after, log string) {
	t.Helper()
	a, b := parts(t, before), parts(t, after)
	for path := range a {
		if a[path] != b[path] && !strings.Contains(log, path) && !inTree(log, path) {
			t.Errorf("%s was changed without an edit: %.200s became %.200s", path, a[path], b[path])
		}
	}
	for path := range b {
		if _, ok := a[path]; !ok && !strings.Contains(log, path) {
			t.Errorf("%s was added without an edit", path)
		}
	}
}

// inTree tells if a directory of a node was removed.
func inTree(log, path string) bool {
	for i := strings.LastIndexByte(path, '/'); i > 0 && strings.HasPrefix(path, "zk:"); i = strings.LastIndexByte(path[:i], '/') {
		if strings.Contains(log, "drop "+path[:i]+" ") {
			return true
		}
	}
	return false
}

// parts are the texts of all rows and nodes by their paths.
func parts(t *testing.T, text string) map[string]string {
	t.Helper()
	d := open(t, text)
	r, err := d.ReaderWith(context.Background(), dump.Options{OnProblem: func(*dump.Problem) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m := map[string]string{}
	path := ""
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			path = dump.Path{Level: dump.AtRow, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String()}.String()
		case dump.RowEnd:
			start, end := r.Span()
			m[path] += text[start:end]
		case dump.ZNodeRead:
			n := r.ZNode()
			m[string(dump.AppendNodePath(nil, n.Normal))] += text[n.Offset:n.End]
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return m
}

// sameJSON tells if two texts are the same JSON.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var values [2]any
	for i, text := range []string{a, b} {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(&values[i]); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

// TestRepairGivesBack takes cells away that follow from others, one at a time. With their timestamp the repair gives the
// same bytes.
func TestRepairGivesBack(t *testing.T) {
	before, without, times := validate.Redundant(t, 40)
	for name, text := range without {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, _, log := repaired(t, text, repair.Options{Timestamp: times[name]})
			if after != before && !sameJSON(t, after, before) { // letters that aren't ASCII may be escaped
				t.Errorf("not what it was:\n%s", log)
			}
		})
	}
}

// TestRepairOracle has an independent program look at what was repaired: it finds what is said to be left, and nothing else.
func TestRepairOracle(t *testing.T) {
	dir := t.TempDir()
	ours := map[string]map[string]int{}
	files := []string{"../testdata/oracle/findings.py"}
	for seed := range uint64(*seeds) {
		_, text := validate.Damaged(t, seed+*firstSeed+100, 3+int(seed)%8)
		file := filepath.Join(dir, fmt.Sprint(seed, ".json"))
		after, _, _ := repaired(t, text, repair.Options{})
		if err := os.WriteFile(file, []byte(after), 0o600); err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		if _, err := validate.Validate(context.Background(), open(t, after), validate.Options{Now: validate.ReferenceTime}, func(f *validate.Finding) error {
			if f.Severity > validate.Info {
				count[f.Rule.ID]++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		ours[file] = count
		files = append(files, file)
	}
	cmd := exec.Command("python3", files...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for line := range strings.Lines(string(out)) {
		var v struct {
			File, Refused string
			Findings      map[string]int
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Refused != "" {
			continue // a value that is no text, and such
		}
		looked++
		for _, id := range validate.OracleRules {
			if strings.HasPrefix(id, "M-IPA") || strings.HasPrefix(id, "B-SUB") || strings.HasPrefix(id, "M-RT") {
				continue // the programs differ about addresses and targets whose networks are damaged
			}
			if a, b := ours[v.File][id], v.Findings[id]; a != b {
				t.Errorf("%s: %s is left %d times, %d by the oracle", filepath.Base(v.File), id, a, b)
			}
		}
	}
	if looked < *seeds/2 {
		t.Errorf("the oracle looked at %d of %d", looked, *seeds)
	}
}
