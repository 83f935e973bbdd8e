package diff_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/dump"
)

// targets puts rows of route_target_table into a dump: owner, number.
func targets(doc string, rows ...string) string {
	table := ""
	for i := 0; i < len(rows); i += 2 {
		if i > 0 {
			table += ", "
		}
		table += fmt.Sprintf(`%q: {"rtgt_num": ["%s", 1]}`, rows[i], rows[i+1])
	}
	return strings.Replace(doc, `{"cassandra": {`, `{"cassandra": {"to_bgp_keyspace": {"route_target_table": {`+table+`}}, `, 1)
}

// The node that locks a route target is derived where the table that the schema
// transformer keeps has the same number for the same owner, on both sides.
func TestRouteTargetNodes(t *testing.T) {
	const path = "/id/bgp/route-targets/type0/0008000001"
	none := build{}.String()
	node := func(data string) string { return build{nodes: [][2]string{{path, data}}}.String() }
	row := "add to_bgp_keyspace/route_target_table/d:p:n:n add=rtgt_num"
	for name, c := range map[string]struct{ a, b, want string }{
		"added with its row":  {targets(none), targets(node("d:p:n:n"), "d:p:n:n", "8000001"), row + "\nderived-zk 1"},
		"without a row":       {targets(none), targets(node("d:p:n:n")), "add zk:" + path},
		"with another number": {targets(none, "d:p:n:n", "8000002"), targets(node("d:p:n:n"), "d:p:n:n", "8000002"), "add zk:" + path},
		"gone, the row stays": {targets(node("d:p:n:n"), "d:p:n:n", "8000001"), targets(none, "d:p:n:n", "8000001"), "rem zk:" + path},
		"of another owner": {targets(node("a"), "a", "8000001"), targets(node("b"), "b", "8000001"),
			"rem to_bgp_keyspace/route_target_table/a rem=rtgt_num\nadd to_bgp_keyspace/route_target_table/b add=rtgt_num\nderived-zk 1"},
		"no table at all": {none, node("d:p:n:n"), "add zk:" + path},
	} {
		if got := compare(t, c.a, c.b, diff.Options{}); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
	// Its values are texts, not JSON.
	if got := compare(t, targets(none, "d:p:n:n", "8000001"), targets(none, "d:p:n:n", `8000001\n`), diff.Options{}); got != "mod to_bgp_keyspace/route_target_table/d:p:n:n mod=rtgt_num" {
		t.Error(got)
	}
	// What derives from a keyspace that is not compared is still derived.
	a, b := targets(none), targets(node("d:p:n:n"), "d:p:n:n", "8000001")
	if got := compare(t, a, b, diff.Options{OmitKeyspaces: []string{"to_bgp_keyspace"}}); got != "derived-zk 1" {
		t.Error(got)
	}
}

// Filters narrow what is shown, each by itself and together, with an index and
// without.
func TestFilters(t *testing.T) {
	net := func(name string) map[string]string {
		return object("virtual_network", `["d", "`+name+`"]`, "prop:x", `"`+name+`"`)
	}
	locks := func(name string) [][2]string {
		return [][2]string{{"/fq-name-to-uuid/virtual_network:d:" + name, u1}, {"/x", name}}
	}
	useragent := func(doc, value string) string {
		return strings.Replace(doc, `{"cassandra": {`, `{"cassandra": {"useragent": {"t": {"k": {"value": ["`+value+`", 1]}}}, `, 1)
	}
	a := useragent(build{objects: map[string]map[string]string{u1: net("n"), u2: object("tag", `["t"]`)}, nodes: locks("n")}.String(), "1")
	b := useragent(build{objects: map[string]map[string]string{u1: net("m"), u2: object("domain", `["t"]`)}, nodes: locks("m")}.String(), "2")
	const (
		network = "mod virtual_network:d:m from d:n mod=fq_name(mod 1) mod=prop:x(mod )"
		domain  = "mod domain:t type was tag mod=type(mod )"
		row     = "mod useragent/t/k mod=value(mod )"
		node    = "mod zk:/x"
		derived = "derived-zk 2"
	)
	byName := func(name string) []diff.ObjectRef {
		return []diff.ObjectRef{{Type: "virtual_network", Name: "d:" + name}}
	}
	for name, c := range map[string]struct {
		o    diff.Options
		want []string
	}{
		"nothing":                  {diff.Options{}, []string{domain, network, row, node, derived}},
		"type":                     {diff.Options{Types: []string{"virtual_network"}}, []string{network, derived}},
		"type that it was":         {diff.Options{Types: []string{"tag"}}, []string{domain, derived}},
		"omit type":                {diff.Options{OmitTypes: []string{"virtual_network"}}, []string{domain, row, node, derived}},
		"type and omit type":       {diff.Options{Types: []string{"virtual_network"}, OmitTypes: []string{"virtual_network"}}, []string{derived}},
		"keyspace":                 {diff.Options{Keyspaces: []string{"useragent"}}, []string{row, node, derived}},
		"omit keyspace":            {diff.Options{OmitKeyspaces: []string{"useragent"}}, []string{domain, network, node, derived}},
		"keyspace and omit":        {diff.Options{Keyspaces: []string{"useragent"}, OmitKeyspaces: []string{"useragent"}}, []string{node, derived}},
		"keyspace and type":        {diff.Options{Keyspaces: []string{"useragent"}, Types: []string{"tag"}}, []string{derived}},
		"object":                   {diff.Options{Objects: byName("m")}, []string{network, derived}},
		"object by its old name":   {diff.Options{Objects: byName("n")}, []string{network, derived}},
		"object by its uuid":       {diff.Options{Objects: []diff.ObjectRef{{UUID: u2}}}, []string{domain, derived}},
		"two objects, one equal":   {diff.Options{Objects: append(byName("m"), diff.ObjectRef{UUID: u2})}, []string{domain, network, derived}},
		"object and another type":  {diff.Options{Objects: byName("m"), Types: []string{"domain"}}, []string{derived}},
		"object in a keyspace out": {diff.Options{Objects: byName("m"), OmitKeyspaces: []string{"config_db_uuid"}}, []string{derived}},
	} {
		if got := compare(t, a, b, c.o); got != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, strings.Join(c.want, "\n"))
		}
	}
}

// An object that neither dump has is an error, in whatever form they are; one that is
// the same in both is not.
func TestUnknownObject(t *testing.T) {
	a := build{objects: map[string]map[string]string{u1: object("tag", `["d", "b\u00fcro 1"]`), u2: object("tag", `["a"]`)}}.String()
	b := build{objects: map[string]map[string]string{u1: object("tag", `["d", "b\u00fcro 1"]`), u3: object("tag", `["b"]`)}}.String()
	pairs := map[string][2]string{"plain": {a, b}, "indexed": {indexed(t, a), indexed(t, b)}, "mixed": {a, indexed(t, b)}}
	for form, pair := range pairs {
		for _, byName := range []bool{false, true} {
			for ref, known := range map[diff.ObjectRef]bool{
				{UUID: u1}: true, {UUID: u2}: true, {UUID: u3}: true, {UUID: "11111111-1111-4111-8111-11111111111f"}: false,
				{Type: "tag", Name: "d:büro 1"}: true, {Type: "tag", Name: "d%3Ab%C3%BCro+1"}: true, {Type: "tag", Name: "b"}: true,
				{Type: "tag", Name: "d:büro"}: false, {Type: "domain", Name: "a"}: false, {Type: "tag", Name: ""}: false,
			} {
				dumps := opened(t, pair, dump.Options{})
				r, err := diff.Compare(t.Context(), dumps[0], dumps[1], diff.Options{Objects: []diff.ObjectRef{{UUID: u1}, ref}, MatchByName: byName})
				if err == nil {
					r.Close()
				}
				var unknown *diff.UnknownObjectError
				if errors.As(err, &unknown) == known || unknown != nil && unknown.Ref.Name != ref.Name {
					t.Errorf("%v, %s, by name %v: %v", ref, form, byName, err)
				}
			}
		}
	}
}
