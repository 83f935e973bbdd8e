package render_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
)

// plain is a look without colours.
func plain(width int) render.Look {
	same := func(s string) string { return s }
	return render.Look{Heading: same, Added: same, Removed: same, Modified: same, Faint: same, Escape: same, Width: width}
}

func textOf(t *testing.T, a, b string, look render.Look) string {
	t.Helper()
	var dumps [2]*dump.Dump
	for i, s := range []string{a, b} {
		d, err := dump.Open(dump.Input{Name: "AB"[i : i+1], At: strings.NewReader(s), Size: int64(len(s))}, dump.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		dumps[i] = d
	}
	all := map[diff.Reason]bool{}
	for _, r := range diff.Reasons() {
		all[r] = true
	}
	r, err := diff.Compare(context.Background(), dumps[0], dumps[1], diff.Options{Show: all})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	look.Blocks.NameOf = r.NameOf
	var out strings.Builder
	if err := render.Text(&out, r.Changes(), r.Summary, look); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// quote makes a cell out of the JSON text of a value.
func quote(value string) string { return fmt.Sprintf("[%q, 1600000000000000]", value) }

func row(uuid, typ, fqName string, cells ...string) string {
	s := fmt.Sprintf("%q: {%q: %s, %q: %s", uuid, "type", quote(`"`+typ+`"`), "fq_name", quote(fqName))
	for i := 0; i < len(cells); i += 2 {
		s += fmt.Sprintf(", %q: %s", cells[i], quote(cells[i+1]))
	}
	return s + "}"
}

func document(rows []string, table string, nodes string) string {
	return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + strings.Join(rows, ", ") + `}}, "useragent": {"useragent_keyval_table": {` + table +
		`}}}, "zookeeper": ` + fmt.Sprintf("%q", nodes) + "}"
}

func pair() (a, b string) {
	net, policy := "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	rules := func(port int, more string) string {
		return fmt.Sprintf(`{"policy_rule": [{"rule_uuid": "r1", "dst_ports": [{"start_port": %d, "end_port": 90}], "action": "pass"}%s]}`, port, more)
	}
	var refs []string
	for i := range 120 {
		refs = append(refs, fmt.Sprintf("ref:tag:00000000-0000-4000-8000-%012d", i), "null")
	}
	long := strings.Repeat("lorem ipsum ", 30)
	before := []string{
		row(net, "virtual_network", `["d", "p", "net"]`, "parent:project:44444444-4444-4444-8444-444444444444", "null",
			"prop:display_name", `"`+long+"old"+long+`"`, "prop:route_target_list", `{"route_target": ["target:1:1", "target:1:2"]}`),
		row(policy, "network_policy", `["d", "p", "pol"]`, "prop:network_policy_entries", rules(80, "")),
		row("44444444-4444-4444-8444-444444444444", "project", `["d", "p"]`, "prop:physical_router_user_credentials", `{"password": "hunter2"}`),
		row("66666666-6666-4666-8666-666666666666", "physical_router", `["g", "r"]`, "prop:physical_router_user_credentials", `{"username": "root", "password": "hunter2"}`),
	}
	after := []string{
		row(net, "virtual_network", `["d", "p", "net"]`, append(refs, "parent:project:55555555-5555-4555-8555-555555555555", "null",
			"prop:display_name", `"`+long+"new"+long+`"`, "prop:route_target_list", `{"route_target": ["target:1:2", "target:1:3"]}`)...),
		row(policy, "network_policy", `["d", "p", "pol"]`, "prop:network_policy_entries", rules(443, `, {"rule_uuid": "r2", "action": "deny"}`)),
		row("44444444-4444-4444-8444-444444444444", "project", `["d", "p"]`, "prop:physical_router_user_credentials", `{"password": "hunter2"}`),
		row("55555555-5555-4555-8555-555555555555", "project", `["d", "q"]`),
		row("66666666-6666-4666-8666-666666666666", "physical_router", `["g", "r"]`, "prop:physical_router_user_credentials", `{"username": "root", "password": "hunter3"}`),
	}
	stat := func(n int) string {
		return fmt.Sprintf("[1, %d, 1600000000000, 160000000000%d, 0, 0, 0, 0, 1, 0, 1]", n, n)
	}
	a = document(before, `"k": {"value": ["v", 1600000000000000]}`,
		`[["/id/virtual-networks/0000000004", ["d:p:net", `+stat(1)+`]], ["/api-server/subnets/d:p:net:10.0.0.0/24/0167772163", ["`+net+`", `+stat(1)+`]], ["/x", ["1", `+stat(1)+`]]]`)
	b = document(after, `"k": {"value": ["v", 1600000001000000]}`, `[["/id/virtual-networks/0000000005", ["d:p:net", `+stat(1)+`]], ["/x", ["1", `+stat(2)+`]]]`)
	return a, b
}

// The text is as it is expected in testdata; DUMPTOOL_UPDATE writes it anew.
func TestText(t *testing.T) {
	a, b := pair()
	narrow := plain(72)
	full := plain(100)
	full.Blocks.Full = true
	for name, look := range map[string]render.Look{"narrow": narrow, "wide": plain(160)} {
		got := textOf(t, a, b, look)
		file := filepath.Join("testdata", name+".txt")
		if os.Getenv("DUMPTOOL_UPDATE") != "" {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s", name, got)
		}
		if strings.Contains(got, "hunter") {
			t.Error("a secret is shown")
		}
	}
	if got := textOf(t, a, b, full); strings.Contains(got, "…") || strings.Count(got, "ref:tag:") != 120 {
		t.Error("not all of it is shown", got)
	}
}

// Secrets are masked in cells of every form.
func TestMaskedInOddCells(t *testing.T) {
	const cell = `[%q, %s]`
	for _, pair := range [][2]string{
		{fmt.Sprintf(cell, `{"password": "hunter2"}`, "1.5"), fmt.Sprintf(cell, `{"password": "hunter3"}`, "1.5")},
		{fmt.Sprintf(cell, `{"password": "hunter2"}`, "1.5"), fmt.Sprintf("%q", `{"password": "hunter3"}`)},
		{`[{"password": "hunter2"}, 1]`, fmt.Sprintf(cell, `{"password": "hunter3"}`, "1, 2")},
		{fmt.Sprintf(cell, `{"password": "hunter2`, "1"), fmt.Sprintf(cell, `password: hunter3"`, "1")},
	} {
		doc := func(cell string) string {
			return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"66666666-6666-4666-8666-666666666666": {"type": ["\"physical_router\"", 1], "fq_name": ["[\"r\"]", 1],
				"prop:physical_router_user_credentials": ` + cell + `}}}}, "zookeeper": "[]", "m": {"password": "hunter4"}}`
		}
		got := textOf(t, doc(pair[0]), doc(pair[1]), plain(160))
		if strings.Contains(got, "hunter") || !strings.Contains(got, "credentials") {
			t.Errorf("%v:\n%s", pair, got)
		}
	}
}

// Of two long values only what differs is shown.
func TestExcerpts(t *testing.T) {
	same := strings.Repeat("é", 100)
	a, b := render.Excerpts(same+"X"+same, same+"YZ"+same)
	want := strings.Repeat("é", 24)
	if a != "…"+want+"X"+want+"…" || b != "…"+want+"YZ"+want+"…" {
		t.Error(a, b)
	}
	if a, b := render.Excerpts("abc", "abd"); a != "abc" || b != "abd" {
		t.Error(a, b)
	}
}
