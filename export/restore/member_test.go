package restore

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const withExtras = `{"cassandra": {"k": {"t": {
 "r\udcff": {"n\udc80": ["v", 1600000000000000], "b": ["\udced\udca0\u00e9", 1600000000000000]},
 "s": {"soon": ["v", 1600000000000000], "gone": ["v", 1600000000000000], "stays": ["\udcff", 1600000000000000]}}}},
 "zookeeper": "[[\"/id/\", [\"\\udcfe\", [1]]], [\"/id/a/\", [\"x\", [1]]], [\"/id/e/\", [\"x\", [1]]]]",
 "dumptool": {"schema": "dumptool.live/1", "cluster": "x", "tables": {"k/t": "blob"},
  "cells": [["k", "t", "r\udcff", "n\udc80", {"key": "bytes", "name": "bytes"}], ["k", "t", "r\udcff", "b", {"key": "bytes", "value": "bytes"}],
   ["k", "t", "s", "soon", {"expires": 2000000100}], ["k", "t", "s", "gone", {"expires": 2000000000}], ["k", "t", "absent", "x", {"expires": 1}]],
  "nodes": [["/id/", {"data": "bytes", "acl": [[1, "world", "anyone"], [31, "digest", "u:h"]]}], ["/id/e/", {"ephemeral": true}]]}}`

func TestExtras(t *testing.T) {
	m := &importer{t: t, text: withExtras, db: newDatabases()}
	extras, err := ReadExtras(ctx, openText(t, "d", withExtras))
	if err != nil {
		t.Fatal(err)
	}
	m.options.Extras = extras
	m.options.Clock = func() time.Time { return time.Unix(2000000050, 0) }
	s, p, stats, err := m.begin()
	if err != nil {
		t.Fatal(err)
	}
	if p.Keyspaces[0].Tables[0].Value != "blob" || p.Keyspaces[0].Tables[0].Expiring != 2 || stats.Expired != 1 || p.ZooKeeper.Ephemeral != 1 {
		t.Errorf("%+v, %+v", p, stats)
	}
	rows := m.db.keyspaces["k"]["t"]
	if d := cmp.Diff([]string{"r\xff", "s"}, sortedKeys(rows)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"b", "n\x80"}, sortedKeys(rows["r\xff"])); d != "" {
		t.Error(d)
	}
	if got := rows["r\xff"]["b"].value; string(got) != "\xed\xa0é" {
		t.Errorf("%q", got)
	}
	if d := cmp.Diff([]string{"soon", "stays"}, sortedKeys(rows["s"])); d != "" {
		t.Error(d)
	}
	// Without being listed, half of a surrogate pair is what it is.
	if got := rows["s"]["stays"].value; string(got) != "\xed\xb3\xbf" {
		t.Errorf("%q", got)
	}
	if got := rows["s"]["soon"].ttl; got != 50 {
		t.Errorf("%d seconds to live", got)
	}
	if n := m.db.nodes["/id"]; string(n.Data) != "\xfe" {
		t.Errorf("%q", n.Data)
	}
	if d := cmp.Diff([]ACL{{1, "world", "anyone"}, {31, "digest", "u:h"}}, m.db.acls["/id"]); d != "" {
		t.Error(d)
	}
	check := func(name string, spoil func(), none bool) {
		t.Helper()
		spoil()
		d, err := ReadBack(ctx, s, p, m.target())
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if d.None() != none {
			t.Errorf("%s: %+v", name, d)
		}
	}
	check("as it is", func() {}, true)
	check("another time to live", func() { rows["s"]["soon"] = stored{[]byte("v"), 1600000000000000, 30} }, false)
	check("no time to live", func() { rows["s"]["soon"] = stored{[]byte("v"), 1600000000000000, 0} }, false)
	check("within slack", func() { rows["s"]["soon"] = stored{[]byte("v"), 1600000000000000, 48} }, true)
	check("another ACL", func() { m.db.acls["/id"] = m.db.acls["/id"][:1] }, false)
}

func TestExtrasRefused(t *testing.T) {
	for _, member := range []string{
		`1`, `{}`, `{"schema": "dumptool.live/2"}`, `{"schema": "dumptool.live/1", "cells": 1}`,
		`{"schema": "dumptool.live/1", "cells": [["k", "t", "r", {}]]}`, `{"schema": "dumptool.live/1", "cells": [1]}`,
		`{"schema": "dumptool.live/1", "cells": [["k", "t", "r", "c", {"value": "base64"}]]}`,
		`{"schema": "dumptool.live/1", "nodes": [["/a", {"acl": [[1, 2, 3]]}]]}`, `{"schema": "dumptool.live/1", "tables": {"k/t": "int"}}`,
	} {
		text := strings.Replace(`{"cassandra": {}, "zookeeper": "[]", "dumptool": X}`, "X", member, 1)
		if _, err := ReadExtras(ctx, openText(t, "d", text)); err == nil {
			t.Errorf("%s was accepted", member)
		}
	}
}

// An ACL that the export was not shown whole would lock out everybody: the node is made without, and that is said.
func TestHiddenACL(t *testing.T) {
	m := &importer{t: t, db: newDatabases(), text: `{"cassandra": {}, "zookeeper": "[[\"/a/\", [\"x\", [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]]]]", ` +
		`"dumptool": {"schema": "dumptool.live/1", "nodes": [["/a/", {"acl": [[31, "digest", "u:x"]], "acl_hidden": true}]]}}`}
	extras, err := ReadExtras(ctx, openText(t, "d.json", m.text))
	if err != nil {
		t.Fatal(err)
	}
	m.options.Extras = extras
	s, _, _, err := m.begin()
	if err != nil {
		t.Fatal(err)
	}
	if acl := m.db.acls["/a"]; acl != nil {
		t.Errorf("the ACL is %v", acl)
	}
	if s.findings.byID["hidden-acl"] == nil {
		t.Error("there is no finding")
	}
}
