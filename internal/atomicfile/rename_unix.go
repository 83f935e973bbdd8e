//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// renameNew renames from to to unless to exists. A hard link fails if the name is taken, which a rename does not; on a
// file system without hard links a look before the rename has to do.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// syncDir makes a rename in dir durable. A folder that can't be opened or synced is no reason to call the file
// unwritten: it is complete and has its name.
func syncDir(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	_ = d.Sync()
}
