package filecopy

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// system returns how the system copies into a regular file, or another one. ok is false where it can't.
func system(regular bool) func(dst, src *os.File, off int64, n int) (copied int64, ok bool, err error) {
	call := unix.Sendfile
	name := "sendfile"
	if regular {
		call = func(out, in int, off *int64, n int) (int, error) {
			return unix.CopyFileRange(in, off, out, nil, n, 0)
		}
		name = "copy_file_range"
	}
	return func(dst, src *os.File, off int64, n int) (int64, bool, error) {
		k, err := call(int(dst.Fd()), int(src.Fd()), &off, n)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS),
			errors.Is(err, unix.EXDEV), errors.Is(err, unix.EBADF), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.EPERM):
			return 0, false, nil // ordinary writing says what is the matter, if anything is
		case err != nil:
			return 0, false, &os.PathError{Op: name, Path: dst.Name(), Err: err}
		}
		return int64(k), true, nil
	}
}
