package seekable

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
)

func TestFillSHA256(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, Options{Tool: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := w.Frame([]byte("some text")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size := int64(out.Len())
	check := func() *Verified {
		v, err := Verify(context.Background(), f, size, Checks{SHA256: true}, func(f *Fault) error { return f })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := check()
	if v.Stored || *v.SHA256 != Digest(sha256.Sum256([]byte("some text"))) {
		t.Errorf("found %+v", v)
	}
	if err := FillSHA256(f, size, *v.SHA256); err != nil {
		t.Fatal(err)
	}
	if v := check(); !v.Stored {
		t.Error("it isn't there afterwards")
	}
	if err := FillSHA256(f, size, Digest{1}); err != nil {
		t.Fatal(err)
	}
	if len(verify(t, must(os.ReadFile(path)))) == 0 {
		t.Error("a wrong SHA-256 is not found")
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
