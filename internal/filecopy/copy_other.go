//go:build !linux

package filecopy

import "os"

// system can't do it here.
func system(bool) func(dst, src *os.File, off int64, n int) (copied int64, ok bool, err error) {
	return func(*os.File, *os.File, int64, int) (int64, bool, error) { return 0, false, nil }
}
