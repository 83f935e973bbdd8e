package spill

import (
	"bytes"
	"encoding/binary"
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

// TestSorterOfAPool sorts in memory that a pool lends: records that are short, empty and longer than chunks, as many as need
// several large pages, before and after some of them went to disk.
func TestSorterOfAPool(t *testing.T) {
	for _, memory := range []int64{0, 2 << 20, 64 << 20} {
		rng := rand.New(rand.NewPCG(uint64(memory), 3))
		s := NewPool(memory).NewSorter(Dir(t.TempDir()), 64<<10)
		for round := range 2 { // it can be used again when it was closed
			var want [][]byte
			for i := range 150_000 {
				n := rng.IntN(60)
				if i%50_000 == 777 {
					n = chunkSize + rng.IntN(2*chunkSize)
				}
				rec := make([]byte, n)
				for k := range min(n, 12) {
					rec[k] = byte(rng.Uint32())
				}
				want = append(want, rec)
				if err := s.Add(rec); err != nil {
					t.Fatal(err)
				}
			}
			if s.Spilled() != (memory < 32<<20) {
				t.Errorf("a pool of %d bytes: spilled is %v", memory, s.Spilled())
			}
			slices.SortFunc(want, bytes.Compare)
			it, err := s.Sort()
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if !it.Next() || !bytes.Equal(it.Record(), want[i]) {
					t.Fatalf("a pool of %d bytes, round %d: record %d is another one", memory, round, i)
				}
			}
			if it.Next() || it.Err() != nil {
				t.Fatal("too many records", it.Err())
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPool lets sorters share memory: what one has, another must do without, until it is given back.
func TestPool(t *testing.T) {
	dir := Dir(t.TempDir())
	p := NewPool(3 << 20)
	a, b := p.NewSorter(dir, 64<<10), p.NewSorter(dir, 64<<10)
	add := func(s *Sorter, n int) {
		for i := range n {
			if err := s.Add([]byte{byte(i * 7), byte(i >> 8), byte(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(a, 150_000)
	if a.Spilled() {
		t.Error("it had memory enough")
	}
	add(b, 50_000)
	if !b.Spilled() {
		t.Error("there was no memory left")
	}
	a.Close()
	b.Close()
	add(b, 150_000)
	if b.Spilled() {
		t.Error("memory was not given back")
	}
	if it, err := b.Sort(); err != nil || !it.InMemory() || it.Len() != 150_000 {
		t.Error(err)
	} else if i := it.Find([]byte{7, 0, 1}); string(it.At(i)) != "\x07\x00\x01" {
		t.Errorf("%x", it.At(i))
	}
}

// TestFind looks for keys that are there and others, among keys that are spread evenly and ones that aren't.
func TestFind(t *testing.T) {
	for name, key := range map[string]func(r *rand.Rand) []byte{
		"even":   func(r *rand.Rand) []byte { return binary.BigEndian.AppendUint64(nil, r.Uint64()) },
		"low":    func(r *rand.Rand) []byte { return binary.BigEndian.AppendUint64(nil, r.Uint64N(1000)) },
		"high":   func(r *rand.Rand) []byte { return binary.BigEndian.AppendUint64(nil, ^r.Uint64N(1000)) },
		"uneven": func(r *rand.Rand) []byte { return []byte{byte(r.IntN(2) * 255), byte(r.IntN(256))} },
	} {
		r := rand.New(rand.NewPCG(3, 4))
		for _, n := range []int{0, 1, 2, 17, 3000} {
			s := NewSorter(Dir(t.TempDir()), 1<<20)
			var all [][]byte
			for range n {
				all = append(all, key(r))
				if err := s.Add(all[len(all)-1]); err != nil {
					t.Fatal(err)
				}
			}
			slices.SortFunc(all, bytes.Compare)
			it, err := s.Sort()
			if err != nil {
				t.Fatal(err)
			}
			for i := range 2000 {
				k := key(r)
				if i < n {
					k = all[i]
				}
				want, _ := slices.BinarySearchFunc(all, k, bytes.Compare)
				if got := it.Find(k); got != want {
					t.Fatalf("%s, %d records: %x is at %d, want %d", name, n, k, got, want)
				}
			}
		}
	}
}

// TestLongRecords mixes records that are longer than a chunk with short ones.
func TestLongRecords(t *testing.T) {
	s := NewSorter(Dir(t.TempDir()), 4<<20)
	for range 3 {
		var want []string
		for i := range 40 {
			rec := bytes.Repeat([]byte{byte(i * 37)}, []int{3, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize}[i%5])
			want = append(want, string(rec))
			if err := s.Add(rec); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(want)
		it, err := s.Sort()
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; it.Next(); i++ {
			if string(it.Record()) != want[i] {
				t.Fatalf("record %d differs", i)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Hashes, records larger than a chunk and empty ones sort in memory and on disk
// alike.
func TestSorterChunks(t *testing.T) {
	for _, memory := range []int64{1 << 20, 64 << 20} {
		rng := rand.New(rand.NewPCG(7, 7))
		s := NewSorter(Dir(t.TempDir()), memory)
		defer s.Close()
		var want [][]byte
		for i := range 60_000 {
			rec := make([]byte, 24)
			switch {
			case i%20_000 == 777:
				rec = make([]byte, chunkSize+rng.IntN(3*chunkSize))
			case i%1000 == 1:
				rec = nil
			case i%500 == 2: // so that a chunk is full to the last byte now and then
				rec = make([]byte, chunkSize-24*rng.IntN(3))
			}
			for k := range min(len(rec), 40) {
				rec[k] = byte(rng.Uint32())
			}
			if i%3 == 0 && len(rec) == 24 {
				copy(rec, "the same be") // and then others
			}
			want = append(want, rec)
			if err := s.Add(rec); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(want, bytes.Compare)
		for range 2 {
			it, err := s.Sort()
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if !it.Next() || !bytes.Equal(it.Record(), want[i]) {
					t.Fatalf("%d bytes of memory: record %d is another one", memory, i)
				}
			}
			if it.Next() || it.Err() != nil {
				t.Fatal("too many records", it.Err())
			}
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
