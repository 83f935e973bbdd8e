package seekable

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// sample writes frames of text and a summed table.
func sample(t testing.TB, workers, frames, records int, change func(i int) uint64) (file, text []byte) {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, Options{Tool: "test", Workers: workers, SHA256: true})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	rng := rand.New(rand.NewPCG(1, 2))
	for range frames {
		b := w.Buffer()
		for range 200 + rng.IntN(800) {
			b = fmt.Appendf(b, `"%d": `, rng.IntN(1000))
		}
		text = append(text, b...)
		if err := w.Frame(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	table := w.Table("numbers")
	table.Shape(Shape{Numbers: 1, Tail: 8})
	for i := range records {
		x := uint64(i)
		if change != nil {
			x = change(i)
		}
		sums := Sums{ALo: mix(uint64(i)), AHi: 1, BLo: mix(x), BHi: 2}
		if err := table.AddSummed(key(i), append(binary.AppendUvarint(nil, x), "its tail"...), sums, mix(uint64(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), text
}

func key(i int) []byte { return fmt.Appendf(nil, "key %06d", i) }

func mix(x uint64) uint64 {
	x = (x + 1) * 0x9e3779b97f4a7c15
	x ^= x >> 29
	return x * 0xbf58476d1ce4e5b9
}

func open(t testing.TB, file []byte) *Reader {
	t.Helper()
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestTextComesBack(t *testing.T) {
	file, text := sample(t, 2, 30, 10, nil)
	r := open(t, file)
	s := r.Stream(3)
	defer s.Close()
	got, err := io.ReadAll(s)
	if err != nil || !bytes.Equal(got, text) {
		t.Fatalf("stream: %d bytes of %d, %v", len(got), len(text), err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		off := rng.IntN(len(text))
		p := make([]byte, min(rng.IntN(20000), len(text)-off))
		if n, err := r.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p[:n], text[off:off+len(p)]) {
			t.Fatalf("%d bytes at %d: %v", n, off, err)
		}
	}
	if n, err := r.ReadAt(make([]byte, 10), int64(len(text)-4)); n != 4 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
	dec, err := zstd.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	if got, err := io.ReadAll(dec); err != nil || !bytes.Equal(got, text) {
		t.Errorf("another decoder: %d bytes of %d, %v", len(got), len(text), err)
	}
}

func TestStockZstdReadsIt(t *testing.T) {
	program, err := exec.LookPath("zstd")
	if err != nil {
		t.Fatal("the program zstd is needed; see scripts/bootstrap")
	}
	file, text := sample(t, 2, 30, 5000, nil)
	cmd := exec.Command(program, "-dc")
	cmd.Stdin = bytes.NewReader(file)
	if got, err := cmd.Output(); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes of %d, %v", len(got), len(text), err)
	}
}

func TestSameBytesForAnyNumberOfWorkers(t *testing.T) {
	one, _ := sample(t, 1, 40, 3000, nil)
	for _, n := range []int{2, 7} {
		if many, _ := sample(t, n, 40, 3000, nil); !bytes.Equal(one, many) {
			t.Errorf("%d workers write other bytes than one", n)
		}
	}
}

func TestTable(t *testing.T) {
	for _, n := range []int{0, 1, 100, 20_000} {
		file, _ := sample(t, 1, 1, n, nil)
		r := open(t, file)
		table, err := r.Table("numbers")
		if err != nil || table.Len() != int64(n) {
			t.Fatalf("%d: %v", n, err)
		}
		i := 0
		var sums Sums
		for c := table.From(nil); c.Next(); i++ {
			if !bytes.Equal(c.Record().Key, key(i)) {
				t.Fatalf("record %d is %q", i, c.Record().Key)
			}
			sums.Add(Sums{ALo: mix(uint64(i)), AHi: 1, BLo: mix(uint64(i)), BHi: 2})
		}
		if i != n || sums != table.Sums() {
			t.Errorf("%d records of %d, sums %v and %v", i, n, sums, table.Sums())
		}
		for _, i := range []int{0, 1, n / 2, n - 1} {
			if i < 0 || i >= n {
				continue
			}
			v, found, err := table.Get(key(i))
			if got, _ := binary.Uvarint(v); !found || err != nil || got != uint64(i) {
				t.Errorf("get %d: %v %v %v", i, v, found, err)
			}
			if _, found, _ := table.Get(append(key(i), 'x')); found {
				t.Errorf("found what is not there")
			}
			if c := table.Floor(append(key(i), 'x')); !c.Next() || !bytes.Equal(c.Record().Key, key(i)) {
				t.Errorf("floor of %d", i)
			}
			c := table.From(append(key(i), 'x'))
			if ok := c.Next(); ok != (i+1 < n) || ok && !bytes.Equal(c.Record().Key, key(i+1)) {
				t.Errorf("from behind %d", i)
			}
		}
	}
}

func TestDiffering(t *testing.T) {
	const n = 20_000
	a, _ := sample(t, 1, 1, n, nil)
	changed := map[int]bool{0: true, 777: true, 15_000: true, n - 1: true}
	b, _ := sample(t, 1, 1, n, func(i int) uint64 {
		if changed[i] {
			return 1 << 40
		}
		return uint64(i)
	})
	ra, rb := open(t, a), open(t, b)
	ta, _ := ra.Table("numbers")
	tb, _ := rb.Table("numbers")
	second := func(s Sums) [2]uint64 { return [2]uint64{s.BLo, s.BHi} }
	first := func(s Sums) [2]uint64 { return [2]uint64{s.ALo, s.AHi} }
	found := 0
	before := ra.BytesRead()
	for p, err := range Differing(ta, tb, second, bytes.Equal) {
		if err != nil {
			t.Fatal(err)
		}
		var i int
		fmt.Sscanf(string(p.A.Key), "key %d", &i)
		if !changed[i] || p.B == nil {
			t.Errorf("%q differs", p.A.Key)
		}
		found++
	}
	if found != len(changed) {
		t.Errorf("%d differ, want %d", found, len(changed))
	}
	if read := ra.BytesRead() - before; read > int64(len(a))/4 {
		t.Errorf("read %d bytes of a file of %d", read, len(a))
	}
	for p := range Differing(ta, tb, first, bytes.Equal) {
		t.Fatalf("%v differs by the first sum", p)
	}
	// A table with fewer records has another height.
	c, _ := sample(t, 1, 1, 100, nil)
	tc, _ := open(t, c).Table("numbers")
	found = 0
	for _, err := range Differing(ta, tc, second, bytes.Equal) {
		if err != nil {
			t.Fatal(err)
		}
		found++
	}
	if found != n-100 {
		t.Errorf("%d differ, want %d", found, n-100)
	}
}

// verify returns the faults of a file.
func verify(t testing.TB, file []byte) []*Fault {
	var faults []*Fault
	at := bytes.NewReader(file)
	_, err := Verify(context.Background(), at, int64(len(file)), Checks{SHA256: true}, func(f *Fault) error {
		faults = append(faults, f)
		return nil
	})
	if errors.Is(err, ErrForeign) {
		if f := Remains(at, int64(len(file))); f != nil {
			return append(faults, f)
		}
	}
	if err != nil && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrVersion) {
		t.Fatal(err)
	}
	return faults
}

func TestEveryFlippedBitIsFoundAndPlaced(t *testing.T) {
	file, text := sample(t, 1, 2, 40, nil)
	if faults := verify(t, file); len(faults) > 0 {
		t.Fatalf("undamaged: %v", faults)
	}
	step := 1
	if testing.Short() {
		step = 17
	}
	for bit := 0; bit < 8*len(file); bit += step {
		damaged := bytes.Clone(file)
		damaged[bit/8] ^= 1 << (bit % 8)
		faults := verify(t, damaged)
		if len(faults) == 0 {
			t.Fatalf("bit %d of byte %d: not found", bit%8, bit/8)
		}
		placed := false
		for _, f := range faults {
			placed = placed || f.Offset <= int64(bit/8) && int64(bit/8) < f.Offset+f.Length
		}
		if !placed && bit/8 < len(file)-int(seekTableSize(binary.LittleEndian.Uint32(file[len(file)-9:])))-locatorSize {
			t.Errorf("bit %d of byte %d: placed at %v", bit%8, bit/8, faults[0])
		}
		neverWrong(t, damaged, text)
	}
}

// neverWrong reads everything and compares what is given with the text.
func neverWrong(t *testing.T, file, text []byte) {
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return
	}
	defer r.Close()
	p := make([]byte, 700)
	for off := 0; off < len(text); off += 2500 {
		n, _ := r.ReadAt(p, int64(off))
		if !bytes.Equal(p[:n], text[off:off+n]) {
			t.Fatal("wrong text")
		}
	}
	s := r.Stream(1)
	got, err := io.ReadAll(s)
	s.Close()
	if !bytes.HasPrefix(text, got) || err == nil && len(got) != len(text) {
		t.Fatal("wrong text of a stream")
	}
	table, _ := r.Table("numbers")
	if table == nil {
		t.Fatal("no table")
	}
	i := 0
	for c := table.From(nil); c.Next(); i++ {
		if v, _ := binary.Uvarint(c.Record().Value); v != uint64(i) {
			t.Fatal("wrong record")
		}
	}
}

func TestCutOffAnywhere(t *testing.T) {
	file, text := sample(t, 1, 2, 40, nil)
	for n := 0; n < len(file); n += 3 {
		faults := verify(t, file[:n])
		blocksBegin := int(open(t, file).Locator().DataSize)
		if len(faults) == 0 && n > blocksBegin+2000 {
			t.Errorf("cut at %d of %d: not found", n, len(file))
		}
		neverWrong(t, file[:n], text)
	}
}

func TestNewerVersionIsRefusedByName(t *testing.T) {
	file, _ := sample(t, 1, 1, 1, nil)
	off := len(file) - int(seekTableSize(binary.LittleEndian.Uint32(file[len(file)-9:]))) - locatorSize
	binary.LittleEndian.PutUint16(file[off+12:], Version+1)
	binary.LittleEndian.PutUint32(file[off+locatorSize-4:], checksum(file[off:off+locatorSize-4]))
	if _, err := Open(bytes.NewReader(file), int64(len(file))); !errors.Is(err, ErrVersion) {
		t.Errorf("got %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	file, _ := sample(f, 1, 1, 3, nil)
	f.Add(file)
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		defer r.Close()
		s := r.Stream(1)
		defer s.Close()
		io.Copy(io.Discard, s)
		for _, name := range r.Tables() {
			table, _ := r.Table(name)
			for c := table.From(nil); c.Next(); {
				c.Record()
			}
		}
	})
}

func FuzzParseRecords(f *testing.F) {
	f.Add(tableEntry{root: pointer{1, 2}, count: 3}.append(nil))
	f.Add(append([]byte{1, 2, 3}, make([]byte, 36)...))
	f.Fuzz(func(t *testing.T, value []byte) {
		if frame, err := parseFrame(Record{make([]byte, 8), value}); err == nil && frame.size > MaxFrame {
			t.Error("a frame is too large")
		}
		if e, err := parseTableEntry(value); err == nil && e.root.len > largestBlock {
			t.Error("a block is too large")
		}
	})
}

// TestSeveralReadersAtOnce reads from more frames than are kept, whose memory is used again.
func TestSeveralReadersAtOnce(t *testing.T) {
	file, text := sample(t, 2, 3*cachedTexts, 10, nil)
	r := open(t, file)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(7, uint64(i)))
			for range 500 {
				off := rng.IntN(len(text))
				p := make([]byte, min(rng.IntN(20000), len(text)-off))
				if n, err := r.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p[:n], text[off:off+len(p)]) {
					t.Errorf("%d bytes at %d: %v", n, off, err)
					return
				}
			}
		})
	}
	all.Wait()
}
