package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Options says what Create may overwrite and what it must not touch.
type Options struct {
	Force  bool          // replace an existing file
	Inputs []string      // paths of files being read; those that don't exist are passed over
	Opened []fs.FileInfo // inputs known only as open files, such as a redirected standard input
	Mode   fs.FileMode   // permissions of the file; 0 for 0600
}

// File is a file being written. It is not safe for concurrent use.
type File struct {
	file  *os.File
	path  string // the destination, symbolic links followed
	temp  string // the name that file has until Commit; "" when it has none, or the destination is written directly
	bare  bool   // the file gets a name only at Commit
	force bool
	ended bool
	// written is the size, and sent how far the system was told to write it to the disk.
	written, sent int64
}

// Create starts writing the file at path. The caller must end it with Commit or Abort; a deferred Abort after a
// Commit does nothing. The error wraps fs.ErrExist if path exists and Options.Force isn't set, and is a *SameFileError
// if path is an input.
func Create(path string, opts Options) (*File, error) {
	if path == "" {
		return nil, errors.New("create: the file name is empty")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if path, err = newPath(path); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("create: %w", err)
	case info.IsDir():
		return nil, fmt.Errorf("create %s: is a directory", path)
	case !info.Mode().IsRegular():
		return openDirect(path)
	default:
		if err := opts.CheckInputs(path, info); err != nil {
			return nil, err
		}
		if !opts.Force {
			return nil, existsError(path)
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, fmt.Errorf("create: %w", err)
		}
	}
	f := &File{file: createUnnamed(filepath.Dir(path)), path: path, bare: true, force: opts.Force}
	if f.file == nil {
		if f.file, err = os.CreateTemp(filepath.Dir(path), tempPattern(path)); err != nil {
			return nil, fmt.Errorf("create %s: %w", path, err)
		}
		f.temp, f.bare = f.file.Name(), false
	}
	if opts.Mode != 0 {
		if err := f.file.Chmod(opts.Mode); err != nil {
			f.Abort()
			return nil, fmt.Errorf("create %s: %w", path, err)
		}
	}
	return f, nil
}

// WriteFile writes the file at path with what write produces, or leaves everything as it was.
func WriteFile(path string, opts Options, write func(io.Writer) error) error {
	f, err := Create(path, opts)
	if err != nil {
		return err
	}
	defer f.Abort()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}

// newPath returns path if nothing has that name. A dangling symbolic link is refused: the rename would replace the
// link, which is not what writing to it means.
func newPath(path string) (string, error) {
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("create %s: is a symbolic link to a file that does not exist", path)
	}
	return path, nil
}

func openDirect(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	return &File{file: f, path: path}, nil
}

// tempPattern keeps the destination's name visible, cut where a long one would exceed what file systems allow.
func tempPattern(path string) string {
	base := filepath.Base(path)
	return "." + base[:min(len(base), 128)] + ".*.tmp"
}

// Sweep removes what processes that were killed have left of the file at path: temporary files that had a name already. Nobody
// else may be writing that file.
func Sweep(path string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for what was left of %s: %w", path, err)
	}
	before, after, _ := strings.Cut(tempPattern(path), "*")
	for _, e := range entries {
		random, ok := strings.CutPrefix(e.Name(), before)
		random, whole := strings.CutSuffix(random, after)
		if !ok || !whole || !e.Type().IsRegular() || strings.Trim(random, "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what was left of %s: %w", path, err)
		}
	}
	return nil
}

func existsError(path string) error {
	return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
}

// Name returns the path of the destination.
func (f *File) Name() string { return f.path }

// Write appends to the file.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.send(int64(n))
	return n, err
}

// ReadFrom appends all of r, letting the system copy between files where it can.
func (f *File) ReadFrom(r io.Reader) (int64, error) {
	n, err := f.file.ReadFrom(r)
	f.send(n)
	return n, err
}

// sendAtOnce is how much is left to the system to write to the disk when it likes.
const sendAtOnce = 32 << 20

// send takes note of n more bytes. Now and then it has the disk begin with what was written: Commit would wait for all of it.
func (f *File) send(n int64) {
	f.written += n
	if f.written-f.sent >= sendAtOnce && (f.bare || f.temp != "") {
		startWriting(f.file, f.sent, f.written-f.sent)
		f.sent = f.written
	}
}

// Underlying returns the file that is written, for copying into it by means of the system.
func (f *File) Underlying() *os.File { return f.file }

// Hidden tells if the file is not the destination itself, as a device is: what
// is written can be read again, and taken back.
func (f *File) Hidden() bool { return f.temp != "" || f.bare }

// Commit makes the file durable and gives it its name. On failure the destination is as it was and the temporary file
// is gone.
func (f *File) Commit() error {
	if f.ended {
		return fmt.Errorf("commit %s: %w", f.path, fs.ErrClosed)
	}
	if f.temp == "" && !f.bare {
		f.ended = true
		return f.file.Close()
	}
	// On failure this closes and removes; after the rename there is nothing left for it to do.
	defer f.Abort()
	if err := f.file.Sync(); err != nil && !syncUnsupported(err) {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	if f.bare {
		if err := f.baptize(); err != nil {
			return fmt.Errorf("write %s: %w", f.path, err)
		}
	}
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	rename := renameNew
	if f.force {
		rename = os.Rename
	}
	if err := rename(f.temp, f.path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return existsError(f.path)
		}
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	f.ended = true
	syncDir(filepath.Dir(f.path))
	return nil
}

// baptize gives a file that has no name one that nothing else has, from where it can be renamed.
func (f *File) baptize() error {
	for {
		random := strconv.FormatUint(rand.Uint64(), 36)
		name := filepath.Join(filepath.Dir(f.path), strings.Replace(tempPattern(f.path), "*", random, 1))
		err := link(f.file, name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			f.temp = name
		}
		return err
	}
}

// Abort drops what was written. It does nothing after a successful Commit or an earlier Abort.
func (f *File) Abort() {
	if f.ended {
		return
	}
	f.ended = true
	f.file.Close()
	if f.temp != "" {
		os.Remove(f.temp)
	}
}

// syncUnsupported tells a file system that has no fsync from one on which it failed.
func syncUnsupported(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}
