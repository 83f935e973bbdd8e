package seekable

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func coders(t testing.TB) (*zstd.Encoder, *zstd.Decoder) {
	t.Helper()
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(blockLevel), zstd.WithEncoderCRC(false))
	if err != nil {
		t.Fatal(err)
	}
	dec, err := newDecoder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		enc.Close()
		dec.Close()
	})
	return enc, dec
}

func TestFormsOfKeys(t *testing.T) {
	for key, size := range map[string]int{
		"": 0, "a": 1, "-": 1, "--------": 8, "\xfd\xfe\xff": 5,
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8":                                       17,
		"66ba7b810-9dad-11d1-80b4-00c04fd430c8":                                      18,
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8-1":                                     19,
		"x-6ba7b810-9dad-11d1-80b4-00c04fd430c86ba7b810-9dad-11d1-80b4-00c04fd430c8": 36,
		"6BA7B810-9dad-11d1-80b4-00c04fd430c8":                                       36,
		"6ba7b810-9dad-11d1-80b4-00c04fd430c":                                        35,
		"6ba7b810-9dad-11d1-80b4_00c04fd430c8":                                       36,
	} {
		form := appendForm(nil, []byte(key))
		back, ok := appendKey([]byte("before"), form)
		if !ok || string(back) != "before"+key || len(form) != size {
			t.Errorf("%q has the form %x, which gives %q", key, form, back)
		}
	}
}

func FuzzKeyForm(f *testing.F) {
	f.Add([]byte("a-6ba7b810-9dad-11d1-80b4-00c04fd430c8\xfd\xfe"))
	f.Add([]byte("\xfd0123456789abcdef"))
	f.Fuzz(func(t *testing.T, b []byte) {
		back, ok := appendKey(nil, appendForm(nil, b))
		if !ok || !bytes.Equal(back, b) {
			t.Fatalf("%q came back as %q", b, back)
		}
		// Whatever has the form of a key comes back from that key's own form.
		if key, ok := appendKey(nil, b); ok {
			if again, ok := appendKey(nil, appendForm(nil, key)); !ok || !bytes.Equal(again, key) {
				t.Fatalf("%q came back as %q", key, again)
			}
		}
	})
}

// TestListsOfNumbers writes and reads lists of every kind.
func TestListsOfNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	forms := map[byte]bool{}
	for range 2000 {
		list := make([]uint64, 1+rng.IntN(300))
		width, step, odd := rng.IntN(65), rng.IntN(4), rng.IntN(3)
		sum := rng.Uint64()
		for i := range list {
			v := rng.Uint64() >> (64 - width)
			if odd == 0 && i%16 != 0 {
				v &= 3
			}
			switch sum += v; step {
			case 0:
				v = sum
			case 1:
				v = 1<<40 + 5*uint64(i) // the same distance
			}
			list[i] = v
		}
		var x numbers
		b := append(x.append([]byte("before"), list), "behind"...)
		l, rest, err := cutList(b[6:], make([]uint64, len(list)))
		if err != nil || string(rest) != "behind" {
			t.Fatalf("%v: %x, %v", list, b, err)
		}
		packed, err := l.finish(append(slices.Clone(x.packed), 7))
		if err != nil || !bytes.Equal(packed, []byte{7}) || !slices.Equal(l.values, list) {
			t.Fatalf("%v came back as %v, %v", list, l.values, err)
		}
		forms[l.form] = true
	}
	if len(forms) != 6 {
		t.Errorf("forms %v", forms)
	}
}

// blockOf encodes records.
func blockOf(t testing.TB, shape Shape, recs []Record, enc *zstd.Encoder) []byte {
	t.Helper()
	b := builder{shape: shape}
	for _, rec := range recs {
		if err := b.add(rec.Key, rec.Value); err != nil {
			t.Fatal(err)
		}
	}
	return b.encode(nil, kindLeaf, enc)
}

func sameRecords(a, b []Record) bool {
	return slices.EqualFunc(a, b, func(x, y Record) bool { return bytes.Equal(x.Key, y.Key) && bytes.Equal(x.Value, y.Value) })
}

func TestValuesOfAnotherShapeAreRefused(t *testing.T) {
	for _, value := range []string{"", "\x80", "\x80\x00tail", "\x01tai"} {
		b := builder{shape: Shape{Numbers: 1, Tail: 4}}
		if err := b.add(nil, []byte(value)); err == nil {
			t.Errorf("%q was taken", value)
		}
	}
}

// FuzzDecodeRecords reads blocks with any content, and writes and reads again what can be read.
func FuzzDecodeRecords(f *testing.F) {
	enc, dec := coders(f)
	for _, shape := range []Shape{{}, {1, 0}, {2, 8}} {
		var recs []Record
		for i := range 40 {
			value := binary.AppendUvarint(nil, uint64(i*i))
			value = binary.AppendUvarint(value, 7)
			recs = append(recs, Record{key(i), append(value, "its tail"...)})
		}
		for _, n := range []int{0, 1, 40} {
			block := blockOf(f, shape, recs[:n], enc)
			f.Add(block[11 : len(block)-checksumSize])
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		frame := append([]byte{0, 0, 0, 0, 0, 0, 0, 0, tag0, tag1, kindLeaf}, content...)
		binary.LittleEndian.PutUint32(frame, blockMagic)
		binary.LittleEndian.PutUint32(frame[4:], uint32(len(frame)-frameHead+checksumSize))
		frame = binary.LittleEndian.AppendUint32(frame, checksum(frame))
		_, recs, err := decodeBlock(frame, dec)
		if err != nil {
			return
		}
		total := 0
		for i, rec := range recs {
			if total += len(rec.Key) + len(rec.Value); total > 2*MaxBlock || len(rec.Key) > MaxKey || len(rec.Value) > MaxValue {
				t.Fatal("a limit is passed")
			}
			if i > 0 && string(rec.Key) <= string(recs[i-1].Key) {
				t.Fatal("keys out of order")
			}
		}
		_, again, err := decodeBlock(blockOf(t, Shape{int(content[0]), int(content[1])}, recs, enc), dec)
		if err != nil || !sameRecords(recs, again) {
			t.Fatalf("came back as something else: %v", err)
		}
	})
}

// FuzzParseOldBlock reads blocks of version 2 with any content.
func FuzzParseOldBlock(f *testing.F) {
	f.Add([]byte("\x02\x00\x01\x01\x01\x01\x00ab"), []byte("x"), []byte(nil), byte(0))
	f.Add([]byte("\x02\x00\x01\x01\x01\x01\x00ab"), []byte("x"), make([]byte, 2*tailUnit), byte(1<<tailShift))
	f.Fuzz(func(t *testing.T, keys, values, tails []byte, tail byte) {
		recs, err := parseOldBlock(content{keys, values, tails, int(tail>>tailShift) * tailUnit})
		if err != nil {
			return
		}
		size := 0
		for i, rec := range recs {
			size += len(rec.Value)
			if i > 0 && string(rec.Key) <= string(recs[i-1].Key) {
				t.Fatal("keys out of order")
			}
		}
		if size != len(values)+len(tails) {
			t.Fatalf("values of %d bytes", size)
		}
	})
}

// BenchmarkDecodeBlock reads a block such as those of the table of rows.
func BenchmarkDecodeBlock(b *testing.B) {
	enc, dec := coders(b)
	rng := rand.New(rand.NewPCG(5, 6))
	var recs []Record
	for i := range 128 {
		k := fmt.Appendf(nil, "config_db_uuid\x00\x00obj_uuid_table\x00\x00%08x-%04x-4%03x-8%03x-%012x\x00\x00", i<<22, rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<12), rng.Int64N(1<<48))
		v := binary.AppendUvarint(nil, rng.Uint64N(1<<30))
		for _, n := range []uint64{40, 1000 + rng.Uint64N(1000), 10 + rng.Uint64N(20)} {
			v = binary.AppendUvarint(v, n)
		}
		recs = append(recs, Record{k, binary.LittleEndian.AppendUint64(v, rng.Uint64())})
	}
	block := blockOf(b, Shape{4, 8}, recs, enc)
	for b.Loop() {
		if _, _, err := decodeBlock(block, dec); err != nil {
			b.Fatal(err)
		}
	}
}
