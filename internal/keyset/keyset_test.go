package keyset

import (
	"math/rand/v2"
	"testing"

	"github.com/dumptool/dumptool/internal/spill"
)

func TestFindsEveryDuplicate(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 400, 5000, 1 << 20, 2_000_000} {
		rng := rand.New(rand.NewPCG(uint64(n), 7))
		s := New(spill.Dir(t.TempDir()))
		hashes := make([]Hash, n)
		for i := range hashes {
			hashes[i] = Hash{rng.Uint64(), rng.Uint64()}
		}
		found := map[[2]int64]bool{}
		for round := range 2 { // a set is used again after Finish
			for i, h := range hashes {
				if first, dup, err := s.Add(h, int64(i)); dup || err != nil {
					t.Fatalf("%d names: name %d is said to be that of %d, error %v", n, i, first, err)
				}
			}
			again := []int{0, n / 2, n - 1}
			for k, i := range again {
				off := int64(n + k)
				first, dup, err := s.Add(hashes[i], off)
				if err != nil {
					t.Fatal(err)
				}
				if dup {
					found[[2]int64{first, off}] = true
				}
			}
			if err := s.Finish(func(a, b int64) error {
				found[[2]int64{a, b}] = true
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for k, i := range again {
				if n > 2 && !found[[2]int64{int64(i), int64(n + k)}] {
					t.Errorf("%d names, round %d: the second %d was not found", n, round, i)
				}
			}
		}
	}
}

func TestFindsEveryDuplicateLater(t *testing.T) {
	for _, n := range []int{1, 63, 400, later, later + 1, 5000, maxNames + 50_000} {
		rng := rand.New(rand.NewPCG(uint64(n), 8))
		s := New(spill.Dir(t.TempDir()))
		hashes := make([]Hash, n)
		for i := range hashes {
			hashes[i] = Hash{rng.Uint64(), rng.Uint64()}
		}
		for round := range 2 {
			found := map[[2]int64]int{}
			note := func(a, b int64) error {
				found[[2]int64{a, b}]++
				return nil
			}
			add := func(h Hash, off int64) {
				t.Helper()
				if err := s.AddLater(h, off, note); err != nil {
					t.Fatal(err)
				}
			}
			want := map[[2]int64]int{}
			for i, h := range hashes {
				add(h, int64(i))
				if i%1000 == 999 {
					again := rng.IntN(i)
					add(hashes[again], int64(n+i))
					want[[2]int64{int64(again), int64(n + i)}]++
				}
			}
			if err := s.Finish(note); err != nil {
				t.Fatal(err)
			}
			// Of a name that comes three times, either of the first two may be told.
			if len(found) < len(want)*9/10 || len(found) > len(want) {
				t.Errorf("%d names, round %d: %d duplicates, want %d", n, round, len(found), len(want))
			}
			for k, times := range found {
				if times > 1 {
					t.Errorf("%d names, round %d: %v was told %d times", n, round, k, times)
				}
			}
		}
	}
}
