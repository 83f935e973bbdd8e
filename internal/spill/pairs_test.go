package spill

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestPairs compares with maps, for lists that are in memory or not.
func TestPairs(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var lists [2]map[string]string
		var sorters [2]*Sorter
		keys := map[string]bool{}
		size := []int{0, 1, 30, 30_000}[rng.IntN(4)]
		for i := range lists {
			lists[i] = map[string]string{}
			sorters[i] = NewSorter(Dir(t.TempDir()), 0)
			defer sorters[i].Close()
			for range rng.IntN(size + 1) {
				key := fmt.Sprintf("%06d", rng.IntN(2*size))
				if _, ok := lists[i][key]; ok {
					continue
				}
				keys[key] = true
				lists[i][key] = fmt.Sprint(rng.Uint64())
				if err := sorters[i].Add([]byte(key + lists[i][key])); err != nil {
					t.Fatal(err)
				}
			}
		}
		p, err := NewPairs(sorters[0], sorters[1], func(rec []byte) []byte { return rec[:6] })
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for key := range keys {
			a, inA := lists[0][key]
			b, inB := lists[1][key]
			want = append(want, fmt.Sprint(key, a, inA, b, inB))
		}
		slices.Sort(want)
		for p.Next() {
			key, of := "", [2]string{}
			for i := range of {
				if rec := p.Record(i); rec != nil {
					key, of[i] = string(rec[:6]), string(rec[6:])
					continue
				}
				if next := p.Coming(i); next != nil && string(next[:6]) <= string(p.Record(1 - i)[:6]) {
					t.Fatalf("%s comes behind %s", next, p.Record(1-i))
				}
			}
			got = append(got, fmt.Sprint(key, of[0], p.Record(0) != nil, of[1], p.Record(1) != nil))
		}
		if p.Err() != nil || p.Next() || !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v\n%s\nand not\n%s", seed, p.Err(), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
