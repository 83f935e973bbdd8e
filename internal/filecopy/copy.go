package filecopy

import (
	"io"
	"os"
)

// File returns the file that text is a part of, and the place of its first byte there; nil if it is none.
func File(text io.ReaderAt) (f *os.File, offset int64) {
	for {
		switch r := text.(type) {
		case *os.File:
			return r, offset
		case *io.SectionReader:
			outer, off, _ := r.Outer()
			text = outer
			offset += off
		default:
			return nil, 0
		}
	}
}

// chunk is how many bytes are copied at once; between two chunks a copy can be stopped.
const chunk = 16 << 20

// Section copies the bytes from start to end of text to where dst stands. Before each 16 MiB it asks stopped, whose error
// ends it. It returns how many bytes it has copied: less than there are, without an error, where the system can't do
// it; the rest is left to ordinary reading and writing.
func Section(dst *os.File, text io.ReaderAt, start, end int64, stopped func() error) (copied int64, err error) {
	src, offset := File(text)
	if src == nil || dst == nil {
		return 0, nil
	}
	info, err := dst.Stat()
	if err != nil {
		return 0, err
	}
	// Only what takes bytes without making anybody wait.
	if !info.Mode().IsRegular() && info.Mode()&os.ModeCharDevice == 0 {
		return 0, nil
	}
	by := system(info.Mode().IsRegular())
	for start+copied < end {
		if err := stopped(); err != nil {
			return copied, err
		}
		n, ok, err := by(dst, src, offset+start+copied, int(min(end-start-copied, chunk)))
		copied += n
		if !ok || err != nil {
			return copied, err
		}
		if n == 0 {
			return copied, io.ErrUnexpectedEOF
		}
	}
	return copied, nil
}
