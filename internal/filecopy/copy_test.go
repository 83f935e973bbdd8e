package filecopy_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/dumptool/dumptool/internal/filecopy"
)

func create(t *testing.T, name string, content []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func goesOn() error { return nil }

// What is copied is the part that was asked for, behind what stood in the file.
func TestSectionCopies(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 100_000)
	src := create(t, "src", content)
	dst := create(t, "dst", nil)
	if _, err := dst.WriteString("head "); err != nil {
		t.Fatal(err)
	}
	text := io.NewSectionReader(io.NewSectionReader(src, 5, 900_000), 10, 800_000)
	n, err := filecopy.Section(dst, text, 3, 700_003, goesOn)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" && n == 0 {
		t.Log("the file system leaves it to others")
	}
	if _, err := dst.WriteString(" tail"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(dst.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := append(append([]byte("head "), content[18:18+n]...), " tail"...)
	if !bytes.Equal(got, want) {
		t.Errorf("copied %d bytes, and they differ", n)
	}
}

func TestSectionLeavesToOthersWhatItCannot(t *testing.T) {
	src := create(t, "src", []byte("text"))
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for name, c := range map[string]struct {
		dst  *os.File
		text io.ReaderAt
	}{
		"pipe":      {w, src},
		"no file":   {nil, src},
		"no source": {create(t, "dst", nil), bytes.NewReader([]byte("text"))},
	} {
		if n, err := filecopy.Section(c.dst, c.text, 0, 4, goesOn); n != 0 || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

func TestSectionStops(t *testing.T) {
	src, dst := create(t, "src", []byte("text")), create(t, "dst", nil)
	stop := errors.New("stopped")
	if n, err := filecopy.Section(dst, src, 0, 4, func() error { return stop }); n != 0 || !errors.Is(err, stop) {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := filecopy.Section(dst, src, 0, 100, goesOn); n != 0 && (n != 4 || !errors.Is(err, io.ErrUnexpectedEOF)) {
		t.Errorf("beyond the end: %d, %v", n, err)
	}
}
