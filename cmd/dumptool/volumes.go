package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/volume"
	"github.com/dumptool/dumptool/internal/spill"
)

// manifestOf returns the text of in if that is the manifest of volumes. Of a pipe it looks at the beginning and leaves it
// there for others.
func manifestOf(in *dump.Input) (io.Reader, bool) {
	if in.At != nil {
		head := make([]byte, volume.SniffLen)
		n, _ := in.At.ReadAt(head, 0)
		return io.NewSectionReader(in.At, 0, in.Size), volume.IsManifest(head[:n])
	}
	r := bufio.NewReaderSize(in.Stream, 64<<10)
	head, _ := r.Peek(volume.SniffLen) // whoever reads on meets the error
	in.Stream = r
	return r, volume.IsManifest(head)
}

// openVolumes opens the volumes of the manifest name. They lie in its folder; what comes through a pipe has none, and
// stands for the working directory.
func (a *app) openVolumes(ctx context.Context, manifest io.Reader, in dump.Input, name string) (*volume.Set, io.Closer, error) {
	folder := "."
	if name != "-" && in.At != nil {
		folder = filepath.Dir(name)
	}
	o := volume.OpenOptions{
		Temp: spill.Dir(a.global.tempDir), Name: in.Name,
		Partial: a.global.partial, Note: func(message string) { a.log.Warn(message) },
	}
	roots := &closers{}
	var err error
	if o.Folder, err = roots.root(folder); err != nil {
		return nil, nil, err
	}
	for _, dir := range a.global.volumeDirs {
		root, err := roots.root(dir)
		if err != nil {
			roots.Close()
			return nil, nil, usagef("--volume-dir: %w", err)
		}
		o.Others = append(o.Others, root)
	}
	set, err := volume.Open(ctx, manifest, o)
	if err != nil {
		roots.Close()
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil, withHint(err, "--volume-dir DIR looks elsewhere too; --partial works with what is there")
		}
		return nil, nil, err
	}
	a.volumes = append(a.volumes, set.Files...)
	roots.list = append(roots.list, set)
	return set, roots, nil
}

// closers closes several things, the last one first.
type closers struct{ list []io.Closer }

func (c *closers) root(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err == nil {
		c.list = append(c.list, root)
	}
	return root, err
}

func (c *closers) Close() error {
	var errs []error
	for i := len(c.list) - 1; i >= 0; i-- {
		errs = append(errs, c.list[i].Close())
	}
	return errors.Join(errs...)
}

// newFolder makes a folder beside path that commit gives its name. Nothing may be there but an empty folder.
func newFolder(path string) (temp string, commit func() error, abort func(), err error) {
	path = filepath.Clean(path)
	entries, err := os.ReadDir(path)
	if err == nil && len(entries) > 0 {
		return "", nil, nil, fmt.Errorf("create %s: the folder is not empty: %w", path, fs.ErrExist)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil, err
	}
	if temp, err = os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp"); err != nil {
		return "", nil, nil, err
	}
	// A folder that something came into meanwhile is not replaced.
	commit = func() error { return os.Rename(temp, path) }
	abort = func() { os.RemoveAll(temp) }
	return temp, commit, abort, nil
}
