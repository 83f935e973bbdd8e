package diff_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
)

// withRefs is an object with n references; each takes what change makes of its
// value and time.
func withRefs(key string, n int, cell func(i int) (value string, time int)) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"%s": {`, key)
	for i := range n {
		if value, time := cell(i); value != "" {
			fmt.Fprintf(&b, `"ref:virtual_network:%08d-1111-4111-8111-111111111111": ["{\"attr\": {\"n\": %s, \"%s\": 0}}", %d], `, i, value, strings.Repeat("long", 100), time)
		}
	}
	b.WriteString(`"fq_name": ["[\"d\", \"n\"]", 1], "type": ["\"tag\"", 1]}}}}, "zookeeper": "[]"}`)
	return b.String()
}

// The fields of an object with very many are all there, in order, whatever
// happened to it, and don't stay in memory.
func TestObjectWithVeryManyFields(t *testing.T) {
	const n = 24_000
	plain := func(int) (string, int) { return "1", 5 }
	halves := func(i int) (string, int) { // a third each: the same, another time, another value
		return [...]string{"1", "1", "2"}[i%3], [...]int{5, 6, 7}[i%3]
	}
	every := map[diff.Reason]bool{diff.Timestamp: true}
	for name, c := range map[string]struct {
		a, b    string
		show    map[diff.Reason]bool
		counts  map[diff.Op]int
		times   int // fields with times
		ignored int64
	}{
		"modified":                   {withRefs(u1, n, plain), withRefs(u1, n, halves), nil, map[diff.Op]int{diff.Modified: n / 3}, n / 3, n / 3},
		"modified, with times":       {withRefs(u1, n, plain), withRefs(u1, n, halves), every, map[diff.Op]int{diff.Modified: 2 * n / 3}, 2 * n / 3, 0},
		"added":                      {withRefs(u2, 0, plain), withRefs(u1, n, plain), nil, map[diff.Op]int{diff.Added: n}, 0, 0},
		"re-created":                 {withRefs(u2, n, plain), withRefs(u1, n, halves), nil, map[diff.Op]int{diff.Modified: n / 3}, n / 3, n / 3},
		"re-created, few of them":    {withRefs(u2, 10, plain), withRefs(u1, n, plain), nil, map[diff.Op]int{diff.Added: n - 10}, 0, 0},
		"re-created, with times":     {withRefs(u2, n, plain), withRefs(u1, n, halves), every, map[diff.Op]int{diff.Modified: 2 * n / 3}, 2 * n / 3, 0},
		"removed, another came":      {withRefs(u1, n, plain), strings.Replace(withRefs(u2, 0, plain), `\"n\"`, `\"m\"`, 1), nil, map[diff.Op]int{diff.Removed: n + 2, diff.Added: 2}, 0, 0},
		"removed, and nothing comes": {withRefs(u1, n, plain), `{"cassandra": {}, "zookeeper": "[]"}`, nil, map[diff.Op]int{diff.Removed: n + 2}, 0, 0},
	} {
		if c.a != c.b && name == "added" {
			c.a = `{"cassandra": {}, "zookeeper": "[]"}`
			c.counts[diff.Added] += 2
		}
		pairs := map[string][2]string{"plain": {c.a, c.b}, "indexed": {indexed(t, c.a), indexed(t, c.b)}}
		for form, pair := range pairs {
			r := compared(t, pair, diff.Options{Show: c.show})
			counts, times := map[diff.Op]int{}, 0
			for ch, err := range r.Changes() {
				if err != nil {
					t.Fatal(err)
				}
				if ch.Len() > 1000 && len(ch.Fields) > 0 {
					t.Errorf("%s: %d fields in memory", name, len(ch.Fields))
				}
				var names []string
				for f, err := range ch.Each() {
					if err != nil {
						t.Fatal(err)
					}
					counts[f.Op]++
					if f.OldTime != "" || f.NewTime != "" {
						times++
					}
					names = append(names, f.Name)
					if changed := f.Op == diff.Modified && f.Old.Text != f.New.Text; changed != (len(f.Edits) == 1) {
						t.Fatalf("%s: %+v", name, f)
					}
				}
				if !slices.IsSorted(names) || len(names) != ch.Len() {
					t.Errorf("%s: %d names, %d fields", name, len(names), ch.Len())
				}
			}
			if fmt.Sprint(counts) != fmt.Sprint(c.counts) || times != c.times || r.Summary.Ignored[diff.Timestamp] != c.ignored {
				t.Errorf("%s, %s: %v, %d times, ignored %v, want %+v", name, form, counts, times, r.Summary.Ignored, c.counts)
			}
			var text bytes.Buffer
			if err := render.Markdown(&text, r.Changes(), r.Summary, render.Page{Escape: strings.Clone}, 0); err != nil {
				t.Error(err)
			}
		}
	}
}

// A wide row that one side alone has needs no sorting of its cells, and a wide
// row that has changed is read in the order of the text.
func TestWideRowsOfOneSide(t *testing.T) {
	row := func(n int, value func(i int) string) string {
		var b strings.Builder
		b.WriteString(`{"cassandra": {"k": {"t": {"r": {"type": ["x", 1]`)
		for i := range n {
			if v := value(i); v != "" {
				fmt.Fprintf(&b, `, "%06d-%s": ["%s", 1]`, i*7919%n, strings.Repeat("c", 100), v)
			}
		}
		b.WriteString(`}}}}, "zookeeper": "[]"}`)
		return b.String()
	}
	const n = 50_000
	a := row(n, func(int) string { return "1" })
	b := row(n, func(i int) string { return [...]string{"1", "2", ""}[i%3] })
	for name, c := range map[string]struct {
		a, b string
		want map[diff.Op]int
	}{
		"modified": {a, b, map[diff.Op]int{diff.Modified: n/3 + 1, diff.Removed: n / 3}},
		"grown":    {b, a, map[diff.Op]int{diff.Modified: n/3 + 1, diff.Added: n / 3}},
		"added":    {`{"cassandra": {"k": {"t": {}}}, "zookeeper": "[]"}`, a, map[diff.Op]int{diff.Added: n + 1}},
		"removed":  {a, `{"cassandra": {"k": {"t": {}}}, "zookeeper": "[]"}`, map[diff.Op]int{diff.Removed: n + 1}},
	} {
		pairs := map[string][2]string{"plain": {c.a, c.b}, "indexed": {indexed(t, c.a), indexed(t, c.b)}, "mixed": {indexed(t, c.a), c.b}}
		for form, pair := range pairs {
			dumps := opened(t, pair, dump.Options{Memory: 1 << 20})
			r, err := diff.Compare(t.Context(), dumps[0], dumps[1], diff.Options{})
			if err != nil {
				t.Fatal(err)
			}
			counts := map[diff.Op]int{}
			for ch, err := range r.Changes() {
				if err != nil {
					t.Fatal(err)
				}
				for f, err := range ch.Each() {
					if err != nil {
						t.Fatal(err)
					}
					counts[f.Op]++
				}
			}
			r.Close()
			if fmt.Sprint(counts) != fmt.Sprint(c.want) {
				t.Errorf("%s, %s: %v, want %v", name, form, counts, c.want)
			}
		}
	}
}

// Objects of one name that went and came are paired in the order of their uuids,
// however many there are.
func TestManyTwins(t *testing.T) {
	uuid := func(side byte, i int) string { return fmt.Sprintf("%c%07d-1111-4111-8111-111111111111", side, i) }
	doc := func(side byte, n int) string {
		rows := map[string]map[string]string{}
		for i := range n {
			rows[uuid(side, i)] = object("tag", `["t"]`, "prop:x", fmt.Sprint(i))
		}
		return build{objects: rows}.String()
	}
	r := compared(t, [2]string{doc('a', 5), doc('b', 8)}, diff.Options{})
	var got []string
	for ch, err := range r.Changes() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ch.RecreatedFrom+">"+ch.UUID)
	}
	var want []string
	for i := range 8 {
		from := ""
		if i < 5 {
			from = uuid('a', i)
		}
		// Those that are equal but for the uuid are shown too: they were made again.
		want = append(want, from+">"+uuid('b', i))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
}

// The data of a node and the value of a member can be of any size: they are
// compared and shown without being held.
func TestLongNodesAndMembers(t *testing.T) {
	long := strings.Repeat("x", 1_200_000)
	list := func(data string) string {
		return `{"cassandra": {}, "zookeeper": "[[\"/a\", [\"` + data + `\", [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]]]"}`
	}
	bare := func(data string) string {
		return `{"cassandra": {}, "zookeeper": [["/a", ["` + data + `", [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]]]}`
	}
	member := func(value string) string { return `{"cassandra": {}, "zookeeper": "[]", "m": ` + value + `}` }
	said := func(cells, expires string) string {
		return `{"cassandra": {}, "zookeeper": "[]", "dumptool": {"schema": "dumptool.live/1", "cells": [["` + cells + `", "t", "r", "c", {"expires": ` + expires + `}]], "nodes": []}}`
	}
	some := strings.Repeat(`y", "t", "r", "c", {}], ["`, 50_000)
	for name, c := range map[string]struct {
		a, b     string
		want     string
		old, new string // in JSON
	}{
		"node":              {list(long + "1"), list(long + "2"), "mod zk:/a", `"` + long + `1"`, `"` + long + `2"`},
		"node, escaped":     {list(long + "x1"), list(long + `\\u00781`), "", "", ""},
		"node, short":       {list(`\\\"short\\\"`), list(long), "mod zk:/a", `"\"short\""`, `"` + long + `"`},
		"node, bare list":   {bare(long + "1"), bare(long + `\u00e9`), "mod zk:/a", `"` + long + `1"`, `"` + long + `é"`},
		"node, two layouts": {bare(long + "1"), list(long + "1"), "spelling 1", "", ""},
		"node, null":        {strings.Replace(bare("NULL"), `"NULL"`, "null", 1), bare(long), "mod zk:/a", `null`, `"` + long + `"`},
		"member":            {member(`["` + long + `"]`), member(`["` + long + `", 1]`), "mod m", `["` + long + `"]`, `["` + long + `", 1]`},
		"member, order":     {member(`{"a": 1, "b": "` + long + `"}`), member(`{"b":"` + long + `", "a":1}`), "", "", ""},
		"member, and short": {member(`[` + strings.Repeat(" ", 1_200_000) + `]`), member(`[]`), "", "", ""},
		"member, number":    {member(`["` + long + `", 1]`), member(`["` + long + `", 1.0]`), "mod m", `["` + long + `", 1]`, `["` + long + `", 1.0]`},
		"member, lines":     {member("[\n1, \"" + long + `"]`), member("2"), "mod m", "[1, \"" + long + `"]`, `2`},
		"of an export":      {said(some+"z", "100"), said(some+"z", "102"), "", "", ""},
		"of an export, too": {said(some+"z", "100"), said("z", "103"), "mod dumptool",
			`{"cells": [["` + some + `z", "t", "r", "c", {"expires": 100}]], "nodes": []}`, `{"cells": [["z", "t", "r", "c", {"expires": 103}]], "nodes": []}`},
	} {
		if got := compare(t, c.a, c.b, diff.Options{}); got != c.want {
			t.Errorf("%s: %.200s, want %s", name, got, c.want)
		}
		if got := compareAs(t, [2]string{c.a, c.b}, diff.Options{MatchByName: true}); got != c.want {
			t.Errorf("%s, by name: %.200s, want %s", name, got, c.want)
		}
		r := compared(t, [2]string{c.a, c.b}, diff.Options{})
		var out, text bytes.Buffer
		if err := render.JSON(&out, "A", "B", r.Changes(), r.Summary); err != nil {
			t.Fatal(err)
		}
		var result struct {
			Changes []struct{ Old, New json.RawMessage }
		}
		if err := json.Unmarshal(out.Bytes(), &result); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, ch := range result.Changes {
			if !sameJSON(t, ch.Old, c.old) || !sameJSON(t, ch.New, c.new) {
				t.Errorf("%s: %.100s, %.100s", name, ch.Old, ch.New)
			}
		}
		page := render.Page{Escape: strings.Clone}
		if err := render.HTML(&text, r.Changes(), r.Summary, page); err != nil {
			t.Error(err)
		}
		if err := render.Markdown(&text, r.Changes(), r.Summary, page, 0); err != nil {
			t.Error(err)
		}
		plain := func(s string) string { return s }
		if err := render.Text(&text, r.Changes(), r.Summary, render.Look{Heading: plain, Added: plain, Removed: plain, Modified: plain, Faint: plain, Escape: plain, Width: 80}); err != nil {
			t.Error(err)
		}
		if text.Len() > 100_000 {
			t.Errorf("%s: %d bytes for people", name, text.Len())
		}
	}
	// What is no JSON is shown as text.
	for _, pad := range []string{"", long} {
		r := compared(t, [2]string{member(`[NaN, "` + pad + `"]`), member(`["` + pad + `", {"a": -Infinity}]`)}, diff.Options{})
		var out bytes.Buffer
		if err := render.JSON(&out, "A", "B", r.Changes(), r.Summary); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(out.Bytes()) || !strings.Contains(out.String(), `"old_raw": "[NaN, `) || !strings.Contains(out.String(), `"new_raw": "[`) {
			t.Errorf("%.300s", out.String())
		}
	}
	// The nodes of a nested object can't be read at their place.
	nested := func(data string) string {
		return `{"cassandra": {}, "zookeeper": {"a": {"b": ["` + data + `", [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]}}}`
	}
	for _, byName := range []bool{false, true} {
		r := compared(t, [2]string{nested(long + "1"), nested(long + "2")}, diff.Options{MatchByName: byName})
		var out bytes.Buffer
		if err := render.JSONL(&out, "A", "B", r.Changes(), r.Summary); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), `"old": "`+long+`1", "new": "`+long+`2"`) {
			t.Errorf("%.300s", out.String())
		}
	}
}

func sameJSON(t *testing.T, a json.RawMessage, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(x) == fmt.Sprint(y)
}
