package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/filter/redact"
)

// TestSpoken redacts what an export says of cells and nodes: it has to name them
// as they are called afterwards, and to keep quiet about the rest.
func TestSpoken(t *testing.T) {
	const in = `{"cassandra": {
  "config_db_uuid": {"obj_uuid_table": {"2b423b0c-0000-4000-8000-000000000001": {
    "fq_name": ["[\"default-domain\", \"kanarie\", \"vogel\"]", 1], "propm:annotations:Kanarie key": ["{\"key\": \"Kanarie key\", \"value\": \"x\"}", 1], "type": ["\"virtual_network\"", 1]}}},
  "to_bgp_keyspace": {"route_target_table": {"default-domain:kanarie:vogel:vogel": {"a": ["1", 1]}}}},
 "zookeeper": "[[\"/fq-name-to-uuid/virtual_network:default-domain:kanarie:vogel/\", [\"2b423b0c-0000-4000-8000-000000000001\", [1, 1, 1, 1, 0, 0, 0, 0, 36, 0, 1]]]]",
 "dumptool" : {"schema": "dumptool.live/1", "tool": "dumptool 1.0", "cluster": "Kanarie Cluster", "started": "2026-01-01T00:00:00Z",
  "cells": [ ["config_db_uuid", "obj_uuid_table", "2b423b0c-0000-4000-8000-000000000001", "propm:annotations:Kanarie key", {"expires": 1800000000} ],
   ["to_bgp_keyspace", "route_target_table", "default-domain:kanarie:vogel:vogel", "a", {"expires": 1800000000}], ["odd kanarie", 7]],
  "cassandra_version": "4.1.3", "cluster_id": "kanarie",
  "nodes": [["/fq-name-to-uuid/virtual_network:default-domain:kanarie:vogel/", {"ephemeral": true, "acl": [["cdrwa", "digest", "kanarie:5w9W4eL3797Y4Wq8AcKUPPk8ha4="], ["r", "world", "anyone"]]}]],
  "quiet": {"changed": 2, "rows": ["to_bgp_keyspace/route_target_table/default-domain:kanarie:vogel:vogel"], "nodes": ["/fq-name-to-uuid/virtual_network:default-domain:kanarie:vogel"]},
  "of next year": {"kanarie": "kanarie"}}}`
	type what struct {
		Expires   int64
		Ephemeral bool
		ACL       [][]string
	}
	read := func(profile redact.Profile) (out string, rows map[string]map[string]map[string]map[string][]any, node string, member map[string]json.RawMessage) {
		out, _ = apply(t, in, redact.Options{Profile: profile})
		var d struct {
			Cassandra map[string]map[string]map[string]map[string][]any
			ZooKeeper string
			Dumptool  map[string]json.RawMessage
		}
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var nodes [][]any
		if err := json.Unmarshal([]byte(d.ZooKeeper), &nodes); err != nil {
			t.Fatal(err)
		}
		return out, d.Cassandra, nodes[0][0].(string), d.Dumptool
	}

	out, _, _, _ := read(redact.Share)
	if strings.Contains(out, "5w9W4eL") || strings.Count(out, "anarie") != strings.Count(in, "anarie") || !strings.Contains(out, "kanarie:redacted-") {
		t.Errorf("share: %s", out)
	}

	out, rows, node, member := read(redact.Anonymous)
	if strings.Contains(strings.ToLower(out), "kanarie") || strings.Contains(out, "5w9W4eL") {
		t.Errorf("anonymous: %s", out)
	}
	for _, text := range []string{`"tool": "dumptool 1.0"`, `"started": "2026-01-01T00:00:00Z"`, `"cassandra_version": "4.1.3"`, `"anyone"`, `"schema": "dumptool.live/1"`} {
		if !strings.Contains(out, text) {
			t.Errorf("anonymous: %s is gone from %s", text, out)
		}
	}
	var cells [][]json.RawMessage
	if err := json.Unmarshal(member["cells"], &cells); err != nil || len(cells) != 3 {
		t.Fatal(err, string(member["cells"]))
	}
	for _, cell := range cells[:2] {
		var names [4]string
		for i := range names {
			if err := json.Unmarshal(cell[i], &names[i]); err != nil {
				t.Fatal(err)
			}
		}
		if rows[names[0]][names[1]][names[2]][names[3]] == nil {
			t.Errorf("there is no cell %v in %s", names, out)
		}
	}
	var nodes [][]json.RawMessage
	if err := json.Unmarshal(member["nodes"], &nodes); err != nil || string(nodes[0][0]) != marshal(node) {
		t.Errorf("%v: %s is not %s", err, nodes[0][0], node)
	}
	var w what
	if err := json.Unmarshal(nodes[0][1], &w); err != nil || !w.Ephemeral || w.ACL[0][0] != "cdrwa" || w.ACL[0][1] != "digest" {
		t.Errorf("%v: %s", err, nodes[0][1])
	}
}

// An export during which nothing changed has two empty lists, which look alike.
func TestSpokenOfQuiet(t *testing.T) {
	const in = `{"cassandra": {}, "zookeeper": "[]", "dumptool": {"schema": "dumptool.live/1",
  "quiet": {"changed": false, "rows": [], "nodes": [], "api_server": false}}}`
	out, _ := apply(t, in, redact.Options{Profile: redact.Anonymous})
	var d struct {
		Dumptool struct {
			Quiet struct{ Rows, Nodes []string }
		}
	}
	if err := json.Unmarshal([]byte(out), &d); err != nil || d.Dumptool.Quiet.Rows == nil || d.Dumptool.Quiet.Nodes == nil {
		t.Errorf("%v: %s", err, out)
	}
}
