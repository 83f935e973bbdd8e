package keyset

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/internal/spill"
)

func testHash(name []byte) Hash {
	h := fnv.New128a()
	h.Write(name)
	var sum [16]byte
	s := h.Sum(sum[:0])
	var out Hash
	for i := range 8 {
		out.Hi = out.Hi<<8 | uint64(s[i])
		out.Lo = out.Lo<<8 | uint64(s[8+i])
	}
	return out
}

// What a set of names says does not depend on the order in which they come.
func TestNamesInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	n := NewNames(spill.Dir(t.TempDir()), testHash)
	for _, count := range []int{0, 1, 2, 31, 33, 900, maxMarks, maxMarks + 1, 3000, 30_000} {
		for _, order := range []string{"ascending", "break early", "break late", "random"} {
			for _, long := range []int{0, 200} {
				names := make([]string, count)
				for i := range names {
					names[i] = fmt.Sprintf("prop:%s%08d", strings.Repeat("x", long), i)
				}
				switch {
				case order == "random":
					rng.Shuffle(count, func(i, j int) { names[i], names[j] = names[j], names[i] })
				case order == "break early" && count > 3:
					names[1], names[2] = names[2], names[1]
				case order == "break late" && count > 3:
					names[count-2], names[count-3] = names[count-3], names[count-2]
				}
				at := map[string]int64{}
				add := func(name string, off int64) {
					t.Helper()
					first, dup, err := n.Add([]byte(name), off)
					if err != nil {
						t.Fatal(err)
					}
					want, known := at[name]
					if dup != known || dup && first != want {
						t.Fatalf("%d names, %s: %q is said to be known %v at %d, is known %v at %d", count, order, name, dup, first, known, want)
					}
					if !known {
						at[name] = off
					}
				}
				for i, name := range names {
					add(name, int64(i))
					if i%97 == 0 {
						add(name, int64(count+i)) // twice in a row
					}
				}
				for _, name := range slices.Backward(names) {
					if rng.IntN(50) == 0 {
						add(name, int64(3*count))
					}
				}
				if err := n.Finish(func(a, b int64) error { return fmt.Errorf("late duplicate %d %d", a, b) }); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestNamesSpill(t *testing.T) {
	n := NewNames(spill.Dir(t.TempDir()), testHash)
	name := func(i int) []byte { return fmt.Appendf(nil, "%08d", i) }
	for i := range 2 * maxNames {
		if _, dup, err := n.Add(name(i), int64(i)); dup || err != nil {
			t.Fatal(i, dup, err)
		}
	}
	if _, dup, err := n.Add(name(5), -1); dup || err != nil {
		t.Fatal(dup, err) // it is on disk, and found in the end
	}
	var found []int64
	if err := n.Finish(func(a, b int64) error { found = append(found, a, b); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if !slices.Equal(found, []int64{-1, 5}) {
		t.Errorf("found %d", found)
	}
}
