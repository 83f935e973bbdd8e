package atomicfile

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// createUnnamed makes a file in a folder that has no name yet: it goes away with the process, however that ends. It returns
// nil where that is not possible, as on NFS.
func createUnnamed(dir string) *os.File {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), dir)
	if _, err := os.Stat(throughProc(f)); err != nil {
		f.Close() // it could not be given a name later
		return nil
	}
	return f
}

// link gives such a file a name, which nothing else may have.
func link(f *os.File, path string) error {
	err := unix.Linkat(unix.AT_FDCWD, throughProc(f), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return &os.LinkError{Op: "link", Old: f.Name(), New: path, Err: err}
	}
	return nil
}

func throughProc(f *os.File) string { return fmt.Sprintf("/proc/self/fd/%d", f.Fd()) }

// startWriting has the system write a part of a file to the disk, and does not wait for it. Errors are told by Sync.
func startWriting(f *os.File, from, n int64) {
	_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
}
