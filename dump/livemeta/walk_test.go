package livemeta_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
)

// notes are what a visitor was told.
type notes struct {
	text  string
	lines []string
}

func (n *notes) Begin(open int64) error {
	n.lines = append(n.lines, "list "+n.text[open-1:open])
	return nil
}

func (n *notes) Item(m *livemeta.Item) error {
	texts := make([]string, len(m.Texts))
	for i, p := range m.Texts {
		texts[i] = n.text[p.Start:p.End]
	}
	n.lines = append(n.lines, fmt.Sprintf("%v %s/%s %s %s%s says %s: %s, %s", m.Cell, m.Keyspace, m.Table, m.Key.Decoded(), m.Column.Decoded(),
		m.Path.Decoded(), m.What, n.text[m.Place.Start:m.Place.End], strings.Join(texts, " ")))
	return nil
}

func (n *notes) Other(p dump.Place) error {
	n.lines = append(n.lines, "other "+n.text[p.Start:p.End])
	return nil
}

func walk(t *testing.T, name, member string) (lines []string, known bool) {
	t.Helper()
	text := `{"cassandra": {}, "zookeeper": "[]", "` + name + `" : ` + member + `}`
	r := dump.NewReader(strings.NewReader(text), "F", dump.Options{})
	defer r.Close()
	n := &notes{text: text}
	for r.Next() {
		if r.Kind() == dump.MemberRead {
			var err error
			if known, err = livemeta.Walk(r.Member(), n); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return n.lines, known
}

func TestWalk(t *testing.T) {
	lines, known := walk(t, "dumptool", `{"nodes": [ ["/a\udcff", {"data": "bytes"}],["/b",{}] , 3],
		"cells":[["k\u0073","t","r", "c\"", { "expires" : 1 }],
			["k", "t", "r", {}], ["k", "t", "r", "c", {}, 1], []], "quiet": {"rows": [["k"]]}, "tables": {}, "schema": "dumptool.live/1"}`)
	want := []string{
		"list [",
		"false / " + " /a\xed\xb3\xbf says {\"data\": \"bytes\"}: [\"/a\\udcff\", {\"data\": \"bytes\"}], \"/a\\udcff\"",
		`false /  /b says {}: ["/b",{}], "/b"`,
		"other 3",
		"list [",
		`true ks/t r c" says { "expires" : 1 }: ["k\u0073","t","r", "c\"", { "expires" : 1 }], "k\u0073" "t" "r" "c\""`,
		`other ["k", "t", "r", {}]`,
		`other ["k", "t", "r", "c", {}, 1]`,
		"other []",
	}
	if !known || !slices.Equal(lines, want) {
		t.Errorf("%v\n%s\ninstead of\n%s", known, strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestWalkLeavesOthersAlone(t *testing.T) {
	for _, m := range [][2]string{
		{"other", `{"schema": "dumptool.live/1", "nodes": [["/a", {}]]}`},
		{"dumptool", `{"schema": "dumptool.live/2", "nodes": [["/a", {}]]}`},
		{"dumptool", `[1]`}, {"dumptool", `{"nodes": [["/a", {}]]}`}, {"dumptool", `{"schema": 1, "nodes": [["/a", {}]]}`}, {"dumptool", `"x"`},
	} {
		if lines, known := walk(t, m[0], m[1]); known || len(lines) > 0 {
			t.Errorf("%s: %s: %v %q", m[0], m[1], known, lines)
		}
	}
	if lines, known := walk(t, "dumptool", `{"schema": "dumptool.live/1", "nodes": {"a": 1}, "cells": null}`); !known || len(lines) > 0 {
		t.Errorf("%v %q", known, lines)
	}
}
