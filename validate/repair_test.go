package validate_test

import (
	"bytes"
	"context"
	"fmt"
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
