package contrail

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseColumn(t *testing.T) {
	tests := []struct {
		name      string
		kind      ColumnKind
		part, key string
		malformed bool
	}{
		{"type", ColumnType, "", "", false},
		{"fq_name", ColumnFQName, "", "", false},
		{"parent_type", ColumnParentType, "", "", false},
		{"parent:project:u", ColumnParent, "project", "u", false},
		{"children:virtual_network:u", ColumnChild, "virtual_network", "u", false},
		{"ref:network_ipam:u", ColumnRef, "network_ipam", "u", false},
		{"backref:virtual_network:u", ColumnBackref, "virtual_network", "u", false},
		{"relaxbackref:u", ColumnRelaxBackref, "", "u", false},
		{"prop:display_name", ColumnProp, "display_name", "", false},
		{"propl:list:10", ColumnPropList, "list", "10", false},
		{"propm:map:a:b:c", ColumnPropMap, "map", "a:b:c", false},
		{"propm:map:", ColumnPropMap, "map", "", false},
		{"META:latest_col_ts", ColumnMeta, "latest_col_ts", "", false},
		{"UUID", ColumnUnknown, "", "", false},
		{"", ColumnUnknown, "", "", false},
		{"new:thing", ColumnUnknown, "", "", false},
		{"type:x", ColumnUnknown, "", "", false},
		{"Ref:a:b", ColumnUnknown, "", "", false},
		{"ref:a", ColumnUnknown, "", "", true},
		{"ref:a:b:c", ColumnUnknown, "", "", true},
		{"ref::u", ColumnUnknown, "", "", true},
		{"ref:a:", ColumnUnknown, "", "", true},
		{"ref:", ColumnUnknown, "", "", true},
		{"relaxbackref:a:b", ColumnUnknown, "", "", true},
		{"relaxbackref:", ColumnUnknown, "", "", true},
		{"prop:", ColumnUnknown, "", "", true},
		{"prop:a:b", ColumnUnknown, "", "", true},
		{"propl:a", ColumnUnknown, "", "", true},
		{"propm::k", ColumnUnknown, "", "", true},
	}
	for _, test := range tests {
		c := ParseColumn([]byte(test.name))
		if c.Kind != test.kind || string(c.Name) != test.part || string(c.Key) != test.key || c.Malformed != test.malformed {
			t.Errorf("%q: %s %q %q malformed %v", test.name, c.Kind, c.Name, c.Key, c.Malformed)
		}
	}
}

// What was joined comes apart in the same parts.
func TestParseColumnOfJoinedParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := ColumnKind(rapid.IntRange(int(ColumnParent), int(ColumnMeta)).Draw(t, "kind"))
		word := rapid.StringMatching(`[^:]+`)
		name, key := word.Draw(t, "name"), word.Draw(t, "key")
		var column string
		switch kind {
		case ColumnRelaxBackref:
			name = ""
			column = kind.String() + ":" + key
		case ColumnProp, ColumnMeta:
			key = ""
			column = kind.String() + ":" + name
		case ColumnPropMap, ColumnPropList:
			key = rapid.String().Draw(t, "any key")
			column = kind.String() + ":" + name + ":" + key
		default:
			column = kind.String() + ":" + name + ":" + key
		}
		c := ParseColumn([]byte(column))
		if c.Kind != kind || string(c.Name) != name || string(c.Key) != key {
			t.Fatalf("%q: %s %q %q", column, c.Kind, c.Name, c.Key)
		}
	})
}

// checkColumn holds for any name: the parts make the name again.
func checkColumn(t interface{ Fatalf(string, ...any) }, name []byte) {
	c := ParseColumn(name)
	parts := []string{c.Kind.String()}
	if len(c.Name) > 0 || c.Kind == ColumnMeta {
		parts = append(parts, string(c.Name))
	}
	if c.Kind.IsLink() || c.Kind == ColumnPropList || c.Kind == ColumnPropMap {
		parts = append(parts, string(c.Key))
	}
	if joined := strings.Join(parts, ":"); c.Kind != ColumnUnknown && joined != string(name) {
		t.Fatalf("%q came apart as %q", name, parts)
	}
	if !bytes.HasPrefix(name, c.key(name)) {
		t.Fatalf("key of %q is %q", name, c.key(name))
	}
}

func FuzzParseColumn(f *testing.F) {
	for _, name := range []string{"", ":", "type", "ref:a:b", "propm:a::", "META:", "children:::", "relaxbackref:x"} {
		f.Add([]byte(name))
	}
	f.Fuzz(func(t *testing.T, name []byte) { checkColumn(t, name) })
}

func TestParseColumnAllocatesNothing(t *testing.T) {
	names := [][]byte{[]byte("type"), []byte("ref:virtual_network:00000005-1111-4222-8333-000000009aab"), []byte("propm:annotations:a:b"), []byte("new:x")}
	if allocs := testing.AllocsPerRun(100, func() {
		for _, name := range names {
			ParseColumn(name)
		}
	}); allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkParseColumn(b *testing.B) {
	name := []byte("backref:virtual_machine_interface:00000005-1111-4222-8333-000000009aab")
	for b.Loop() {
		ParseColumn(name)
	}
}
