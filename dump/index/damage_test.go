package index

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

// TestEveryFlippedBitIsFound flips each bit of a small indexed dump: verifying finds and places it, and reading gives
// the text that went in or an error.
func TestEveryFlippedBitIsFound(t *testing.T) {
	for _, name := range []string{"small.json.zst", "../v2/small.json.zst"} {
		t.Run(name, func(t *testing.T) { flipEveryBit(t, read(t, name)) })
	}
}

func flipEveryBit(t *testing.T, file []byte) {
	text := read(t, "small.json")
	c := open(t, file).Container()
	tail := int64(len(file)) - 9 - 8 - 8*int64(c.Locator().AllFrames) - 256 // where the locator begins
	damaged := bytes.Clone(file)
	for bit := range 8 * len(file) {
		at := int64(bit / 8)
		damaged[at] ^= 1 << (bit % 8)
		faults := verify(t, damaged)
		if len(faults) == 0 {
			t.Fatalf("bit %d of byte %d is not found", bit%8, at)
		}
		placed := false
		for _, f := range faults {
			placed = placed || f.Offset <= at && at < f.Offset+f.Length
		}
		// Locator and seek table find each other: damage of one may show as damage of the other.
		if !placed && (at < tail || faults[0].Offset < tail-300) {
			t.Errorf("bit %d of byte %d: placed at %v", bit%8, at, faults[0])
		}
		readDamaged(t, damaged, text, at)
		damaged[at] ^= 1 << (bit % 8)
	}
}

func verify(t *testing.T, file []byte) (faults []*seekable.Fault) {
	at, size := bytes.NewReader(file), int64(len(file))
	_, err := seekable.Verify(context.Background(), at, size, seekable.Checks{Text: true}, func(f *seekable.Fault) error {
		faults = append(faults, f)
		return nil
	})
	if errors.Is(err, seekable.ErrForeign) {
		if f := seekable.Remains(at, size); f != nil {
			faults, err = append(faults, f), nil
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

// readDamaged reads the file as a dump.
func readDamaged(t *testing.T, file, text []byte, at int64) {
	d, err := dump.Open(dump.Input{Name: "f", At: bytes.NewReader(file), Size: int64(len(file))}, dump.Options{})
	if err != nil {
		return
	}
	defer d.Close()
	stream, err := d.Text(context.Background())
	if err != nil {
		return
	}
	got, err := io.ReadAll(stream)
	stream.Close()
	// Without a footer the file may not be known as compressed at all; then it isn't known as a dump either.
	if err == nil && d.Encoding() != dump.Plain && !bytes.Equal(got, text) {
		t.Fatalf("byte %d: reading gives %d bytes of wrong text", at, len(got))
	}
	x, err := Of(d)
	if err != nil {
		return
	}
	for _, key := range []string{"domain", "project"} {
		if row, found, err := x.Row("config_db_uuid", "obj_fq_name_table", []byte(key)); err == nil {
			if !found || !bytes.HasPrefix(text[row.KeyAt:], []byte(`"`+key+`"`)) {
				t.Fatalf("byte %d: the index gives a wrong place for %s", at, key)
			}
		}
	}
}
