package diff

import (
	"context"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// Of what an export says of itself only cells and nodes are content.
func TestExportedMember(t *testing.T) {
	const base = `{"schema": "dumptool.live/1", "started": "a", "cells": [["k", "t", "r", "c", {"expires": 1000}], ["k", "t", "r", "d", {"value": "bytes"}]], "nodes": [["/a/", {"acl": [[1, "world", "anyone"]]}], ["/e/", {"ephemeral": true}]]}`
	open := func(member string) *dump.Dump {
		text := `{"cassandra": {}, "zookeeper": "[]"` + member + `}`
		d, err := dump.Open(dump.Input{Name: "d", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	all := map[Reason]bool{}
	for _, r := range Reasons() {
		all[r] = true
	}
	for _, c := range []struct {
		name, a, b string
		hide       Reason
		want       int64
	}{
		{"another time of the export", base, strings.Replace(base, `"a"`, `"b"`, 1), "", 0},
		{"another order", base, strings.Replace(base, `["k", "t", "r", "c", {"expires": 1000}], ["k", "t", "r", "d", {"value": "bytes"}]`, `["k", "t", "r", "d", {"value": "bytes"}], ["k", "t", "r", "c", {"expires": 1001}]`, 1), "", 0},
		{"two seconds", base, strings.Replace(base, `1000`, `1002`, 1), "", 0},
		{"three seconds", base, strings.Replace(base, `1000`, `1003`, 1), "", 1},
		{"another ACL", base, strings.Replace(base, `[1, "world"`, `[2, "world"`, 1), "", 1},
		{"an ephemeral node", base, strings.Replace(base, `, ["/e/", {"ephemeral": true}]`, ``, 1), "", 1},
		{"an ephemeral node, hidden", base, strings.Replace(base, `, ["/e/", {"ephemeral": true}]`, ``, 1), Ephemeral, 0},
		{"a cell less", base, strings.Replace(base, `, ["k", "t", "r", "d", {"value": "bytes"}]`, ``, 1), "", 1},
		{"no member, and one with content", "", base, "", 1},
		{"no member, and one that says nothing", "", `{"schema": "dumptool.live/1", "cells": [], "nodes": []}`, "", 0},
		{"a list that is none", `{"schema": "dumptool.live/1", "cells": {"a": 1}}`, `{"schema": "dumptool.live/1", "cells": {"a": 2}}`, "", 1},
		{"something else of that name", `{"note": 1}`, `{"note": 2}`, "", 1},
		{"something else of that name on one side", `{"note": 1}`, base, "", 1},
	} {
		show := map[Reason]bool{}
		for r := range all {
			show[r] = r != c.hide
		}
		member := func(s string) string {
			if s == "" {
				return ""
			}
			return `, "dumptool": ` + s
		}
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			r, err := Compare(context.Background(), open(member(pair[0])), open(member(pair[1])), Options{Show: show})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if n := r.Summary.Total(); n != c.want {
				t.Errorf("%s: %d changes, want %d", c.name, n, c.want)
			}
			r.Close()
		}
	}
}
