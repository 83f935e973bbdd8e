package validate

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// breakBy breaks a document by a script: each step takes four bytes, what is done and to what.
func (d *document) breakBy(script []byte) {
	for ; len(script) >= 4; script = script[4:] {
		d.breakOne(int(script[0]), int(script[1])<<8|int(script[2]), int(script[3]))
	}
}

// brokenValues are values that no cell should have, or that some shouldn't.
var brokenValues = []string{
	`null`, `7`, `"x"`, `{`, ``, `[]`, `{"attr": null}`, `"{\"attr\": null}"`, `["a", "b"]`, `[""]`, "[\"a\\u0000b\"]", `["a:b", "c"]`,
	`9007199254740993`, `{"a": 18446744073709551616}`, `{"uuid": {"uuid_mslong": 1, "uuid_lslong": 2}}`, `"virtual-network"`, `true `,
	`{"attr":null,"is_weakref":false}`, `{"attr": {"ipam_subnets": [{"subnet": {"ip_prefix": "10.0.0.1", "ip_prefix_len": 33}}]}}`,
	`"10.0.0.300"`, `"010.000.000.001"`, `{"created": "x", "last_modified": 7}`, "\xff\xfe", `["` + "\u00e9" + `"]`, strings.Repeat("[", 2000),
}

var brokenCells = []string{
	`["null"]`, `["null", 1]`, `["null", -1]`, `["null", 1.5]`, `"null"`, `["null", 1600000000000000, "x"]`, `[7, 1600000000000000]`,
	`[null, 1]`, `{}`, `["null", 99999999999999999999]`, `["null", 1600000000]`, `[]`, `["null", "1"]`,
}

var brokenPaths = []string{
	"", "/", "x", "/a\x01b/c", "/zookeeper/q", "/admin/x", "/id/virtual-networks", "/id/virtual-networks/x", "/id/virtual-networks/0000000001/2",
	"/api-server/subnets", "/api-server/subnets/a:b:c:10.0.0.0/24/0167772161", "/api-server/subnets/a:10.0.0.0/99", "c7/id/bgp/route-targets/type0/1",
	"/fq-name-to-uuid/x:y", "/fq-name-to-uuid/virtual_network:a//b", "/id/security-groups/id/0000000000",
}

func among[T any](list []T, n int) T { return list[n%len(list)] }

func (d *document) breakOne(op, at, how int) {
	ks := slices.Sorted(maps.Keys(d.keyspaces))
	if len(ks) == 0 {
		return
	}
	keyspace := "config_db_uuid"
	table := "obj_uuid_table"
	if op >= 128 {
		keyspace = among(ks, at)
		tables := slices.Sorted(maps.Keys(d.keyspaces[keyspace]))
		if len(tables) == 0 {
			return
		}
		table = among(tables, how)
	}
	rows := d.keyspaces[keyspace][table]
	keys := slices.Sorted(maps.Keys(rows))
	if len(keys) == 0 {
		return
	}
	key := among(keys, at)
	row := rows[key]
	columns := slices.Sorted(maps.Keys(row))
	column := ""
	if len(columns) > 0 {
		column = among(columns, at/7)
	}
	other := among(keys, at*31+how)
	switch op % 14 {
	case 0:
		delete(rows, key)
	case 1:
		delete(row, column)
	case 2:
		row[column] = cell{value: among(brokenValues, how), time: "1600000000000000"}
	case 3:
		row[column] = cell{raw: among(brokenCells, how)}
	case 4:
		parts := strings.Split(column, ":")
		parts[how%len(parts)] = among([]string{"ref", "backref", "parent", "children", "prop", "propl", "propm", "project", other, "", "UUID"}, how/3)
		c := row[column]
		delete(row, column)
		row[strings.Join(parts, ":")] = c
	case 5:
		delete(rows, key)
		rows[among([]string{strings.ToUpper(key), "no uuid", other, ""}, how)] = row
	case 6:
		row[among([]string{"ref", "backref", "parent", "children", "relaxbackref"}, how)+":"+d.typeOr(other)+":"+other] = cell{value: "null", time: "1600000000000000"}
	case 7:
		row["prop:"+among([]string{"id_perms", "perms2", "virtual_network_network_id", "security_group_id", "instance_ip_address", "tag_id", "x"}, how)] =
			cell{value: among(brokenValues, at), time: "1600000000000000"}
	case 8:
		if c, ok := rows[other]["fq_name"]; ok {
			row["fq_name"] = c
		}
	case 9:
		delete(d.keyspaces[keyspace], table)
	case 10:
		if len(d.nodes) > 0 {
			i := at % len(d.nodes)
			d.nodes = slices.Delete(d.nodes, i, i+1)
		}
	case 11:
		d.nodes = append(d.nodes, node{path: among(brokenPaths, how) + "/", data: other, stat: make([]int64, 11)})
	case 12:
		if len(d.nodes) > 0 {
			n := &d.nodes[at%len(d.nodes)]
			n.data = among([]string{"", "x", other, "__reserved__", strings.Repeat("y", 50)}, how)
			n.stat = [][]int64{n.stat, {1}, make([]int64, 11), nil}[how/8%4]
		}
	case 13:
		if len(d.nodes) > 0 {
			n := d.nodes[at%len(d.nodes)]
			n.path = among([]string{n.path, strings.TrimSuffix(n.path, "/"), "/c7" + n.path, strings.TrimPrefix(n.path, "/"), n.path + "x/y/", "/" + n.path}, how)
			d.nodes = slices.Insert(d.nodes, at%len(d.nodes), n)
		}
	}
}

func (d *document) typeOr(uuid string) string {
	if row := d.objects()[uuid]; row != nil {
		return strings.Trim(row["type"].value, `"`)
	}
	return "x"
}

// sameAnswer validates a text with plenty and with little memory, on one core and on several, and in another spelling, and
// wants the same findings each time.
func sameAnswer(t *testing.T, text string) {
	t.Helper()
	options := Options{Now: referenceTime, Compat: len(text)%2 == 0, Target: &Target{ClusterID: "c7", HasClusterID: true, HasContent: true}, Servers: aSystem()}
	a, _ := findings(t, text, options, 1<<20)
	want := lines(a)
	before := runtime.GOMAXPROCS(1)
	b, _ := findings(t, text, options, 0)
	runtime.GOMAXPROCS(before)
	if got := lines(b); got != want {
		t.Errorf("with much memory and one core:\n%s\nwith little and several:\n%s", got, want)
	}
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(text), "", "  ") != nil {
		return
	}
	c, _ := findings(t, indented.String(), options, 0)
	placeless := func(list []Finding) string {
		for i := range list {
			list[i].Message = placeInText.ReplaceAllString(list[i].Message, "byte …")
			list[i].Where = placeInText.ReplaceAllString(list[i].Where, "byte …")
		}
		return lines(list)
	}
	if got, want := placeless(c), placeless(a); got != want {
		t.Errorf("indented:\n%s\nas it was:\n%s", got, want)
	}
}

var placeInText = regexp.MustCompile(`byte \d+`)

// TestBroken breaks dumps in many ways at once.
func TestBroken(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 7))
		script := make([]byte, 4*(1+r.IntN(60)))
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		d := newDocument(t)
		d.breakBy(script)
		sameAnswer(t, d.text())
	}
}

// FuzzBroken looks for a way to break a dump that is answered in two ways, or not at all.
func FuzzBroken(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03"))
	f.Add([]byte("\x02\x10\x20\x03\x04\x10\x20\x05\x0b\x00\x00\x0a\x0d\x00\x07\x03"))
	f.Add([]byte("\x06\x30\x01\x03\x08\x02\x10\x20\x05\x00\x33\x00\x89\x00\x01\x00"))
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 400 {
			return
		}
		d := newDocument(t)
		d.breakBy(script)
		sameAnswer(t, d.text())
	})
}
