package volume

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/internal/spill"
)

var zeros = strings.Repeat("0", 64)

// manifestOf returns a manifest of three volumes of 100 bytes, with an order part.
func manifestOf(order []byte, pieces, size int64) *Manifest {
	sum := sha256.Sum256(order)
	m := &Manifest{Schema: Schema, Bytes: size, SHA256: zeros}
	for _, name := range []string{"a", "b", "c"} {
		m.Volumes = append(m.Volumes, Entry{File: name, Encoding: "json", Bytes: 100, StoredBytes: 100, SHA256: zeros})
	}
	m.Order = &Order{Pieces: pieces, Bytes: int64(len(order)), SHA256: hex.EncodeToString(sum[:]), Data: order}
	return m
}

// FuzzOrder: whatever an order part says, it is refused, or its pieces follow each other without a gap and lie in what
// they are of.
func FuzzOrder(f *testing.F) {
	var good bytes.Buffer
	w := newOrderWriter(&good)
	w.glue([]byte("{"))
	w.copied(1, 3, 20)
	w.glue([]byte(", "))
	w.copied(0, 0, 100)
	w.copied(1, 30, 70)
	if err := w.w.Flush(); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes(), int64(5), int64(193))
	f.Add([]byte{}, int64(0), int64(0))
	f.Add([]byte{1, 0, 101}, int64(1), int64(101))                                                              // behind the end of a volume
	f.Add([]byte{4, 0, 1}, int64(1), int64(1))                                                                  // a volume that there is not
	f.Add([]byte{1, 0, 0}, int64(1), int64(0))                                                                  // no length
	f.Add([]byte{0, 5, 'x'}, int64(1), int64(5))                                                                // cut off
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1}, int64(1), int64(1))            // a gap that wraps around
	f.Add([]byte{1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, int64(1), int64(1)<<60)        // so does a length
	f.Add([]byte{1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 1}, int64(1), int64(1))      // a number of eleven bytes
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0x7f, 'x', 'x', 'x', 'x', 'x', 'x', 'x'}, int64(1), int64(1)<<34-1) // glue that is not there
	f.Fuzz(func(t *testing.T, order []byte, count, size int64) {
		m := manifestOf(order, count, size)
		if m.check() != nil {
			return
		}
		p, err := readOrder(bytes.NewReader(order), m, spill.Dir(""))
		if err != nil {
			return
		}
		defer p.table.Close()
		if p.count != count || p.size != size {
			t.Fatalf("%d pieces of %d bytes, want %d of %d", p.count, p.size, count, size)
		}
		for at := int64(0); at < size; {
			x, err := p.find(at)
			if err != nil || x.at != at || x.end <= at || x.end > size || x.off < 0 {
				t.Fatalf("at %d: %+v, %v", at, x, err)
			}
			limit := int64(len(order))
			if x.vol >= 0 {
				limit = m.Volumes[x.vol].Bytes
			}
			if x.off+x.end-x.at > limit {
				t.Fatalf("at %d: %+v lies outside of %d bytes", at, x, limit)
			}
			at = x.end
		}
	})
}

// Pieces beyond one block are found from either side, in any order.
func TestFind(t *testing.T) {
	var b bytes.Buffer
	w := newOrderWriter(&b)
	const n = 3*blockRecords + 7
	for i := range n {
		w.glue([]byte(strings.Repeat("x", i%3+1)))
	}
	if err := w.w.Flush(); err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for i := range n {
		size += int64(i%3 + 1)
	}
	m := manifestOf(b.Bytes(), n, size)
	p, err := readOrder(bytes.NewReader(b.Bytes()), m, spill.Dir(""))
	if err != nil {
		t.Fatal(err)
	}
	defer p.table.Close()
	for _, step := range []int64{1, size - 1, 1021} {
		at := int64(0)
		for range 2000 {
			x, err := p.find(at)
			if err != nil || x.at > at || x.end <= at || b.Bytes()[x.off] != 'x' {
				t.Fatalf("at %d: %+v, %v", at, x, err)
			}
			at = (at + step) % size
		}
	}
}
