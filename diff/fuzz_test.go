package diff_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
)

// FuzzCompare compares any two inputs. Nothing but a problem of one of them
// stops it, what it says is JSON, is the same if texts are compared instead of
// hashes, counts the same the other way around, and is nothing for a dump and
// itself.
func FuzzCompare(f *testing.F) {
	texts := []string{
		`{"cassandra": {}, "zookeeper": "[]"}`,
		`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"` + u1 + `": {"type": ["\"tag\"", 1], "fq_name": ["[\"t\"]", 1], "prop:x": ["{\"a\": [1]}", 1], "ref:tag:` + u2 + `": ["null", 1]}}}}, "zookeeper": "[[\"/fq-name-to-uuid/tag:t/\", [\"` + u1 + `\", [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]]]"}`,
		`{"zookeeper": {"c1": {"id": {"virtual-networks": {"0000000004": ["d:n", [1.5]]}}}}, "m": [1, "\u00e9"], "cassandra": {"config_db_uuid": {"obj_uuid_table": {"` + u1 + `": {"type": ["\"virtual_network\"", 1.5], "fq_name": ["[\"d\", \"n\"]", 2], "prop:virtual_network_network_id": ["5", 1], "children:tag:` + u2 + `": ["null", 1]}, "` + u2 + `": {"type": "\"tag\"", "fq_name": [["t"], 1], "parent:virtual_network:` + u1 + `": ["null", 1, null]}}, "obj_fq_name_table": {"virtual_network": {"d:n:` + u1 + `": ["null", 1]}}, "obj_shared_table": {"tag": {"global::` + u2 + `": ["7", 1]}}}}}`,
		`{"cassandra": {"obj_uuid_table": {"` + u1 + `": {"prop:id_perms": ["{\"last_modified\": 1, \"a\": [\n{}]}", 1], "META:latest_col_ts": ["null", 1], "\ud800": ["\ud800", 1]}, "": {}}, "obj_fq_name_table": {}}, "zookeeper": ""}`,
		`{"cassandra": {"useragent": {"t": {"r": {"c": ["v", 1], "d": ["\u0000", 1, 2]}}, "": {}}, "": {}}, "zookeeper": "[[\"c1/svc-monitor/a__lock__0/\", [null, [1, 1, 1, 1, 0, 0, 0, 7, 1, 0, 1]]]]"}`,
	}
	for _, a := range texts {
		for _, b := range texts {
			f.Add([]byte(a), []byte(b))
		}
	}
	all := map[diff.Reason]bool{}
	for _, r := range diff.Reasons() {
		all[r] = true
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if len(a)+len(b) > 1<<15 {
			return
		}
		there, total, ok := fuzzed(t, a, b, diff.Options{Show: all})
		if !ok {
			return
		}
		if thorough, _, _ := fuzzed(t, a, b, diff.Options{Show: all, Thorough: true}); thorough != there {
			t.Errorf("by texts:\n%s\nby hashes:\n%s", thorough, there)
		}
		if back, n, _ := fuzzed(t, b, a, diff.Options{Show: all}); n != total {
			t.Errorf("%d changes there:\n%s\n%d back:\n%s", total, there, n, back)
		}
		fuzzed(t, a, b, diff.Options{})
		if again, n, _ := fuzzed(t, a, a, diff.Options{Show: all}); n != 0 {
			t.Errorf("a dump differs from itself: %s", again)
		}
	})
}

// fuzzed compares two texts, checks the JSON, and gives it with the number of
// changes. ok is false if one of them is no dump.
func fuzzed(t *testing.T, a, b []byte, o diff.Options) (out string, total int64, ok bool) {
	var dumps [2]*dump.Dump
	for i, text := range [][]byte{a, b} {
		d, err := dump.Open(dump.Input{Name: "AB"[i : i+1], At: bytes.NewReader(text), Size: int64(len(text))}, dump.Options{Memory: 1 << 20})
		if err != nil {
			return "", 0, false
		}
		defer d.Close()
		dumps[i] = d
	}
	r, err := diff.Compare(context.Background(), dumps[0], dumps[1], o)
	if err != nil {
		var p *dump.Problem
		if !errors.As(err, &p) || p.Offset < 0 {
			t.Fatalf("%v is no problem with a place", err)
		}
		return "", 0, false
	}
	defer r.Close()
	var buf bytes.Buffer
	if err := render.JSONL(&buf, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
	if len(lines) != int(r.Summary.Total())+2 {
		t.Fatalf("%d lines for %d changes: %s", len(lines), r.Summary.Total(), buf.String())
	}
	for _, line := range lines {
		if !utf8.ValidString(line) || !json.Valid([]byte(line)) {
			t.Fatalf("not JSON: %q", line)
		}
	}
	return buf.String(), r.Summary.Total(), true
}
