package spill

import (
	"fmt"
	"io"
	"os"
	"runtime"
)

// Dir is the folder for temporary files; empty means the system's.
type Dir string

// File is a temporary file that goes away when it is closed or the process
// ends. Where the system allows it, it has no name.
type File struct {
	f     *os.File
	size  int64
	named bool
}

// Create makes a temporary file with mode 0600.
func (d Dir) Create() (*File, error) {
	f, err := os.CreateTemp(string(d), "dumptool-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("create temporary file: %w", err)
	}
	t := &File{f: f, named: runtime.GOOS == "windows"}
	if !t.named {
		if err := os.Remove(f.Name()); err != nil {
			f.Close()
			return nil, fmt.Errorf("unlink temporary file: %w", err)
		}
	}
	return t, nil
}

// Write appends to the file.
func (t *File) Write(p []byte) (int, error) {
	n, err := t.f.WriteAt(p, t.size)
	t.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("write temporary file: %w", err)
	}
	return n, nil
}

// ReadAt reads what was written.
func (t *File) ReadAt(p []byte, off int64) (int, error) { return t.f.ReadAt(p, off) }

// Size returns the number of bytes written.
func (t *File) Size() int64 { return t.size }

// Section returns a reader of n bytes from off on.
func (t *File) Section(off, n int64) *io.SectionReader { return io.NewSectionReader(t.f, off, n) }

// Truncate forgets everything that was written.
func (t *File) Truncate() error { return t.CutTo(0) }

// CutTo forgets what was written from off on.
func (t *File) CutTo(off int64) error {
	t.size = off
	return t.f.Truncate(off)
}

// Close gives the space back.
func (t *File) Close() error {
	if t == nil || t.f == nil {
		return nil
	}
	err := t.f.Close()
	if t.named {
		os.Remove(t.f.Name())
	}
	t.f = nil
	return err
}
