package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
)

// patchOf makes a patch of two dumps, given as text, and reads it.
func patchOf(t *testing.T, a, b string) *patch.Patch {
	t.Helper()
	open := func(name, text string) *dump.Dump {
		d, err := dump.Open(dump.Input{Name: name, At: strings.NewReader(text), Size: int64(len(text))},
			dump.Options{OnProblem: func(p *dump.Problem) error { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	var text bytes.Buffer
	if _, err := patch.Write(context.Background(), &text, open("a", a), open("b", b)); err != nil {
		t.Fatal(err)
	}
	p, err := patch.Read(context.Background(), open("p", text.String()), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func describeEdit(e *apply.Edit) string {
	value := func(v *apply.Value) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprintf("%q/%d/%d", v.Data, v.Time, v.Expires)
	}
	node := func(v *apply.NodeValue) string {
		switch {
		case v == nil:
			return "-"
		case v.Null:
			return fmt.Sprintf("null %v", v.ACL)
		}
		return fmt.Sprintf("%q %v", v.Data, v.ACL)
	}
	switch {
	case e.Table != nil:
		return fmt.Sprintf("table %s/%s", e.Table.Keyspace, e.Table.Name)
	case e.Row != nil:
		return fmt.Sprintf("row %s/%s %q new %v gone %v", e.Row.Keyspace, e.Row.Table, e.Row.Key, e.Row.New, e.Row.Gone)
	case e.Cell != nil:
		return fmt.Sprintf("cell %q %q %s %s", e.Cell.Key, e.Cell.Column, value(e.Cell.Old), value(e.Cell.New))
	}
	return fmt.Sprintf("node %s %s %s", e.Node.Path, node(e.Node.Old), node(e.Node.New))
}

// A patch becomes edits with all that its dumps say of cells and nodes; what live databases have no place for is counted.
func TestLiveEdits(t *testing.T) {
	const stat, session = `[1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]`, `[1, 1, 1, 1, 0, 0, 0, 77, 1, 0, 1]`
	list := func(nodes ...string) string { return fmt.Sprintf("%q", "["+strings.Join(nodes, ", ")+"]") }
	a := `{"cassandra": {"k": {"t": {"r": {"c": ["\udcff", 1], "d": ["x", 1]}, "\udcfe": {"c": ["y", 1]}}, "gone": {}}}, "zookeeper": ` +
		list(`["/n/", ["a", `+stat+`]]`, `["/e/", ["a", `+session+`]]`) +
		`, "other": 1, "dumptool": {"schema": "dumptool.live/1", "cells": [["k", "t", "r", "c", {"value": "bytes"}], ["k", "t", "\udcfe", "c", {"key": "bytes"}]], "nodes": []}}`
	b := `{"cassandra": {"k": {"t": {"r": {"c": ["\udcff\udcfe", 2], "d": ["x", 5]}, "s": {"e": ["z", 3, "more"]}}, "made": {}}}, "zookeeper": ` +
		list(`["/n/", [null, `+stat+`]]`, `["/api-server-election/x/", ["a", `+stat+`]]`) +
		`, "dumptool": {"schema": "dumptool.live/1", "cells": [["k", "t", "r", "c", {"value": "bytes"}], ["k", "t", "s", "e", {"expires": 99}]], "nodes": [["/n/", {"acl": [[1, "world", "anyone"]]}]]}}`
	x, err := newLiveEdits(context.Background(), patchOf(t, a, b), "p", "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range x.all(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, describeEdit(&e))
	}
	want := []string{
		"table k/made",
		`row k/t "r" new false gone false`, `cell "r" "c" "\xff"/1/0 "\xff\xfe"/2/0`, `cell "r" "d" "x"/1/0 "x"/5/0`,
		`row k/t "s" new true gone false`, `cell "s" "e" - "z"/3/99`,
		`row k/t "\xfe" new false gone true`, `cell "\xfe" "c" "y"/1/0 -`,
		`node /n "a" [{31 world anyone}] null [{1 world anyone}]`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if want := (leftOut{Ephemeral: 1, Foreign: 1, Members: 1, Emptied: 1, Elements: 1}); x.left != want {
		t.Errorf("left out: %+v", x.left)
	}
	if n := len(x.left.notes()); n != 5 {
		t.Errorf("%d notes", n)
	}
}

// Without a word of the dumps, times to live stay; what can't be meant is refused.
func TestLiveEditsRefused(t *testing.T) {
	dumpOf := func(cell, zookeeper string) string {
		return `{"cassandra": {"k": {"t": {"r": {"c": ` + cell + `}}}}, "zookeeper": "` + zookeeper + `"}`
	}
	for _, c := range []struct{ b, cluster, says string }{
		{dumpOf(`["y", 1]`, ""), "", ""},
		{dumpOf(`[5, 1]`, ""), "", "not text (A7)"},
		{dumpOf(`["x", 1]`, `[[\"c1/fq-name-to-uuid/x/\", [\"d\", [1]]]]`), "", `of cluster id "c1"`},
		{dumpOf(`["x", 1]`, `[[\"/fq-name-to-uuid/x/\", [\"d\", [1]]]]`), "c1", `of cluster id ""`},
		{dumpOf(`["x", 1]`, `[[\"c1/fq-name-to-uuid/x/\", [\"d\", [1]]]]`), "c1", ""},
	} {
		x, err := newLiveEdits(context.Background(), patchOf(t, dumpOf(`["x", 1]`, ""), c.b), "p", c.cluster, 0)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for e, err := range x.all(context.Background()) {
			if err != nil {
				said = err.Error()
			} else if e.Cell != nil && (e.Cell.New.Expires != -1 || e.Cell.Old.Expires != -1) {
				t.Errorf("%s: %s", c.b, describeEdit(&e))
			}
		}
		if c.says == "" && said != "" || !strings.Contains(said, c.says) {
			t.Errorf("%s: %q", c.b, said)
		}
	}
}
