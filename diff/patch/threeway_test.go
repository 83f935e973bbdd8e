package patch_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff/patch"
)

// one makes a dump of one object with the given cells and a node.
func one(cells, node string) string {
	return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"11111111-1111-4111-8111-111111111111": {"type": ["\"tag\"", 1], "fq_name": ["[\"t\"]", 1]` + cells +
		`}}}}, "zookeeper": "[[\"/n\", ` + strings.ReplaceAll(node, `"`, `\"`) + `]]"}`
}

func cell(name, value string, time int) string {
	return fmt.Sprintf(`, "%s": [%q, %d]`, name, value, time)
}

// What two have changed in one value is merged where it doesn't touch; where it
// does, the place in the value is named.
func TestThreeWayInsideOfValues(t *testing.T) {
	const node = `["d", [1]]`
	for name, c := range map[string]struct{ old, mine, yours, want, conflict string }{
		"members": {
			cell("prop:x", `{"a": 1, "b": 1}`, 5), cell("prop:x", `{"a": 2, "b": 1}`, 6), cell("prop:x", `{"a": 1, "b": 2}`, 7),
			cell("prop:x", `{"a": 2, "b": 2}`, 7), ""},
		"the later time counts": {
			cell("prop:x", `{"a": 1, "b": 1}`, 5), cell("prop:x", `{"a": 2, "b": 1}`, 9), cell("prop:x", `{"a": 1, "b": 2}`, 7),
			cell("prop:x", `{"a": 2, "b": 2}`, 9), ""},
		"last modified": {
			cell("prop:id_perms", `{"last_modified": "2020", "enable": true}`, 5), cell("prop:id_perms", `{"last_modified": "2022", "enable": true}`, 6),
			cell("prop:id_perms", `{"last_modified": "2021", "enable": true}`, 7), cell("prop:id_perms", `{"last_modified": "2022", "enable": true}`, 7), ""},
		"only written again": {
			cell("META:latest_col_ts", `null`, 5), cell("META:latest_col_ts", `null`, 8), cell("META:latest_col_ts", `null`, 7), cell("META:latest_col_ts", `null`, 8), ""},
		"written again and changed": {cell("prop:x", `1`, 5), cell("prop:x", `1`, 6), cell("prop:x", `2`, 7), cell("prop:x", `2`, 7), ""},
		"changed and written again": {cell("prop:x", `1`, 5), cell("prop:x", `2`, 6), cell("prop:x", `1`, 7), cell("prop:x", `2`, 7), ""},
		"written again and removed": {cell("prop:x", `1`, 5), cell("prop:x", `1`, 6), "", "", ""},
		"added by both":             {"", cell("prop:x", `1`, 6), cell("prop:x", `1`, 7), cell("prop:x", `1`, 7), ""},
		"added by both, differently": {"", cell("prop:x", `{"a": 1}`, 6), cell("prop:x", `{"b": 1}`, 7), "",
			"obj_uuid_table/11111111-1111-4111-8111-111111111111/prop:x is there already"},
		"the same member": {
			cell("prop:x", `{"a": {"b": [1]}}`, 5), cell("prop:x", `{"a": {"b": [2]}}`, 6), cell("prop:x", `{"a": {"b": [3]}}`, 7), "", "prop:x is not what it was at a.b.0"},
		"changed and removed": {cell("prop:x", `1`, 5), cell("prop:x", `2`, 6), "", "", "prop:x is not what it was"},
	} {
		a, b1, b2 := one(c.old, node), one(c.mine, node), one(c.yours, node)
		text, _ := write(t, a, b2)
		got, err := apply(t, b1, text, false, patch.ApplyOptions{ThreeWay: true})
		switch {
		case c.conflict != "":
			if err == nil || !strings.Contains(err.Error(), c.conflict) {
				t.Errorf("%s: %v, want %s", name, err, c.conflict)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			if d := differences(t, got, one(c.want, node)); d != "" {
				t.Errorf("%s:\n%s\n%s", name, got, d)
			}
		}
		if c.mine == c.old || c.yours == c.old {
			continue
		}
		if _, err := apply(t, b1, text, false, patch.ApplyOptions{}); err == nil {
			t.Errorf("%s: applied without three-way", name)
		}
	}
}

// A stat that others have changed is no conflict, other data is.
func TestThreeWayNodes(t *testing.T) {
	for _, c := range []struct{ old, mine, yours, want string }{
		{`["d", [1]]`, `["d", [2]]`, `["e", [3]]`, `["e", [3]]`},
		{`["d", [1]]`, `["e", [2]]`, `["e", [3]]`, `["e", [2]]`},
		{`["d", [1]]`, `["e", [2]]`, `["f", [3]]`, ""},
		{`["d", [1]]`, `["e", [2]]`, `["d", [3]]`, `["e", [2]]`},
		{`[null, [1]]`, `["e", [2]]`, `[null, [3]]`, `["e", [2]]`},
		{`[null, [1]]`, `["e", [2]]`, `["d", [3]]`, ""},
	} {
		text, _ := write(t, one("", c.old), one("", c.yours))
		got, err := apply(t, one("", c.mine), text, false, patch.ApplyOptions{ThreeWay: true})
		if (err != nil) != (c.want == "") {
			t.Errorf("%v: %v", c, err)
		}
		if err == nil {
			if d := differences(t, got, one("", c.want)); d != "" {
				t.Errorf("%v: %s", c, d)
			}
		}
	}
}

// Two that changed different things, perhaps in the same values, can be applied
// in either order, and the result has both.
func TestThreeWayOfUnrelatedChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var docs [4]strings.Builder // old, mine, yours, both
		for column := range 1 + r.IntN(5) {
			values := [4]string{"{", "{", "{", "{"}
			for member := range 1 + r.IntN(6) {
				old := r.IntN(3)
				is := [4]int{old, old, old, old}
				switch r.IntN(4) {
				case 0:
					is[1], is[3] = old+10, old+10
				case 1:
					is[2], is[3] = old+20, old+20
				}
				for i := range values {
					if len(values[i]) > 1 {
						values[i] += ", "
					}
					values[i] += fmt.Sprintf(`"m%d": {"v": [%d, "between"]}`, member, is[i])
				}
			}
			for i := range docs {
				docs[i].WriteString(cell(fmt.Sprintf("prop:p%d", column), values[i]+"}", 5))
			}
		}
		var dumps [4]string
		for i := range docs {
			dumps[i] = one(docs[i].String(), `["d", [1]]`)
		}
		for _, way := range [][2]int{{1, 2}, {2, 1}} {
			text, _ := write(t, dumps[0], dumps[way[1]])
			got, err := apply(t, dumps[way[0]], text, false, patch.ApplyOptions{ThreeWay: true})
			if err != nil {
				t.Fatal(err)
			}
			if d := differences(t, got, dumps[3]); d != "" {
				t.Fatalf("%s\n%s", d, got)
			}
		}
	}
}

// Values of the object tables and members that are too long to be held are compared in
// their meaning too: a patch has no line about another order, and doesn't mind it.
func TestLongValuesByMeaning(t *testing.T) {
	long := strings.Repeat("x", 1_200_000)
	doc := func(value, member, x string) string {
		text := one(cell("prop:x", value, 5)+cell("prop:y", x, 5), `["d", [1]]`)
		return text[:len(text)-1] + `, "m": ` + member + `}`
	}
	a := doc(`{"a": "`+long+`", "b": [1, 2]}`, `{"a": "`+long+`", "b": 1}`, "1")
	same := doc(`{"b":[1,2],"a":"`+long+`"}`, `{"b": 1, "a": "`+long+`"}`, "1")
	other := doc(`{"b":[2,1],"a":"`+long+`"}`, `{"b": 1.0, "a": "`+long+`"}`, "2")
	if _, stats := write(t, a, same); stats.Total() != 0 {
		t.Errorf("%+v for another order", stats)
	}
	text, stats := write(t, a, other)
	if stats.Total() == 0 {
		t.Error("no difference")
	}
	got, err := apply(t, same, text, false, patch.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d := differences(t, got, other); d != "" {
		t.Errorf("%.300s", d)
	}
}
