package validate

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOracle compares the findings in all cases, what is damaged and what only looks like it, with those of an independent
// program, for the rules that both have.
func TestOracle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var files []string
	ours := map[string]map[string]int{}
	add := func(name string, change func(*document)) {
		d := newDocument(t)
		change(d)
		text := d.text()
		file := filepath.Join(dir, name+".json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		list, s := findings(t, text, Options{}, 0)
		if s.Incomplete != nil {
			return
		}
		count := map[string]int{}
		for i := range list {
			if list[i].Severity > Info {
				count[list[i].Rule.ID]++
			}
		}
		files = append(files, file)
		ours[file] = count
	}
	for _, c := range allCases() {
		if !c.incomplete && !notForOracle[c.rule] {
			add(c.rule, c.change)
		}
		if !notForOracle[c.rule+" near"] {
			add(c.rule+" near", c.near)
		}
	}
	cmd := exec.Command("python3", append([]string{"../testdata/oracle/findings.py"}, files...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var v struct {
			File, Refused string
			Findings      map[string]int
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Refused != "" {
			refused++
			continue
		}
		for _, id := range oracleRules {
			if a, b := ours[v.File][id], v.Findings[id]; a != b {
				t.Errorf("%s: %s found %d times, %d by the oracle", filepath.Base(v.File), id, a, b)
			}
		}
	}
	if refused > len(files)/10 {
		t.Errorf("the oracle refuses %d of %d", refused, len(files))
	}
}

// notForOracle are cases about which the other program was written with another idea; each with the reason.
var notForOracle = map[string]bool{
	"B-OBJ-1": true, // takes the lock of an object without uuid for one of no object
	"B-PAR-8": true, // holds an object that is its own parent against itself
}

// oracleRules are the rules that the other program has.
var oracleRules = strings.Fields(`X-GSC X-ZKPATH M-MAND-1 M-ORPH-1 M-FQN-1 M-FQN-2 M-FQN-3 M-FQN-4 M-FQN-5 M-DUP-1
	M-RTBR-1 M-RTBR-2 M-RTBR-3 M-RTBR-4 M-RTBR-5 M-RTBR-6 M-RTBR-7 M-RTBR-8 M-RTBR-9 M-RTBR-10 M-RTBR-11
	M-SNU-1 M-SNU-2 M-SNU-3 M-SNU-4 M-SNU-5 M-SNU-6 M-SNU-7 M-IPA-1 M-IPA-2 M-IPA-3 M-IPA-4 M-IPA-5 M-IPA-6 M-IPA-7 M-IPA-8 M-IPA-9
	M-IPA-10 M-IPA-11 M-IPA-12 M-IPA-13 M-IPA-14 M-RTID-1 M-RTID-2 M-RTID-3 M-RTID-4 M-RTID-5 M-RTID-6 M-VNID-1 M-VNID-2 M-VNID-3 M-VNID-4
	M-SGID-1 M-SGID-2 M-SGID-3 M-SGID-4 M-SGID-5 M-AE-1 B-STR-12 B-OBJ-1 B-OBJ-2 B-OBJ-3 B-OBJ-4 B-OBJ-5 B-FQN-1 B-FQN-2 B-FQN-3
	B-TS-6 B-SHR-1 B-SHR-2 B-PAR-1 B-PAR-2 B-PAR-3 B-PAR-4 B-PAR-5 B-PAR-6 B-PAR-7 B-PAR-10 B-REF-1 B-REF-2 B-REF-3 B-REF-4 B-REF-5 B-REF-6
	B-ZK-1 B-ZK-4 B-ZK-7 B-ZK-8 B-ZK-9 B-ZK-10 B-SUB-1 B-SUB-2 B-SUB-3 B-SUB-4 B-SUB-5 B-SUB-7 B-SUB-9 B-SUB-11 B-VN-1 B-SG-1
	B-RT-1 B-RT-2 B-RI-1 B-RI-2 B-VMI-1 B-VMI-2`)
