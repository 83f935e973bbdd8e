package validate_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/validate"
	"github.com/dumptool/dumptool/validate/repair"
)

// TestRepairUpperCase gets the sound dump back, but for the timestamps of what had to be written anew.
func TestRepairUpperCase(t *testing.T) {
	rule, _ := validate.Lookup("B-OBJ-1")
	timestamps := regexp.MustCompile(`, 1\d{15}\]`)
	before, upper := validate.UpperCase(t)
	for name, text := range upper {
		for _, rules := range []map[*validate.Rule]bool{nil, {rule: true}} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				after, s, log := repaired(t, text, repair.Options{Rules: rules})
				if s.Unsettled || s.Removed > 0 {
					t.Errorf("unsettled, or %d removed", s.Removed)
				}
				want := before
				got := after
				if !strings.Contains(name, "policy") {
					got, want = timestamps.ReplaceAllString(after, ", 1]"), timestamps.ReplaceAllString(want, ", 1]")
				}
				if again, _, log := repaired(t, after, repair.Options{Rules: rules}); again != after {
					t.Errorf("not the same the second time:\n%s", log)
				}
				if a, b := plainly(t, got), plainly(t, want); !sameJSON(t, a, b) {
					t.Errorf("not what it was:\n%s", log)
				}
			})
		}
	}
}

// TestRepairUpperCaseTwice leaves rows alone whose uuid another one has.
func TestRepairUpperCaseTwice(t *testing.T) {
	rule, _ := validate.Lookup("B-OBJ-1")
	for _, text := range validate.TwoOfOneUUID(t) {
		if after, s, log := repaired(t, text, repair.Options{Rules: map[*validate.Rule]bool{rule: true}}); after != text || s.LeftSelected[validate.Warning] == 0 {
			t.Errorf("left are %v:\n%s", s.LeftSelected, log)
		}
	}
}

// TestRepairUpperCaseTaken gives no row the key of another one.
func TestRepairUpperCaseTaken(t *testing.T) {
	rule, _ := validate.Lookup("B-OBJ-1")
	text, upper, lower := validate.KeyTaken(t)
	after, s, log := repaired(t, text, repair.Options{Rules: map[*validate.Rule]bool{rule: true}})
	if s.LeftSelected[validate.Warning] > 0 || strings.Count(after, `"`+upper+`": {`) != 1 || strings.Count(after, `"`+lower+`": {`) != 1 {
		t.Errorf("left are %v:\n%s", s.LeftSelected, log)
	}
	if again, _, log := repaired(t, after, repair.Options{Rules: map[*validate.Rule]bool{rule: true}}); again != after {
		t.Errorf("the second time:\n%s", log)
	}
}

// plainly writes the nodes of a dump as they are, in place of the text that holds them.
func plainly(t *testing.T, text string) string {
	t.Helper()
	var top map[string]json.RawMessage
	var nodes string
	if err := json.Unmarshal([]byte(text), &top); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(top["zookeeper"], &nodes); err != nil {
		t.Fatal(err)
	}
	top["zookeeper"] = json.RawMessage(nodes)
	b, err := json.Marshal(top)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
