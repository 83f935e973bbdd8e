package inspect

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// listed returns a line for each entry: its JSON without what is long.
func listed(t *testing.T, d *dump.Dump, what string, recursive bool) ([]Entry, error) {
	t.Helper()
	l, err := ParseListing(what)
	if err != nil {
		t.Fatal(err)
	}
	l.Recursive = recursive
	var list []Entry
	err = List(background, d, l, func(e *Entry) error {
		list = append(list, *e)
		if line := e.AppendJSON(nil, ListSchema); !json.Valid(line) {
			t.Errorf("no JSON: %s", line)
		}
		return nil
	})
	return list, err
}

// paths returns the paths of entries, or their types.
func paths(list []Entry) string {
	var b strings.Builder
	for _, e := range list {
		if e.Kind == EntryType {
			fmt.Fprintf(&b, "%s %d\n", e.Type, e.Objects)
			continue
		}
		b.WriteString(e.Path.String())
		if e.Kind == EntryObject {
			fmt.Fprintf(&b, " %s %q", e.Type, e.FQName)
		}
		if e.Kind == EntryZNode {
			fmt.Fprintf(&b, " %d %v", e.Nodes, e.Leaf)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestList(t *testing.T) {
	const objects = "config_db_uuid/obj_uuid_table/"
	for _, c := range []struct {
		what      string
		recursive bool
		want      string
	}{
		{"", false, "config_db_uuid\nuseragent\ndm_keyspace\nnothing\nzk:/ 4 false\n"},
		{"config_db_uuid", false, "config_db_uuid/obj_uuid_table\nconfig_db_uuid/obj_fq_name_table\nconfig_db_uuid/empty\n"},
		{"nothing", false, ""},
		{"config_db_uuid/empty", false, ""},
		{"useragent/useragent_keyval_table", false, "useragent/useragent_keyval_table/vn 10.0.0.0%2F24\nuseragent/useragent_keyval_table/%\nuseragent/useragent_keyval_table/ab\n"},
		{"useragent/useragent_keyval_table/ab", false, "useragent/useragent_keyval_table/ab/c\nuseragent/useragent_keyval_table/ab/d\nuseragent/useragent_keyval_table/ab/e\n"},
		{"useragent/useragent_keyval_table/%", true, "useragent/useragent_keyval_table/%/%\n"},
		{objects + net1 + "/weird%2Fname%25", false, objects + net1 + "/weird%2Fname%25\n"},
		{"", true, objects + net1 + "\n" + objects + net2 + "\n" + objects + port + "\n" + objects + ghost + "\n" + objects + router + "\n" +
			"config_db_uuid/obj_fq_name_table/virtual_network\nconfig_db_uuid/obj_fq_name_table/virtual_machine_interface\nconfig_db_uuid/empty\n" +
			"useragent/useragent_keyval_table/vn 10.0.0.0%2F24\nuseragent/useragent_keyval_table/%\nuseragent/useragent_keyval_table/ab\n" +
			"dm_keyspace/dm_pr_asn_table/" + router + "\nnothing\n" +
			"zk:/fq-name-to-uuid/virtual_network:d:p:nét 1 true\nzk:/id/virtual-networks/0000000004 1 true\nzk:/id/x y/a%25b 1 true\nzk:/id/virtual-networks/0000000005 1 true\n"},
		{"dm_keyspace", true, "dm_keyspace/dm_pr_asn_table/" + router + "\n"},
		{"zk:/", false, "zk:/fq-name-to-uuid 1 false\nzk:/id 3 false\n"},
		{"zk:id/", false, "zk:/id/virtual-networks 2 false\nzk:/id/x y 1 false\n"},
		{"zk:/id/virtual-networks", false, "zk:/id/virtual-networks/0000000004 1 true\nzk:/id/virtual-networks/0000000005 1 true\n"},
		{"zk:/id/virtual-networks/0000000005", false, "zk:/id/virtual-networks/0000000005 1 true\n"},
		{"zk:/id", true, "zk:/id/virtual-networks/0000000004 1 true\nzk:/id/x y/a%25b 1 true\nzk:/id/virtual-networks/0000000005 1 true\n"},
		{"type:", false, "physical_router 1\nvirtual_machine_interface 1\nvirtual_network 2\n"},
		{"type:virtual-network", false, objects + net2 + ` virtual_network ["d" "p" "a:b"]` + "\n" + objects + net1 + ` virtual_network ["d" "p" "nét"]` + "\n"},
		{"type:physical_router", true, objects + router + ` physical_router ["r"]` + "\n"},
		{"type:", true, objects + router + ` physical_router ["r"]` + "\n" + objects + port + ` virtual_machine_interface ["d" "p" "port"]` + "\n" +
			objects + net2 + ` virtual_network ["d" "p" "a:b"]` + "\n" + objects + net1 + ` virtual_network ["d" "p" "nét"]` + "\n"},
		{"type:domain", false, ""},
	} {
		for name, d := range forms(t, small) {
			list, err := listed(t, d, c.what, c.recursive)
			if got := paths(list); got != c.want || err != nil {
				t.Errorf("%q, recursive %v, %s: %v\n%s\nwant\n%s", c.what, c.recursive, name, err, got, c.want)
			}
		}
	}
}

func TestListWhatIsNotThere(t *testing.T) {
	for what, near := range map[string]string{
		"config_db_uid":                            "[config_db_uuid]",
		"config_db_uid/obj_uuid_table/x":           "[config_db_uuid]",
		"config_db_uuid/obj_uid_table":             "[config_db_uuid/obj_uuid_table]",
		"config_db_uuid/obj_uid_table/x":           "[config_db_uuid/obj_uuid_table]",
		"config_db_uuid/obj_uuid_table/nosuch":     "[]",
		"nothing/empty":                            "[]",
		"type:virtual-netwrok":                     "[type:virtual_network]",
		"type:zzzzzzzzz":                           "[]",
		"zk:/id/virtual-network":                   "[zk:/id/virtual-networks]",
		"useragent/useragent_keyval_table/ab/zzzz": "[]",
	} {
		list, err := listed(t, open(t, small, dump.Options{}), what, false)
		var missing *NotFound
		if !errors.As(err, &missing) || len(list) > 0 || fmt.Sprint(missing.Near) != near {
			t.Errorf("%s: %v, near %v, want %s", what, err, missing, near)
		}
	}
}

func TestListNumbers(t *testing.T) {
	info, err := Summarize(background, open(t, small, dump.Options{}), InfoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := listed(t, open(t, small, dump.Options{}), "config_db_uuid", false)
	if err != nil {
		t.Fatal(err)
	}
	var sum Entry
	for _, e := range list {
		want := info.Keyspaces["config_db_uuid"].Tables[e.Path.Table]
		if e.Rows != want.Rows || e.Columns != want.Columns || e.Bytes != want.Bytes || (e.Oldest == nil) != (want.Oldest == nil) {
			t.Errorf("%s: %+v, want %+v", e.Path, e, want)
		}
		sum.Rows += e.Rows
		sum.Columns += e.Columns
		sum.Bytes += e.Bytes
	}
	list, err = listed(t, open(t, small, dump.Options{}), "", false)
	if err != nil {
		t.Fatal(err)
	}
	if e := list[0]; e.Tables != 3 || e.Rows != sum.Rows || e.Columns != sum.Columns || e.Bytes != sum.Bytes || *e.Oldest != "1" || *e.Newest != "1600000000000009" {
		t.Errorf("%+v, want the sums %+v", e, sum)
	}
}

// Everything that is listed is found again under its path.
func TestListedPathsAreFound(t *testing.T) {
	for name, text := range texts(t) {
		d := open(t, text, dump.Options{})
		list, err := listed(t, d, "", true)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(3, uint64(len(text))))
		for range 40 {
			if len(list) == 0 {
				break
			}
			e := list[rng.IntN(len(list))]
			if e.Kind == EntryTable || e.Kind == EntryKeyspace {
				continue
			}
			ref, err := ParseRef(e.Path.String())
			if err != nil {
				t.Fatalf("%s: %s: %v", name, e.Path, err)
			}
			f, err := Get(background, d, ref)
			if err != nil || f.Path != e.Path {
				t.Errorf("%s: %s leads to %+v, %v", name, e.Path, f, err)
			}
		}
	}
}

// Sorting by name, then uuid, is that of the parts, whatever they hold.
func TestObjectRecordsSort(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	part := func() string {
		var b strings.Builder
		for range rng.IntN(4) {
			b.WriteString([]string{"a", "b", "\x00", "\x01", "\x02", ":", "é"}[rng.IntN(7)])
		}
		return b.String()
	}
	type object struct {
		about head
		uuid  string
	}
	for range 2000 {
		var two [2]object
		var recs [2]string
		for i := range two {
			two[i].about.typ = []string{"x", "y"}[rng.IntN(2)]
			for range rng.IntN(4) {
				two[i].about.fqName = append(two[i].about.fqName, part())
			}
			two[i].uuid = part() + "u"
			rec, err := appendObject(nil, &two[i].about, two[i].uuid, objectSize{Columns: 5, Bytes: 7})
			if err != nil {
				t.Fatal(err)
			}
			e, err := objectEntry(rec)
			if err != nil || e.Type != two[i].about.typ || e.Path.Row != two[i].uuid || !slices.Equal(e.FQName, two[i].about.fqName) || e.Columns != 5 || e.Bytes != 7 {
				t.Fatalf("%+v comes back as %+v, %v", two[i], e, err)
			}
			recs[i] = string(rec)
		}
		a, b := two[0], two[1]
		if a.about.typ != b.about.typ || a.about.fqName == nil || b.about.fqName == nil {
			continue
		}
		want := slices.Compare(a.about.fqName, b.about.fqName)
		if want != 0 && (strings.Compare(recs[0], recs[1]) < 0) != (want < 0) {
			t.Fatalf("%q and %q sort wrongly", contrail.JoinName(a.about.fqName), contrail.JoinName(b.about.fqName))
		}
	}
}
