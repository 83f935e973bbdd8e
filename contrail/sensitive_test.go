package contrail

import (
	"slices"
	"strings"
	"testing"
)

// valueAt makes a value that has nothing but a text at a path.
func valueAt(path, text string) string {
	switch {
	case path == "":
		return `"` + text + `"`
	case strings.HasPrefix(path, "[]"):
		return "[" + valueAt(strings.TrimPrefix(path[2:], "."), text) + "]"
	}
	i := strings.IndexAny(path, ".[")
	if i < 0 {
		i = len(path)
	}
	return `{"` + path[:i] + `": ` + valueAt(strings.TrimPrefix(path[i:], "."), text) + `}`
}

// Every secret place is masked, and an ordinary text at any other is not.
func TestEveryPlace(t *testing.T) {
	classes := map[Class]int{}
	for _, c := range sensitiveColumns {
		typ, column := c.typ, c.key
		if typ == "*" {
			typ = "project"
		}
		if !strings.HasPrefix(column, "prop:") {
			column += ":" + uuidA
		}
		for _, p := range c.places {
			classes[p.Class]++
			value := valueAt(p.Path, "ordinary")
			got := string(Mask(typ, []byte(column), []byte(value)))
			want := value
			if p.Class == ClassSecret {
				want = valueAt(p.Path, Masked)
			}
			if got != want {
				t.Errorf("%s %s: %s, want %s", typ, column, got, want)
			}
			for _, spelling := range []string{typ, HyphenType(typ), "", "a_type_to_come"} {
				if !slices.Contains(slices.Collect(SensitivePlaces(spelling, []byte(column))), p) {
					t.Errorf("%s %s has not the place %q", spelling, column, p.Path)
				}
			}
		}
	}
	if len(classes) != 24 || classes[ClassSecret] < 13 {
		t.Errorf("classes %v", classes)
	}
}

func TestSensitivePlacesOfOtherTypes(t *testing.T) {
	for p := range SensitivePlaces("domain", []byte("prop:esxi_info")) {
		t.Errorf("domain has the place %+v of another type", p)
	}
	if got := slices.Collect(SensitivePlaces("domain", []byte("prop:id_perms"))); len(got) != 8 {
		t.Errorf("places of all types: %v", got)
	}
	if !slices.IsSortedFunc(sensitiveColumns[:], func(a, b sensitiveColumn) int {
		return strings.Compare(a.key+"\x00"+a.typ, b.key+"\x00"+b.typ)
	}) {
		t.Error("the table is not sorted")
	}
}
