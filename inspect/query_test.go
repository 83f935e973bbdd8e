package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

func answers(t *testing.T, d *dump.Dump, path string, o QueryOptions) []Answer {
	t.Helper()
	var list []Answer
	if err := Query(background, d, path, o, func(a *Answer) error {
		list = append(list, *a)
		if line := a.AppendJSON(nil, QuerySchema); !a.TooLarge && (!json.Valid(line) || bytes.ContainsAny(line, "\r\n")) {
			t.Errorf("no line of JSON: %s", line)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

var queryPaths = []string{"uuid", "type", "fq_name", "fq_name.0", "fq_name.#", "parent", "parent.uuid", "props", "props.display_name", "props.id_perms.uuid.uuid_mslong",
	"props.*", "props|@keys", "props.id_perms|@pretty", "refs", "refs.*.#.uuid", "refs.network_ipam.0.attr", "backrefs.@keys", "children", "@this", "@pretty", "extra", "not_json",
	"relaxbackrefs.#", "{uuid,props.display_name}", "[uuid,type]", "props.nosuch", "nosuch", "props.display_name.x", "pro*", `props.display\_name`, "counts"}

// A query says of every object what getting it would.
func TestQueryAgreesWithGet(t *testing.T) {
	for name, text := range texts(t) {
		d := open(t, text, dump.Options{})
		list, err := listed(t, d, "type:", true)
		if err != nil {
			t.Fatal(err)
		}
		views := map[string][]byte{}
		for _, e := range list {
			if len(views) == 60 {
				break
			}
			var b bytes.Buffer
			if _, err := get(t, d, e.Path.String()).WriteJSON(&b, View{Mask: true}); err != nil {
				t.Fatal(err)
			}
			views[e.Path.Row] = b.Bytes()
		}
		for _, path := range queryPaths {
			got := map[string]string{}
			for _, a := range answers(t, d, path, QueryOptions{Mask: true}) {
				got[a.UUID] = string(a.Result)
			}
			for uuid, view := range views {
				want, ok := Pick(view, path)
				if result, has := got[uuid]; has != ok || result != string(want) {
					t.Errorf("%s: %s of %s is %s, want %s", name, path, uuid, result, want)
				}
			}
		}
	}
}

func TestQueryTypes(t *testing.T) {
	d := open(t, small, dump.Options{})
	for types, want := range map[string]int{"": 4, "virtual-network": 2, "virtual_network,physical-router": 3, "domain": 0} {
		var o QueryOptions
		if types != "" {
			o.Types = strings.Split(types, ",")
		}
		given := slices.Clone(o.Types)
		if got := answers(t, d, "uuid", o); len(got) != want {
			t.Errorf("%s: %d answers, want %d", types, len(got), want)
		}
		if !slices.Equal(o.Types, given) {
			t.Errorf("%v was changed to %v", given, o.Types)
		}
	}
	err := Query(background, d, "uuid", QueryOptions{Types: []string{"virtual-netwrok"}}, func(*Answer) error { return nil })
	var missing *NotFound
	if !errors.As(err, &missing) || fmt.Sprint(missing.Near) != "[virtual_network]" {
		t.Errorf("%v, %+v", err, missing)
	}
	a := answers(t, d, "props.physical_router_user_credentials.password", QueryOptions{})
	b := answers(t, d, "props.physical_router_user_credentials.password", QueryOptions{Mask: true})
	if len(a) != 1 || len(b) != 1 || TextOf(a[0].Result) != "hunter2" || TextOf(b[0].Result) != contrail.Masked {
		t.Errorf("%v %v", a, b)
	}
}

// wide returns a dump in which one network has n back-references, whose objects
// are there, and a property of size bytes.
func wide(n, size int) string {
	var b strings.Builder
	b.WriteString(`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"` + net1 + `": {`)
	id := func(i int) string { return fmt.Sprintf("aaaa%04x-0000-4000-8000-%012x", i*40503%65536, i) }
	for i := range n {
		fmt.Fprintf(&b, `"backref:virtual_machine_interface:%s": ["{\"attr\": null}", 1], `, id(i))
	}
	for i := range 7 {
		fmt.Fprintf(&b, `"ref:network_policy:%s": ["{\"attr\": null}", 1], `, id(i))
	}
	fmt.Fprintf(&b, `"fq_name": ["[\"d\", \"net\"]", 1], "prop:big": ["\"%s\"", 1], "prop:small": ["1", 1], "type": ["\"virtual_network\"", 1]}`, strings.Repeat("b", size))
	for i := range n {
		fmt.Fprintf(&b, `, "%s": {"fq_name": ["[\"p\", \"port-%d\"]", 1], "type": ["\"virtual_machine_interface\"", 1]}`, id(i), i)
	}
	b.WriteString(`}}}, "zookeeper": "[]"}`)
	return b.String()
}

func TestWideObjects(t *testing.T) {
	text := wide(60_000, 100)
	obj, cut, err := get(t, open(t, text, dump.Options{}), net1).Object(true)
	if err != nil || cut || len(obj.BackrefsFrom("virtual_machine_interface")) != 60_000 || len(obj.RefsTo("network_policy")) != 7 {
		t.Fatalf("%v %v", cut, err)
	}
	for _, l := range obj.BackrefsFrom("virtual_machine_interface") {
		if len(l.FQName) != 2 {
			t.Fatalf("%s has no name", l.UUID)
		}
	}
	// With less memory there are fewer, and it is said how many there would be.
	obj, cut, err = get(t, open(t, text, dump.Options{Memory: 32 << 20}), net1).Object(true)
	links := obj.BackrefsFrom("virtual_machine_interface")
	if err != nil || !cut || len(links) < 10_000 || len(links) > 16<<10 || obj.Backrefs[0].Total != 60_000 || len(obj.RefsTo("network_policy")) != 7 {
		t.Fatalf("%v %v: %d links of %d", cut, err, len(links), obj.Backrefs[0].Total)
	}
	if !slices.IsSortedFunc(links, func(a, b contrail.Link) int { return strings.Compare(a.UUID, b.UUID) }) || len(links[5].FQName) != 2 {
		t.Error("the links are not the first ones, or have no names")
	}
	list := answers(t, open(t, text, dump.Options{Memory: 32 << 20}), "backrefs.virtual_machine_interface.#", QueryOptions{Types: []string{"virtual_network"}})
	if len(list) != 1 || !list[0].TooLarge {
		t.Errorf("%+v", list)
	}
	list = answers(t, open(t, text, dump.Options{}), "backrefs.virtual_machine_interface.#", QueryOptions{Types: []string{"virtual_network"}})
	if len(list) != 1 || string(list[0].Result) != "60000" {
		t.Errorf("%+v", list)
	}
}

func TestLargeValues(t *testing.T) {
	text := wide(3, 3<<20)
	f := get(t, open(t, text, dump.Options{}), net1)
	obj, cut, err := f.Object(false)
	if err != nil || cut || len(obj.PropValue("big")) != 3<<20+2 {
		t.Fatalf("%v %v: %d bytes", cut, err, len(obj.PropValue("big")))
	}
	obj, cut, err = get(t, open(t, text, dump.Options{Memory: 32 << 20}), net1).Object(false)
	if p, _ := obj.Prop("big"); err != nil || !cut || string(p.Value) != fmt.Sprintf(`"(%d bytes, not shown)"`, 3<<20+4) || string(obj.PropValue("small")) != "1" {
		t.Fatalf("%v %v: %.100s", cut, err, p.Value)
	}
	column := get(t, open(t, text, dump.Options{}), "config_db_uuid/obj_uuid_table/"+net1+"/prop:big")
	m := viewOf(t, column, View{})
	if len(m["value"].(string)) != 3<<20+2 { // as it is stored, quotes included
		t.Errorf("%d bytes", len(m["value"].(string)))
	}
}

func TestFairShare(t *testing.T) {
	for _, c := range []struct {
		groups      map[string]int
		most, limit int
		limited     bool
	}{
		{nil, 5, 0, false}, {map[string]int{"a": 5}, 5, 0, false}, {map[string]int{"a": 6}, 5, 5, true},
		{map[string]int{"a": 1, "b": 9, "c": 9}, 11, 5, true}, {map[string]int{"a": 1, "b": 2, "c": 90}, 50, 47, true},
		{map[string]int{"a": 9, "b": 9}, 1, 0, true},
	} {
		limit, limited := fairShare(c.groups, c.most)
		if limit != c.limit || limited != c.limited {
			t.Errorf("%v of %d: %d %v, want %d %v", c.groups, c.most, limit, limited, c.limit, c.limited)
		}
	}
}
