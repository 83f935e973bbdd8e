package contrail

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMatchName(t *testing.T) {
	tests := []struct {
		stored, joined string
		want           NameForm
	}{
		{"a:b", "a:b", RawName},
		{"a:büro 1", "a:büro 1", RawName},
		{"a%3Ab%C3%BCro+1", "a:büro 1", QuotedName},
		{"a%3ab%c3%bcro+1", "a:büro 1", OtherName}, // only capitals are written
		{"a%3Ab", "a:b", OtherName},                // an ASCII name is never encoded
		{"a%3Ab", "a%3Ab", RawName},
		{"a+b", "a b", OtherName},
		{"%C3%A9%2F~", "é/~", OtherName},
		{"%C3%A9%2F%7E_.-", "é/~_.-", QuotedName},
		{"%C3%A9x", "é", OtherName},
		{"%C3%A", "é", OtherName},
		{"%C3", "é", OtherName},
		{"", "é", OtherName},
		{"%ED%A0%80", "\xed\xa0\x80", QuotedName}, // half of a surrogate pair
		{"", "", RawName},
	}
	for _, test := range tests {
		if got := MatchName(test.stored, test.joined); got != test.want {
			t.Errorf("%q, %q: %d", test.stored, test.joined, got)
		}
		if got := MatchName([]byte(test.stored), []byte(test.joined)); got != test.want {
			t.Errorf("%q, %q as bytes: %d", test.stored, test.joined, got)
		}
	}
}

func TestMatchNameAllocatesNothing(t *testing.T) {
	stored, joined := []byte("default-domain%3Ab%C3%BCro+1%3Aa-long-name-of-a-network"), "default-domain:büro 1:a-long-name-of-a-network"
	if allocs := testing.AllocsPerRun(100, func() { MatchName(stored, joined) }); allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// The encoding is that of a query, but for the tilde, which Python 2 encodes.
func TestQuoteName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		want := name
		if strings.ContainsFunc(name, func(r rune) bool { return r > 0x7f }) {
			want = strings.ReplaceAll(url.QueryEscape(name), "~", "%7E")
		}
		quoted := QuoteName(name)
		if quoted != want {
			t.Fatalf("%q is quoted as %q, want %q", name, quoted, want)
		}
		form := QuotedName
		if quoted == name {
			form = RawName
		}
		if got := MatchName(quoted, name); got != form {
			t.Fatalf("%q, %q: %d", quoted, name, got)
		}
		if other := rapid.String().Draw(t, "other"); QuoteName(other) != quoted && other != quoted && MatchName(quoted, other) != OtherName {
			t.Fatalf("%q matches %q", quoted, other)
		}
	})
}

func TestSplitNameColumn(t *testing.T) {
	const u = "00000005-1111-4222-8333-000000009aab"
	for column, want := range map[string]string{
		"target:64512:8000001:" + u: "target:64512:8000001",
		u + ":" + u:                 u,
		":" + u:                     "",
		"a:" + strings.ToUpper(u):   "a",
	} {
		name, _, ok := SplitNameColumn([]byte(column))
		if !ok || string(name) != want {
			t.Errorf("%q: %q %v", column, name, ok)
		}
	}
	for _, column := range []string{"", u, "a:" + u[1:], "a:" + u + "0", "a:" + strings.ReplaceAll(u, "-", "_"), "a:g" + u[1:]} {
		if _, _, ok := SplitNameColumn([]byte(column)); ok {
			t.Errorf("%q is taken", column)
		}
	}
}

// id_perms repeats the uuid of its row as two numbers.
func TestUUIDHalves(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		for uuid, o := range d.objects() {
			perms := member(o.PropValue("id_perms"), "uuid")
			if perms == nil || !d.consistent {
				continue
			}
			ms, ls, ok := UUIDHalves(uuid)
			if got := fmt.Sprint(ms, " ", ls); !ok || got != string(member(perms, "uuid_mslong"))+" "+string(member(perms, "uuid_lslong")) {
				t.Errorf("%s: %s, id_perms has %s", uuid, got, perms)
			}
		}
	})
	if _, _, ok := UUIDHalves("no uuid"); ok {
		t.Error("halves of what is no uuid")
	}
}

func TestParseRouteTarget(t *testing.T) {
	for _, name := range []string{"target:64512:8000001", "target:192.0.2.1:7", "target:4200000000:1"} {
		if rt, ok := ParseRouteTarget(name); !ok || rt.String() != name {
			t.Errorf("%q: %v %v", name, rt, ok)
		}
	}
	for _, name := range []string{"", "target", "target:1", "target:1:2:3", "origin:1:2", "target:x:1", "target:1:x", "target:1:-1", "target:::1:1", "target:4294967296:1"} {
		if rt, ok := ParseRouteTarget(name); ok {
			t.Errorf("%q: %v", name, rt)
		}
	}
	if s := RouteTargetSchemeOf(70000); s.Sub != "type1_2" || s.First != 8000 || s.Last != 40768 {
		t.Errorf("scheme of four bytes: %+v", s)
	}
	if s := RouteTargetSchemeOf(65535); s.Sub != "type0" || s.First != 8000000 || s.Last != 24777216 {
		t.Errorf("scheme of two bytes: %+v", s)
	}
}
