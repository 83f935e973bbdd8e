package spill

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

func TestSorterInMemoryAndSpilled(t *testing.T) {
	for _, n := range []int{0, 1, 100, 50_000} {
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		s := NewSorter(Dir(t.TempDir()), 64<<10)
		var want [][]byte
		for range n {
			rec := make([]byte, rng.IntN(20))
			for i := range rec {
				rec[i] = byte(rng.IntN(3)) // many equal prefixes
			}
			want = append(want, rec)
			if err := s.Add(rec); err != nil {
				t.Fatal(err)
			}
		}
		if spilled := n > 10_000; s.Spilled() != spilled {
			t.Errorf("%d records: spilled is %v", n, s.Spilled())
		}
		slices.SortFunc(want, bytes.Compare)
		it, err := s.Sort()
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for ; it.Next(); i++ {
			if i >= len(want) || !bytes.Equal(it.Record(), want[i]) {
				t.Fatalf("%d records: record %d is %x", n, i, it.Record())
			}
		}
		if it.Err() != nil || i != len(want) {
			t.Fatalf("%d records: got %d, error %v", n, i, it.Err())
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFilesHaveNoName(t *testing.T) {
	dir := t.TempDir()
	f, err := Dir(dir).Create()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Write([]byte("secret"))
	if names, _ := os.ReadDir(dir); len(names) != 0 {
		t.Errorf("the folder shows %v", names)
	}
	if _, err := Dir(dir + "/absent").Create(); err == nil {
		t.Error("a folder that is not there was accepted")
	}
}
