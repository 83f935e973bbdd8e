package seekable_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	seekable "github.com/SaveTheRbtz/zstd-seekable-format-go/pkg"
	"github.com/klauspost/compress/zstd"
)

// TestAnotherReaderOfTheContainer reads golden files, by the seek table, with a
// library that knows nothing of what else is in them.
func TestAnotherReaderOfTheContainer(t *testing.T) {
	names, err := filepath.Glob("../../testdata/format/v*/*.zst")
	if err != nil || len(names) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, name := range names {
		packed, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dec, err := zstd.NewReader(nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := dec.DecodeAll(packed, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		r, err := seekable.NewReader(bytes.NewReader(packed), dec)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d, error %v", name, len(got), len(want), err)
		}
		for off := 0; off < len(want); off += 1 + len(want)/50 {
			b := make([]byte, min(300, len(want)-off))
			if _, err := r.ReadAt(b, int64(off)); err != nil || !bytes.Equal(b, want[off:off+len(b)]) {
				t.Errorf("%s at %d: %v", name, off, err)
			}
		}
		r.Close()
	}
}
