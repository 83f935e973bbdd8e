package filter_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/filter"
	"github.com/dumptool/dumptool/internal/spill"
)

const (
	project = "11111111-1111-4111-8111-111111111111"
	network = "22222222-2222-4222-8222-222222222222"
	port    = "33333333-3333-4333-8333-333333333333"
	ghost   = "99999999-9999-4999-8999-999999999999"
)

// small is a project with a network and a port, two lonely things, and what belongs to them elsewhere.
const small = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {
 "` + project + `": {"children:virtual_network:` + network + `": ["null", 1], "fq_name": ["[\"d\", \"p\"]", 1], "type": ["\"project\"", 1]},
 "` + network + `": {"backref:virtual_machine_interface:` + port + `": ["null", 1], "fq_name": ["[\"d\", \"p\", \"n\"]", 1], "parent:project:` + project + `": ["null", 1], "type": ["\"virtual_network\"", 1]},
 "` + port + `": {"fq_name": ["[\"d\", \"p\", \"m\"]", 1], "parent:project:` + project + `": ["null", 1], "ref:virtual_network:` + network + `": ["{\"attr\": null}", 1], "type": ["\"virtual_machine_interface\"", 1]},
 "t": {"prop:x": ["1", 1.5], "type": "bare"}},
 "obj_fq_name_table": {"project": {"d:p:` + project + `": ["null", 1]}, "virtual_network": {"d:p:n:` + network + `": ["null", 1], "d:p:x:` + ghost + `": ["null", 1]},
  "virtual_machine_interface": {"d:p:m:` + port + `": ["null", 1]}}},
 "useragent": {"useragent_keyval_table": {"` + network + ` 10.0.0.0/24": {"value": ["s", 1]}, "s": {"value": ["` + network + ` 10.0.0.0/24", 1]}}},
 "dm_keyspace": {"dm_pr_vn_ip_table": {}, "dm_pr_asn_table": {"` + ghost + `": {"asn": ["1", 1]}}}},
"zookeeper": "[[\"/fq-name-to-uuid/virtual_network:d:p:n/\", [\"` + network + `\", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]], [\"/id/virtual-networks/0000000004/\", [\"d:p:n\", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]], [\"/api-server/x\", [null, [1.5]]]]",
"dumptool": {"schema": "dumptool.live/1", "cells": [["config_db_uuid", "obj_uuid_table", "` + port + `", "type", {"expires": 1}], ["useragent", "useragent_keyval_table", "s", "value", {"value": "bytes"}]], "nodes": [["/api-server/x", {"ephemeral": true}]]}}
`

func openText(t testing.TB, text []byte) *dump.Dump {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "d", At: bytes.NewReader(text), Size: int64(len(text))}, dump.Options{Temp: spill.Dir(t.TempDir())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func apply(t testing.TB, text []byte, sel filter.Selection) ([]byte, error) {
	t.Helper()
	var out bytes.Buffer
	_, err := filter.Apply(context.Background(), &out, openText(t, text), sel, filter.Options{})
	return out.Bytes(), err
}

// What is left of the small dump.
func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		sel        filter.Selection
		has, hasnt []string
	}{
		"keyspace": {filter.Selection{OmitKeyspaces: []string{"user*"}}, []string{project, `"dm_keyspace": {`, `"nodes": [["/api`, "virtual-networks"}, []string{"useragent"}},
		"only":     {filter.Selection{Keyspaces: []string{"dm_keyspace"}, OmitZooKeeper: true}, []string{`"zookeeper": "[]"`, `"cells": []`, `"nodes": []`}, []string{project, "useragent"}},
		"type": {filter.Selection{Types: []string{"virtual-network"}}, []string{`"` + network + `": {`, "d:p:n:" + network, "virtual-networks", `"s": {`, `"cells": [["useragent`},
			[]string{`"` + project + `": {`, `"` + port + `": {`, `"dm_pr_asn_table": {"`, `"` + port + `", "type"`}},
		"closure":                {filter.Selection{Objects: []string{port}, Closure: true}, []string{`"` + network + `": {`, `"` + project + `": {`, `"` + port + `", "type"`}, []string{`"t": {`, ghost}},
		"closure of the network": {filter.Selection{Objects: []string{"virtual_network:d:p:*"}, Closure: true}, []string{`"` + project + `": {`}, []string{port, `"d:p:x`}},
		"subtree":                {filter.Selection{OmitSubtree: []string{"project:d:p"}}, []string{`"t": {`, ghost}, []string{project, `"` + network, port, "virtual-networks"}},
		"paths":                  {filter.Selection{ZKPaths: []string{"/id"}}, []string{"virtual-networks", project}, []string{"fq-name-to-uuid", "/api-server/x"}},
	} {
		out, err := apply(t, []byte(small), c.sel)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, text := range c.has {
			if !bytes.Contains(out, []byte(text)) {
				t.Errorf("%s: no %s in %s", name, text, out)
			}
		}
		for _, text := range c.hasnt {
			if bytes.Contains(out, []byte(text)) {
				t.Errorf("%s: %s in %s", name, text, out)
			}
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		sel  filter.Selection
		want string
	}{
		"keyspace":      {small, filter.Selection{Keyspaces: []string{"config"}}, "d: there is no keyspace config"},
		"object":        {small, filter.Selection{Objects: []string{"project:d:q"}}, "d: there is no object project:d:q"},
		"type":          {small, filter.Selection{Types: []string{"virtual_net"}}, "d: there is no type virtual_net"},
		"reference":     {small, filter.Selection{Objects: []string{"x"}}, `"x" is neither`},
		"closure":       {small, filter.Selection{Closure: true}, "a closure needs objects"},
		"duplicate row": {strings.Replace(small, `"t": {`, `"`+port+`": {}, "t": {`, 1), filter.Selection{OmitKeyspaces: []string{"useragent"}}, "occurs twice"},
		"duplicate column": {strings.Replace(small, `"prop:x": ["1", 1.5],`, `"prop:x": ["1", 1.5], "prop:x": ["1", 1],`, 1),
			filter.Selection{OmitKeyspaces: []string{"config_db_uuid"}}, "occurs twice"},
		"cut off": {small[:1500], filter.Selection{OmitZooKeeper: true}, "the text ends"},
	} {
		if _, err := apply(t, []byte(c.text), c.sel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// selectionOf makes a selection out of the bits of a number.
func selectionOf(bits uint16) filter.Selection {
	var s filter.Selection
	put := func(to *[]string, names ...string) {
		if bits&1 != 0 {
			*to = names
		}
		bits >>= 1
	}
	put(&s.OmitKeyspaces, "useragent")
	put(&s.Keyspaces, "config*", "dm_keyspace")
	put(&s.Tables, "obj_*")
	put(&s.OmitTables, "config_db_uuid/obj_fq_name_table")
	put(&s.Types, "virtual-network")
	put(&s.OmitTypes, "virtual_machine_interface")
	put(&s.Objects, port)
	put(&s.Subtrees, project)
	put(&s.OmitSubtree, network)
	put(&s.ZKPaths, "/id", "/api-server")
	s.Closure = bits&1 != 0
	s.OmitZooKeeper = bits&2 != 0
	return s
}

// FuzzApply filters any text. What can't be read is refused; what is made of the rest is a dump, the same from every form, at once
// or by a plan, and the same selection of it is itself.
func FuzzApply(f *testing.F) {
	for bits := range uint16(12) {
		f.Add([]byte(small), uint16(1)<<bits)
		f.Add([]byte(small), uint16(1)<<bits|1<<10)
	}
	for _, text := range []string{
		`{"cassandra": {}, "zookeeper": "[]"}`,
		`{"zookeeper": "{\"/\": {\"id\": {\"b\": [null, [1.5]]}}}", "cassandra": {"obj_uuid_table": {"k": {"c": ["v", 1]}}, "obj_fq_name_table": {}}}`,
		`{"zookeeper": [["/a/", ["\u00e9\ud800", [1]]]], "m": {"a": [1, {"a": 2}]}, "cassandra": {"useragent_useragent_keyval_table": {}, "config_db_uuid_obj_uuid_table": {"r": {"type": ["\"virtual_network\"", 1]}}}}`,
		`{"m": 1 , "dumptool": {"schema": "dumptool.live/1", "nodes": [1, ["/id", {}], ["/x", {}] ]}, "cassandra": {"useragent": {} , "dm_keyspace": {"t": {}, "u": {"r": {}}}}, "zookeeper": null}`,
		"\xef\xbb\xbf{\n \"cassandra\" : {\n\t\"useragent\" : { } }\r\n}\n",
	} {
		for _, bits := range []uint16{0, 1, 2, 1 << 4, 1 << 5, 1 << 9, 1 << 11, 1<<4 | 1<<10} {
			f.Add([]byte(text), bits)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, bits uint16) {
		if len(text) == 0 || len(text) > 1<<13 {
			return
		}
		sel := selectionOf(bits)
		r := dump.NewReader(bytes.NewReader(text), "d", dump.Options{})
		for r.Next() {
		}
		readable := r.Err() == nil
		r.Close()
		if d, err := dump.Open(dump.Input{Name: "d", At: bytes.NewReader(text), Size: int64(len(text))}, dump.Options{}); err != nil {
			return
		} else if d.Encoding() != dump.Plain {
			return
		}
		out, err := apply(t, text, sel)
		switch {
		case !readable && err == nil:
			t.Fatalf("what can't be read was filtered: %q", out)
		case !readable || err != nil:
			var p *dump.Problem
			if readable && errors.As(err, &p) {
				t.Fatalf("what can be read was refused: %v", err)
			}
			return
		}
		if sel.IsEmpty() && !bytes.Equal(out, text) {
			t.Fatalf("all of it is %q", out)
		}
		again, err := apply(t, out, sel)
		var missing *filter.NotFoundError
		if err != nil && !errors.As(err, &missing) || err == nil && !bytes.Equal(again, out) {
			t.Fatalf("of %q the same selection is %q, %v", out, again, err)
		}
		plan := splice.NewPlan(spill.Dir(t.TempDir()))
		defer plan.Close()
		if _, err := filter.Apply(context.Background(), plan, openText(t, text), sel, filter.Options{}); err != nil {
			t.Fatal(err)
		}
		var planned, packed, packedOut, back bytes.Buffer
		if err := plan.Run(&planned); err != nil || !bytes.Equal(planned.Bytes(), out) {
			t.Fatalf("planned: %q, %v, and not %q", planned.Bytes(), err, out)
		}
		o := index.Options{Workers: 1, Feeder: objindex.New()}
		if err := index.Compress(context.Background(), &packed, bytes.NewReader(text), o); err != nil {
			return // what is odd but no damage can have no index
		}
		indexed := openText(t, packed.Bytes())
		o.Feeder = objindex.New()
		w := index.NewWriter(context.Background(), &packedOut, o)
		if _, err := filter.Apply(context.Background(), w, indexed, sel, filter.Options{}); err != nil {
			t.Fatalf("indexed: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Fatalf("indexed: %v", err)
		}
		in, err := openText(t, packedOut.Bytes()).Text(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		if _, err := back.ReadFrom(in); err != nil || !bytes.Equal(back.Bytes(), out) {
			t.Fatalf("indexed: %q, %v, and not %q", back.Bytes(), err, out)
		}
	})
}

// A flipped bit of an indexed dump is an error, or changes nothing of what filter makes of its frames and its index.
func TestApplyToDamagedIndex(t *testing.T) {
	sel := filter.Selection{OmitKeyspaces: []string{"useragent"}}
	want, err := apply(t, []byte(small), sel)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	o := index.Options{Workers: 1, Feeder: objindex.New()}
	if err := index.Compress(context.Background(), &packed, strings.NewReader(small), o); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := 0; i < packed.Len(); i += 3 {
		file := bytes.Clone(packed.Bytes())
		file[i] ^= 1 << (i % 8)
		got, err := slice(t, file, sel)
		switch {
		case err != nil:
			refused++
		case !bytes.Equal(got, want):
			t.Fatalf("bit %d of byte %d: %q", i%8, i, got)
		}
	}
	if refused < packed.Len()/12 {
		t.Errorf("only %d of %d are refused", refused, packed.Len())
	}
}

// slice filters a file into the indexed form and returns the text of the result.
func slice(t *testing.T, file []byte, sel filter.Selection) ([]byte, error) {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "d", At: bytes.NewReader(file), Size: int64(len(file))}, dump.Options{Temp: spill.Dir(t.TempDir())})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var packed, text bytes.Buffer
	w := index.NewWriter(context.Background(), &packed, index.Options{Workers: 1, Feeder: objindex.New()})
	defer w.Abort()
	if _, err := filter.Apply(context.Background(), w, d, sel, filter.Options{}); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	in, err := openText(t, packed.Bytes()).Text(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	_, err = text.ReadFrom(in)
	return text.Bytes(), err
}
