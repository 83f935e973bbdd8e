package validate

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// ruleCase shows a rule at work: a change of a consistent dump that it must find, and one much like it that it must not.
type ruleCase struct {
	rule   string
	change func(*document)
	also   string // the other rules that find something then, since it follows from the change
	near   func(*document)
	target *Target
	// nearTarget is the target of the near miss, where it isn't the same.
	nearTarget *Target
	// incomplete tells that the dump can't be read to its end.
	incomplete bool
}

// usually are the rules that find something in every generated dump; all of them are infos.
var usually = []string{"B-TGT-11"}

var referenceTime = time.Date(2021, 6, 2, 0, 0, 0, 0, time.UTC)

func allCases() []ruleCase {
	return slices.Concat(casesOfObjects, casesOfLinks, casesOfStructure, casesOfNumbers, casesOfNetworks, casesOfZooKeeper, casesOfTarget)
}

func TestRules(t *testing.T) {
	for _, c := range allCases() {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			check := func(change func(*document), target *Target, want map[string]bool) {
				t.Helper()
				d := newDocument(t)
				change(d)
				list, s := findings(t, d.text(), Options{Now: referenceTime, Target: target}, 0)
				got := map[string]bool{}
				for i := range list {
					got[list[i].Rule.ID] = true
				}
				if (s.Incomplete != nil) != (c.incomplete && want != nil) {
					t.Errorf("incomplete: %v", s.Incomplete)
				}
				if want == nil {
					if got[c.rule] {
						t.Errorf("the near miss is a finding:\n%s", lines(list))
					}
					return
				}
				if !maps.Equal(got, want) {
					t.Errorf("got %v, want %v\n%s", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)), lines(list))
				}
			}
			want := map[string]bool{c.rule: true}
			for _, id := range append(strings.Fields(c.also), usually...) {
				want[id] = true
			}
			if c.incomplete {
				delete(want, "B-TGT-11")
			}
			check(c.change, c.target, want)
			near := c.target
			if c.nearTarget != nil {
				near = c.nearTarget
			}
			check(c.near, near, nil)
		})
	}
}

func lines(list []Finding) string {
	var b strings.Builder
	for i := range list {
		if i == 40 {
			b.WriteString("…\n")
			break
		}
		b.WriteString(list[i].line() + "\n")
	}
	return b.String()
}

// TestEveryRuleHasACase keeps rules from going without a case.
func TestEveryRuleHasACase(t *testing.T) {
	has := map[string]bool{}
	for _, c := range allCases() {
		if _, ok := Lookup(c.rule); !ok {
			t.Errorf("case of the unknown rule %s", c.rule)
		}
		has[c.rule] = c.change != nil && c.near != nil
	}
	for _, r := range Rules() {
		if !r.Live && !has[r.ID] {
			t.Errorf("rule %s has no case", r.ID)
		}
		if (r.Entity != nil) != (len(r.Of) > 0) {
			t.Errorf("rule %s: Entity needs Of, and Of Entity", r.ID)
		}
		if r.Live && has[r.ID] {
			t.Errorf("rule %s needs a live system, but has a case", r.ID)
		}
	}
}
