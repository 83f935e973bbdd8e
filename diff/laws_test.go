package diff_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
)

// A name lock that is gone while the object stays is shown, also where the
// names of the columns that name the object are written with escapes.
func TestNameInEscapedColumns(t *testing.T) {
	lock := [][2]string{{"/fq-name-to-uuid/tag:t/", u1}}
	objects := map[string]map[string]string{u1: object("tag", `["t"]`)}
	a := build{objects: objects, nodes: lock}.String()
	b := build{objects: objects}.String()
	b = strings.NewReplacer(`"type"`, `"t\u0079pe"`, `"fq_name"`, `"fq\u005fname"`).Replace(b)
	const want = "rem zk:/fq-name-to-uuid/tag:t"
	if got := compare(t, a, b, diff.Options{}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A column of a re-created object that differs in time only is like one of an
// object that stayed.
func TestTimesOfRecreated(t *testing.T) {
	a := build{objects: map[string]map[string]string{u1: object("tag", `["t"]`, "prop:x", "1")}}.String()
	b := build{objects: map[string]map[string]string{u2: object("tag", `["t"]`, "prop:x", "2")}, time: 1}.String()
	want := "mod tag:t was 11 mod=prop:x(mod )\ntimestamp 2"
	if got := compare(t, a, b, diff.Options{}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	want = "mod tag:t was 11 mod=fq_name mod=prop:x(mod ) mod=type"
	if got := compare(t, a, b, diff.Options{Show: map[diff.Reason]bool{diff.Timestamp: true}}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	out := renderJSONL(t, a, b, diff.Options{Show: map[diff.Reason]bool{diff.Timestamp: true}})
	if n := strings.Count(out, `"old_timestamp": 1600000000000000, "new_timestamp": 1600000000000001`); n != 3 {
		t.Errorf("%d pairs of times: %s", n, out)
	}
}

// What is written as JSON is UTF-8 and one change a line, whatever the values
// look like.
func TestRawValuesInJSON(t *testing.T) {
	a := build{objects: map[string]map[string]string{u1: object("tag", `["t"]`, "prop:x", "{\n\"a\": [\r\n1]}")}, more: ", \"m\": [\n1]"}.String()
	b := strings.ReplaceAll(build{objects: map[string]map[string]string{u1: object("tag", `["t"]`, "prop:x", "{\"a\":\n[2, \"SURROGATE\"]}")}}.String(),
		"SURROGATE", `\ud800`)
	out := renderJSONL(t, a, b, diff.Options{})
	if !utf8.ValidString(out) {
		t.Errorf("not UTF-8: %q", out)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 4 {
		t.Errorf("%d lines: %s", len(lines), out)
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
	if want := `"new": {"a": [2, "\ud800"]}`; !strings.Contains(out, want) {
		t.Errorf("no %s in %s", want, out)
	}
}

// An empty table can have an empty name, and is no keyspace for it.
func TestTableWithoutName(t *testing.T) {
	a := build{tables: `, "": {}`}.String()
	b := build{}.String()
	if out := renderJSONL(t, a, b, diff.Options{}); !strings.Contains(out, `"keyspace": "config_db_uuid", "table": ""`) {
		t.Error(out)
	}
}

func renderJSONL(t *testing.T, a, b string, o diff.Options) string {
	t.Helper()
	r := compared(t, [2]string{a, b}, o)
	var out bytes.Buffer
	if err := render.JSONL(&out, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A value that is too long to be held is compared like any other: by what it
// stands for, in the object tables in its JSON meaning.
func TestLongValues(t *testing.T) {
	long := strings.Repeat("x", 600_000)
	escaped := strings.Repeat(`\u0078`, 600_000) // longer than dump.LongValue as it stands there
	longer := strings.Repeat("x", 1_200_000)
	type texts struct{ a, b string }
	for name, c := range map[string]struct {
		a, b string // the cell, as it stands there
		want string
	}{
		"escapes":            {`["\"` + long + `\"", 1]`, `["\"` + escaped + `\"", 1]`, ""},
		"both long":          {`["\"` + longer + `\"", 1]`, `["\"` + escaped + escaped + `\"", 1]`, ""},
		"spaces":             {`["{\"a\": \"` + longer + `\"}", 1]`, `["{\"a\":\"` + longer + `\"}", 1]`, ""},
		"order":              {`["{\"a\": \"` + longer + `\", \"b\": [1, 2]}", 1]`, `["{\"b\": [1,2], \"a\": \"` + longer + `\"}", 1]`, ""},
		"not a text":         {`[{"a": "` + longer + `"}, 1]`, `[{"a":"` + longer + `"}, 1]`, ""},
		"order in a list":    {`["[1, 2, \"` + longer + `\"]", 1]`, `["[2, 1, \"` + longer + `\"]", 1]`, "mod tag:t mod=prop:x"},
		"number text":        {`["[1, \"` + longer + `\"]", 1]`, `["[1.0, \"` + longer + `\"]", 1]`, "mod tag:t mod=prop:x"},
		"no JSON":            {`["{` + longer + `", 1]`, `["{ ` + longer + `", 1]`, "mod tag:t mod=prop:x"},
		"a name twice":       {`["{\"a\": 1, \"a\": \"` + longer + `\"}", 1]`, `["{\"a\": \"` + longer + `\", \"a\": 1}", 1]`, "mod tag:t mod=prop:x"},
		"in time":            {`["\"` + longer + `\"", 1]`, `["\"` + longer + `\"", 2]`, "timestamp 1"},
		"in shape":           {`["\"` + longer + `\"", 1]`, `"\"` + longer + `\""`, "mod tag:t mod=prop:x"},
		"lines, surrogates":  {`["[\n1, \"` + longer + `\"]", 1]`, `["[\r\n\"\ud800` + longer + `\"]", 1]`, "mod tag:t mod=prop:x"},
		"no JSON, surrogate": {`["NaN` + longer + `", 1]`, `["\n\ud800` + longer + `", 1]`, "mod tag:t mod=prop:x"},
	} {
		t.Run(name, func(t *testing.T) { // what it holds goes before the next one comes
			text := func(cell string) string {
				return strings.Replace(build{objects: map[string]map[string]string{u1: object("tag", `["t"]`, "prop:x", "CELL")}}.String(),
					`["CELL", 1600000000000000]`, cell, 1)
			}
			a, b := text(c.a), text(c.b)
			for _, pair := range []texts{{a, b}, {b, a}} {
				if got := compare(t, pair.a, pair.b, diff.Options{}); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
				out := renderJSONL(t, pair.a, pair.b, diff.Options{Show: map[diff.Reason]bool{diff.Timestamp: true}})
				for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
					if !utf8.ValidString(line) || !json.Valid([]byte(line)) {
						t.Errorf("not JSON in UTF-8: %.300q", line)
					}
				}
			}
		})
	}
}

// A row of obj_uuid_table with an empty key is not taken for the same object as
// another one: in a change that says so the empty uuid would not be seen.
func TestEmptyUUID(t *testing.T) {
	a := build{objects: map[string]map[string]string{u1: object("tag", `["t"]`)}}.String()
	b := strings.Replace(a, u1, "", 1)
	want := "add tag:t add=fq_name add=type\nrem tag:t rem=fq_name rem=type"
	if got := compare(t, a, b, diff.Options{}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What can't be shown is not promised.
func TestIgnoredLine(t *testing.T) {
	for _, c := range []struct {
		ignored map[diff.Reason]int64
		want    string
	}{
		{nil, ""},
		{map[diff.Reason]int64{diff.Spelling: 2}, "ignored: 2 spelling"},
		{map[diff.Reason]int64{diff.Timestamp: 1}, "ignored: 1 timestamp (--all shows them)"},
		{map[diff.Reason]int64{diff.Timestamp: 1, diff.Spelling: 2}, "ignored: 1 timestamp, 2 spelling (--all shows them)"},
	} {
		if got := render.Ignored(&diff.Summary{Ignored: c.ignored}); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// An edit's path leads to it: below an element that moved, what was added is
// found by the new index and what was removed by the old one; names can be
// empty.
func TestPathsOfEdits(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`["c", "d", {"k": 1}, "e"]`, `["d", {"z": 2}, "e"]`, "rem 0, rem 2.k, add 1.z"},
		{`{"": {"a": 1}}`, `{"": {"a": 2, "": 3}}`, "mod .a, add ."},
		{`{"": 1}`, `{"": 2}`, "mod "},
		{`1`, `2`, "mod "},
		{`{"a.b": [[0]]}`, `{"a.b": [1, [0, 1]]}`, `mod a\.b.0, add a\.b.1`},
	} {
		f := diff.Field{Op: diff.Modified, Old: diff.Stored{Set: true, Text: c.old}, New: diff.Stored{Set: true, Text: c.new}}
		var got []string
		for _, e := range diff.Edits(&f) {
			got = append(got, string(e.Op)[:3]+" "+e.Path)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s to %s: %s, want %s", c.old, c.new, s, c.want)
		}
	}
}

// NaN and Infinity, which Python writes, are no JSON: such a value is shown as
// it is stored.
func TestConstantsInJSON(t *testing.T) {
	for _, word := range []string{"NaN", "[1, Infinity]", `{"a": -Infinity}`, `{"a": "NaN"}`} {
		a := build{objects: map[string]map[string]string{u1: object("tag", `["t"]`, "prop:x", word)}}.String()
		b := build{objects: map[string]map[string]string{u1: object("tag", `["t"]`, "prop:x", "[0, "+word+"]")}}.String()
		out := renderJSONL(t, a, b, diff.Options{})
		for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
			if !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
		}
		if raw := strings.Contains(out, `"old_raw"`); raw != !json.Valid([]byte(word)) {
			t.Errorf("%s: %s", word, out)
		}
	}
}

// Whether a value is long doesn't depend on what stands behind it in its row.
func TestLongValueAtAnyPlace(t *testing.T) {
	longer := strings.Repeat("x", 1_200_000)
	cells := []string{`"type": ["\"tag\"", 1]`, `"fq_name": ["[\"t\"]", 1]`, `"prop:x": CELL`}
	perms := [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}
	doc := func(p [3]int, cell string) string {
		return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"` + u1 + `": {` + strings.Replace(cells[p[0]]+", "+cells[p[1]]+", "+cells[p[2]], "CELL", cell, 1) + `}}}}, "zookeeper": "[]"}`
	}
	for _, p := range perms {
		for _, q := range perms {
			a, b := doc(p, `["[\n1, \"`+longer+`\"]", 1]`), doc(q, `["[\r\n\"\ud800`+longer+`\"]", 1]`)
			if got := compareAs(t, [2]string{a, b}, diff.Options{}); got != "mod tag:t mod=prop:x" {
				t.Error(p, q, got)
			}
		}
	}
}
