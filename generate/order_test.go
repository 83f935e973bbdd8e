package generate

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// However little may be held at a time, the order is that of a plain sort,
// and nothing is lost or comes twice.
func TestSorters(t *testing.T) {
	const n = 5000
	key := func(dst []byte, i int) ([]byte, bool) {
		return fmt.Appendf(dst, "default-domain:tenant-%d:%d", i%37, i*7919%n), i%11 != 3
	}
	var names [][]byte
	for i := range n {
		if name, ok := key(nil, i); ok {
			names = append(names, name)
		}
	}
	byName, byToken := slices.Clone(names), slices.Clone(names)
	slices.SortFunc(byName, bytes.Compare)
	slices.SortFunc(byToken, func(a, b []byte) int {
		if x, y := token(a), token(b); x != y {
			return map[bool]int{true: -1, false: 1}[x < y]
		}
		return 0
	})
	for _, s := range []*sorter{newSorter(), {tokens: 1000, names: 40_000}, {tokens: 17, names: 900}} {
		at := 0
		for i, name := range s.byName(n, key) {
			if want, _ := key(nil, i); !bytes.Equal(name, want) || !bytes.Equal(name, byName[at]) {
				t.Fatalf("%d names: name %d is %s, want %s", s.names, at, name, byName[at])
			}
			at++
		}
		if at != len(names) {
			t.Errorf("%d held: %d names of %d", s.names, at, len(names))
		}
		at = 0
		for i := range s.byToken(n, key) {
			if got, _ := key(nil, i); !bytes.Equal(got, byToken[at]) {
				t.Fatalf("%d held: token %d is of %s, want %s", s.tokens, at, got, byToken[at])
			}
			at++
		}
		if at != len(names) {
			t.Errorf("%d held: %d tokens of %d", s.tokens, at, len(names))
		}
	}
	for range newSorter().byName(0, key) {
		t.Error("a name of nothing")
	}
	for range newSorter().byToken(0, key) {
		t.Error("a token of nothing")
	}
}

// A loop that ends early ends the passes too.
func TestSortersStop(t *testing.T) {
	asked := 0
	key := func(dst []byte, i int) ([]byte, bool) {
		asked++
		return fmt.Appendf(dst, "%08d", i), true
	}
	s := &sorter{tokens: 10, names: 400}
	for range s.byName(1000, key) {
		break
	}
	for range s.byToken(1000, key) {
		break
	}
	if asked > 4000 {
		t.Errorf("%d keys were made for two items", asked)
	}
}
