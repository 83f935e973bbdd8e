package diff_test

import (
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
)

// Objects are matched by name: whatever uuids they have, and whoever has those
// uuids in the other dump.
func TestMatchByName(t *testing.T) {
	const u4, u5 = "44444444-4444-4444-8444-444444444444", "55555555-5555-4555-8555-555555555555"
	type objects = map[string]map[string]string
	for name, c := range map[string]struct {
		a, b      objects
		nodesA    [][2]string
		nodesB    [][2]string
		want      string
		ambiguous int64
		bTables   string
		aTables   string
		moreA     string
		moreB     string
	}{
		"swapped": {
			a: objects{u1: object("tag", `["s"]`, "ref:tag:"+u2, "null"), u2: object("tag", `["t"]`, "ref:tag:"+u1, "null")},
			b: objects{u2: object("tag", `["s"]`, "ref:tag:"+u1, "null"), u1: object("tag", `["t"]`, "ref:tag:"+u2, "null")},
		},
		"a ring of three": {
			a: objects{u1: object("tag", `["r"]`), u2: object("tag", `["s"]`), u3: object("tag", `["t"]`, "prop:x", `"`+u1+`"`)},
			b: objects{u2: object("tag", `["r"]`), u3: object("tag", `["s"]`), u1: object("tag", `["t"]`, "prop:x", `"`+u2+`"`)},
		},
		"a uuid that is another object's": {
			a:    objects{u1: object("tag", `["s"]`), u2: object("tag", `["t"]`)},
			b:    objects{u2: object("tag", `["new"]`), u3: object("tag", `["s"]`)},
			want: "add tag:new add=fq_name add=type\nrem tag:t rem=fq_name rem=type",
		},
		"a reference to nobody that would lead to somebody": {
			a:    objects{u1: object("tag", `["s"]`), u2: object("tag", `["t"]`, "ref:tag:"+u1, "null")},
			b:    objects{u3: object("tag", `["s"]`), u4: object("tag", `["t"]`, "ref:tag:"+u1, "null")},
			want: "mod tag:t rem=ref:tag:" + u1 + " add=ref:tag:" + u1,
		},
		"types have names of their own": {
			a: objects{u1: object("tag", `["s"]`), u2: object("domain", `["s"]`)},
			b: objects{u1: object("domain", `["s"]`), u2: object("tag", `["s"]`)},
		},
		"a name that two have": {
			a:         objects{u1: object("tag", `["s"]`), u2: object("tag", `["s"]`)},
			b:         objects{u3: object("tag", `["s"]`), u1: object("tag", `["s"]`)},
			want:      "mod tag:s was 22",
			ambiguous: 1,
		},
		"names, shares, locks and back-references": {
			a: objects{u1: object("virtual_network", `["d", "n"]`, "backref:tag:"+u2, "null", "prop:perms2", `{"share": [{"tenant": "x", "tenant_access": 7}]}`),
				u2: object("tag", `["t"]`, "ref:virtual_network:"+u1, "null")},
			aTables: `, "obj_fq_name_table": {"virtual_network": {"d:n:` + u1 + `": ["null", 1]}}`,
			nodesA:  [][2]string{{"/fq-name-to-uuid/virtual_network:d:n", u1}, {"/api-server/subnets/d:n:10.0.0.0/24/0167772163", u2}, {"/id/pnf/vlan_id" + u1 + "/0000000001", u2}},
			b: objects{u4: object("virtual_network", `["d", "n"]`, "backref:tag:"+u5, "null", "prop:perms2", `{"share": [{"tenant": "x", "tenant_access": 7}]}`),
				u5: object("tag", `["t"]`, "ref:virtual_network:"+u4, "null")},
			bTables: `, "obj_fq_name_table": {"virtual_network": {"d:n:` + u4 + `": ["null", 1]}}`,
			nodesB:  [][2]string{{"/fq-name-to-uuid/virtual_network:d:n", u4}, {"/api-server/subnets/d:n:10.0.0.0/24/0167772163", u5}, {"/id/pnf/vlan_id" + u4 + "/0000000001", u5}},
		},
		"names with uuids of others in them": {
			a: objects{u1: object("tag", `["r"]`), u2: object("tag", `["snat_`+u1+`"]`), u3: object("tag", `["x_`+u2+`"]`)},
			b: objects{u3: object("tag", `["r"]`), u4: object("tag", `["snat_`+u3+`"]`), u5: object("tag", `["x_`+u4+`"]`)},
		},
		"in the words of Keystone": {
			a:     objects{u1: object("project", `["p"]`, "prop:x", `"`+strings.ReplaceAll(u1, "-", "")+`"`)},
			b:     objects{u2: object("project", `["p"]`, "prop:x", `"`+strings.ReplaceAll(u2, "-", "")+`"`)},
			moreA: `, "m": ["` + u1 + `"]`, moreB: `, "m": ["` + u2 + `"]`,
		},
	} {
		a := build{objects: c.a, tables: c.aTables, nodes: c.nodesA, more: c.moreA}.String()
		b := build{objects: c.b, tables: c.bTables, nodes: c.nodesB, more: c.moreB}.String()
		if got := compare(t, a, b, diff.Options{MatchByName: true}); got != c.want && sortedWords(got) != sortedWords(c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
		r := compared(t, [2]string{a, b}, diff.Options{MatchByName: true})
		if r.Summary.Ambiguous != c.ambiguous {
			t.Errorf("%s: %d ambiguous", name, r.Summary.Ambiguous)
		}
	}
}

func sortedWords(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		words := strings.Fields(line)
		for j := range words {
			for k := j + 1; k < len(words); k++ {
				if words[k] < words[j] {
					words[j], words[k] = words[k], words[j]
				}
			}
		}
		lines[i] = strings.Join(words, " ")
	}
	return strings.Join(lines, "\n")
}

// A uuid that a read begins or ends in is found too.
func TestMatchByNameAtAnyPlace(t *testing.T) {
	for shift := range 80 {
		pad := strings.Repeat("p", shift)
		doc := func(u string) string {
			return build{objects: map[string]map[string]string{u: object("tag", `["t"]`, "prop:x", `"`+strings.Repeat(pad+u, 4000)+`"`)}}.String()
		}
		r := compared(t, [2]string{doc(u1), doc(u2)}, diff.Options{MatchByName: true})
		if n := r.Summary.Total(); n != 0 {
			t.Errorf("shift %d: %d changes", shift, n)
		}
	}
}
