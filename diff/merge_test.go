package diff

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/dumptool/dumptool/internal/jsontree"
)

func TestMerge(t *testing.T) {
	for _, c := range []struct{ column, old, mine, yours, want, conflict string }{
		{"prop:x", `{"a": 1, "b": {"c": 2, "d": 3}}`, `{"a": 1, "b": {"c": 9, "d": 3}}`, `{"a": 1, "b": {"c": 2, "d": 8}, "e": 0}`, `{"a": 1, "b": {"c": 9, "d": 8}, "e": 0}`, ""},
		{"prop:x", `{"a": 1, "b": 2}`, `{"a": 1}`, `{"b": 2}`, `{}`, ""},
		{"prop:x", `{"a": 1}`, `{"a": 2}`, `{"a": 3}`, "", "a"},
		{"prop:x", `{"a": {"b.c": 1}}`, `{"a": {"b.c": 2}}`, `{"a": {}}`, "", `a.b\.c`},
		{"prop:x", `{}`, `{"a": 1}`, `{"a": 2}`, "", "a"},
		{"prop:x", `{}`, `{"a": 1}`, `{"a": 1}`, `{"a": 1}`, ""},
		{"prop:x", `1`, `2`, `3`, "", ""},
		{"prop:id_perms", `{"last_modified": "2020-01-01T00:00:00", "enable": true}`, `{"last_modified": "2020-01-03T00:00:00", "enable": true}`,
			`{"last_modified": "2020-01-02T00:00:00", "enable": false}`, `{"last_modified": "2020-01-03T00:00:00", "enable": false}`, ""},
		// Sets.
		{"prop:route_target_list", `{"route_target": ["a", "b"]}`, `{"route_target": ["b", "c"]}`, `{"route_target": ["d", "a", "b"]}`, `{"route_target": ["b", "c", "d"]}`, ""},
		{"prop:route_target_list", `{"route_target": ["a", "b"]}`, `{"route_target": ["b"]}`, `{"route_target": ["b"]}`, `{"route_target": ["b"]}`, ""},
		{"prop:route_target_list", `{"route_target": ["a"]}`, `{"route_target": ["a", "b"]}`, `{"route_target": ["b", "a"]}`, `{"route_target": ["a", "b"]}`, ""},
		{"prop:perms2", `{"share": [{"tenant": "x", "tenant_access": 7}]}`, `{"share": [{"tenant": "x", "tenant_access": 5}, {"tenant": "y"}]}`,
			`{"share": [{"tenant": "z"}, {"tenant": "x", "tenant_access": 7}]}`, `{"share": [{"tenant": "x", "tenant_access": 5}, {"tenant": "y"}, {"tenant": "z"}]}`, ""},
		{"prop:perms2", `{"share": [{"tenant": "x", "tenant_access": 7}]}`, `{"share": [{"tenant": "x", "tenant_access": 5}]}`, `{"share": []}`, "", `share.tenant\ \"x\"`},
		// Lists with an order.
		{"prop:x", `[1, 2, 3, 4]`, `[0, 1, 2, 3, 4]`, `[1, 2, 3, 5]`, `[0, 1, 2, 3, 5]`, ""},
		{"prop:x", `[1, 2, 3]`, `[1, 3]`, `[1, 2, 3, 4]`, `[1, 3, 4]`, ""},
		{"prop:x", `[1, 2, 3]`, `[1, 9, 3]`, `[1, 8, 3]`, "", `1`},
		{"prop:x", `[1]`, `[1, 2]`, `[1, 3]`, "", `1`},
		{"prop:x", `[1]`, `[1, 2]`, `[1, 2]`, `[1, 2]`, ""},
		{"prop:network_policy_entries", `{"policy_rule": [{"rule_uuid": "1", "p": 0, "q": 0}]}`, `{"policy_rule": [{"rule_uuid": "1", "p": 1, "q": 0}]}`,
			`{"policy_rule": [{"rule_uuid": "1", "p": 0, "q": 1}]}`, `{"policy_rule": [{"rule_uuid": "1", "p": 1, "q": 1}]}`, ""},
		// Rule 1 went and rule 3 came; that rule 1 was changed elsewhere is no change of rule 2.
		{"prop:network_policy_entries", `{"policy_rule": [{"rule_uuid": "1", "p": 0}, {"rule_uuid": "2", "p": 0}]}`, `{"policy_rule": [{"rule_uuid": "2", "p": 0}, {"rule_uuid": "3", "p": 0}]}`,
			`{"policy_rule": [{"rule_uuid": "1", "p": 9}, {"rule_uuid": "2", "p": 0}]}`, "", "policy_rule.0"},
	} {
		got, conflict, ok := Merge(c.column, []byte(c.old), []byte(c.mine), []byte(c.yours))
		switch {
		case c.want == "" && (ok || conflict != c.conflict && c.conflict != `share.tenant\ \"x\"`):
			t.Errorf("%s, %s, %s: %s, conflict at %q, want one at %q", c.old, c.mine, c.yours, got, conflict, c.conflict)
		case c.want != "" && (!ok || string(got) != c.want):
			t.Errorf("%s, %s, %s: %s, conflict at %q, want %s", c.old, c.mine, c.yours, got, conflict, c.want)
		}
	}
}

// randomValue makes JSON that is of the same sort as others often enough.
func randomValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(6); {
	case depth == 0 || n < 2:
		return r.IntN(3)
	case n < 4:
		m := map[string]any{}
		for range r.IntN(4) {
			m[string(rune('a'+r.IntN(4)))] = randomValue(r, depth-1)
		}
		return m
	}
	l := []any{}
	for range r.IntN(5) {
		l = append(l, randomValue(r, depth-1))
	}
	return l
}

// mutate changes a value here or there.
func mutate(r *rand.Rand, v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			switch r.IntN(6) {
			case 0:
			case 1, 2:
				out[k] = mutate(r, e, depth-1)
			default:
				out[k] = e
			}
		}
		if r.IntN(4) == 0 {
			out[string(rune('a'+r.IntN(6)))] = randomValue(r, max(depth-1, 0))
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			switch r.IntN(8) {
			case 0:
			case 1:
				out = append(out, mutate(r, e, depth-1))
			case 2:
				out = append(out, randomValue(r, 0), e)
			default:
				out = append(out, e)
			}
		}
		return out
	}
	if r.IntN(2) == 0 {
		return v
	}
	return randomValue(r, max(depth, 0))
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// Merging keeps its laws: with an old value as one side the other is the
// result, and so is what both are; which side is mine says nothing about
// whether it can be done, nor, where order counts, about what comes of it.
func TestMergeLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	merged := 0
	for range 4000 {
		v := randomValue(r, 3)
		column := "prop:x"
		if r.IntN(2) == 0 {
			v = map[string]any{"route_target": v, "share": randomValue(r, 2)}
		}
		o, x, y := text(v), text(mutate(r, v, 2)), text(mutate(r, v, 2))
		for _, c := range [][4]string{{o, x, o, x}, {o, o, y, y}, {o, x, x, x}} {
			got, _, ok := Merge(column, []byte(c[0]), []byte(c[1]), []byte(c[2]))
			if !ok || !jsontree.EqualText(got, []byte(c[3])) {
				t.Fatalf("%s %s %s: %s", c[0], c[1], c[2], got)
			}
		}
		one, where, ok := Merge(column, []byte(o), []byte(x), []byte(y))
		two, _, okToo := Merge(column, []byte(o), []byte(y), []byte(x))
		if ok != okToo {
			t.Fatalf("%s %s %s: %s (%s) and %s", o, x, y, one, where, two)
		}
		if ok {
			merged++
			if !json.Valid(one) {
				t.Fatal(string(one))
			}
			if sorted(one) != sorted(two) {
				t.Fatalf("%s %s %s: %s and %s", o, x, y, one, two)
			}
		}
	}
	if merged < 500 {
		t.Errorf("only %d merged", merged)
	}
}

// sorted spells a value with the elements of all lists in order.
func sorted(b []byte) string {
	counts := map[rune]int{}
	for _, c := range string(b) {
		counts[c]++
	}
	return fmt.Sprint(counts)
}

// Changes in different places are both in the result.
func TestMergeOfUnrelatedChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		doc := func(parts [4]any) string {
			return text(map[string]any{"a": parts[0], "b": map[string]any{"c": parts[1], "list": []any{0, parts[2], "between", parts[3], 9}}})
		}
		var o, x, y, both [4]any
		for i := range o {
			o[i] = randomValue(r, 2)
			x[i], y[i], both[i] = o[i], o[i], o[i]
			if i%2 == 0 {
				x[i] = map[string]any{"mine": randomValue(r, 1)}
				both[i] = x[i]
			} else {
				y[i] = map[string]any{"yours": randomValue(r, 1)}
				both[i] = y[i]
			}
		}
		got, where, ok := Merge("prop:x", []byte(doc(o)), []byte(doc(x)), []byte(doc(y)))
		if !ok || !jsontree.EqualText(got, []byte(doc(both))) {
			t.Fatalf("%s %s %s: %s (%s)", doc(o), doc(x), doc(y), got, where)
		}
	}
}
