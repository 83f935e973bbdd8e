package index

import (
	"encoding/binary"
	"testing"

	"github.com/dumptool/dumptool/internal/spill"
)

// TestSortedRecords reads records that are in memory and such that are merged, to the end and not.
func TestSortedRecords(t *testing.T) {
	for _, memory := range []int64{64 << 10, 16 << 20} {
		const count = 50000
		s := spill.NewSorter(spill.Dir(t.TempDir()), memory)
		for i := range count {
			if err := s.Add(binary.BigEndian.AppendUint64(nil, uint64(i*7919%count))); err != nil {
				t.Fatal(err)
			}
		}
		for _, most := range []int{0, 1, 20000, count + 1} {
			it, err := s.Sort()
			if err != nil {
				t.Fatal(err)
			}
			if it.InMemory() != (memory > 1<<20) {
				t.Fatal("not what this is a test of")
			}
			n := 0
			for rec, err := range sorted(it) {
				if err != nil || binary.BigEndian.Uint64(rec) != uint64(n) {
					t.Fatalf("record %d is %x, %v", n, rec, err)
				}
				if n++; n > most {
					break
				}
			}
			if n != min(most+1, count) {
				t.Errorf("%d records", n)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
