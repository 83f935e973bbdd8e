package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/dump/seekable"
)

// openIndex opens the indexed dump in a file.
func openIndex(t *testing.T, name string) (*index.Index, *seekable.Reader) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := seekable.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return x, c
}

// indexSays writes down all that an index says, but for its frames.
func indexSays(t *testing.T, name string) map[string][]string {
	t.Helper()
	x, c := openIndex(t, name)
	says := map[string][]string{}
	add := func(what string, values ...any) { says[what] = append(says[what], fmt.Sprint(values...)) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
	}
	layout, err := x.Layout()
	must(err)
	nodes, err := x.Nodes()
	must(err)
	keyspaces, err := x.Keyspaces()
	must(err)
	members, err := x.Members()
	must(err)
	add("dump", layout, " ", nodes, keyspaces, members)
	tables, err := x.Tables()
	must(err)
	for _, table := range tables {
		add("tables", fmt.Sprintf("%+v", table))
		for row, err := range x.Rows(table.Keyspace, table.Name, nil) {
			must(err)
			add("rows", fmt.Sprintf("%+v", row))
			for block, err := range x.Blocks(&row) {
				must(err)
				add("columns", fmt.Sprintf("%+v", block))
			}
		}
	}
	for node, err := range x.ZNodes(nil) {
		must(err)
		add("znodes", fmt.Sprintf("%+v", node))
	}
	for _, n := range c.Tables() {
		section, err := c.Table(n)
		must(err)
		if n != seekable.FramesTable {
			add("sums", n, section.Len(), section.Sums())
		}
		if !strings.HasPrefix(n, "contrail.") {
			continue
		}
		for cursor := section.From(nil); cursor.Next(); {
			rec := cursor.Record()
			if n == "contrail.objects" {
				add(n, fmt.Sprintf("%q %q", rec.Key, rec.Value))
				continue
			}
			count, _ := binary.Uvarint(rec.Value)
			add(n, string(rec.Key), count)
		}
	}
	return says
}

// withMembers returns a copy of a dump with more members.
func withMembers(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndexByte(text, '}')
	text = append(text[:end:end], `, "dumptool": {"schema": "dumptool.live/1", "nodes": [["/none", {}]],
		"cells": [["useragent", "t", "k", "c", {}], ["dm_keyspace", "t", "k", "c", {}]]}, "after": [1]}`...)
	file += ".members"
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What filter makes of whole tables of an indexed dump, out of its frames and its index, is what compressing that text anew makes.
func TestFilterOfIndexed(t *testing.T) {
	dir := t.TempDir()
	files := someDumps(t, dir)
	for name, flags := range map[string]string{
		"large": "--objects 4000 --seed 3", "first": "--objects 600 --seed 4 --zookeeper-first --indent 1", "odd": "--objects 300 --seed 5 --cluster-id c --unsorted-columns",
	} {
		file := filepath.Join(dir, name)
		if _, stderr, code := testRun(t, append(strings.Fields("generate -o "+file), strings.Fields(flags)...)...); code != exitDone {
			t.Fatal(stderr)
		}
		files = append(files, file)
	}
	files = append(files, withMembers(t, filepath.Join(dir, "odd")))
	slices := 0
	for i, file := range files {
		whole := filepath.Join(dir, "whole.zst")
		if _, _, code := testRun(t, "compress", "-f", file, "-o", whole); code != exitDone {
			continue // no dump
		}
		for k, flags := range []string{
			"--omit-keyspace dm_keyspace", "--omit-keyspace useragent", "--omit-keyspace config_db_uuid", "--keyspace config_db_uuid",
			"--omit-zookeeper", "--omit-zookeeper --omit-keyspace *_keyspace", "--table obj_uuid_table", "--table obj_fq_name_table",
			"--omit-keyspace to_bgp_keyspace,useragent", "--omit-keyspace *",
		} {
			if (i+k)%4 != 0 { // a part of all combinations is enough
				continue
			}
			plain, sliced, again := filepath.Join(dir, "plain"), filepath.Join(dir, "sliced.zst"), filepath.Join(dir, "again.zst")
			args := strings.Fields("filter -q -f " + flags)
			_, stderr, want := testRun(t, append(args, "--ignore-index", whole, "-o", plain)...)
			_, got, code := testRun(t, append(args, whole, "-o", sliced)...)
			if code != want || (code != exitDone && strings.ReplaceAll(got, "\n", "") == "") {
				t.Fatalf("%s %s: exit code %d instead of %d\n%s%s", file, flags, code, want, stderr, got)
			}
			if code != exitDone {
				continue
			}
			if _, stderr, code := testRun(t, "verify", sliced); code != exitDone {
				t.Fatalf("%s %s: %s", file, flags, stderr)
			}
			if _, stderr, code := testRun(t, "compress", "-f", plain, "-o", again); code != exitDone {
				t.Fatalf("%s %s: %s", file, flags, stderr)
			}
			back, _, _ := testRun(t, "decompress", sliced, "-o", "-")
			if text, err := os.ReadFile(plain); err != nil || back != string(text) {
				t.Fatalf("%s %s: another text, %v", file, flags, err)
			}
			fromIndex, _, _ := testRun(t, append(args, whole)...)
			if fromIndex != back {
				t.Errorf("%s %s: another text on standard output", file, flags)
			}
			if a, b := indexSays(t, sliced), indexSays(t, again); !reflect.DeepEqual(a, b) {
				for what := range b {
					for i := range min(len(a[what]), len(b[what])) {
						if a[what][i] != b[what][i] {
							t.Errorf("%s %s: %s: %s\ninstead of %s", file, flags, what, a[what][i], b[what][i])
							break
						}
					}
				}
				t.Fatalf("%s %s: the index says something else", file, flags)
			}
			if _, c := openIndex(t, sliced); !c.Locator().HasSHA256 {
				slices++
			}
			if stdout, stderr, code := testRun(t, "diff", "--all", sliced, again); code != exitDone {
				t.Errorf("%s %s: they differ: %s%s", file, flags, stdout, stderr)
			}
			if strings.HasSuffix(file, "large") {
				script := exec.Command("python3", "-B", "../../testdata/oracle/indexed.py", "--count", "30", sliced)
				if out, err := script.CombinedOutput(); err != nil {
					t.Errorf("%s %s: %v: %s", file, flags, err, out)
				}
			}
		}
	}
	if slices < 20 {
		t.Errorf("only %d of the results were made of frames", slices)
	}
}
