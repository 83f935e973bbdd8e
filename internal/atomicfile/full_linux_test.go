package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFullDevice(t *testing.T) {
	if err := WriteFile("/dev/full", Options{}, writeText("x")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v, want ENOSPC", err)
	}
}

// A process that is killed can't clean up: until Commit there is nothing to clean up.
func TestNothingBeforeCommit(t *testing.T) {
	dir := folder(t, "out")
	f, err := Create(filepath.Join(dir, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, "text"); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || f.bare && len(entries) != 0 {
		t.Errorf("before Commit there are %v, %v", entries, err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	wantContent(t, filepath.Join(dir, "out"), "text")
}
