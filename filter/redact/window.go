package redact

import "io"

// window reads ahead what is asked for in small parts one after the other.
type window struct {
	text io.ReaderAt
	buf  []byte
	off  int64 // of buf
	have int
}

const windowSize = 256 << 10

// ReadAt implements io.ReaderAt. It is not for use by several goroutines.
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if len(p) >= windowSize {
		return w.text.ReadAt(p, off)
	}
	if off < w.off || off+int64(len(p)) > w.off+int64(w.have) {
		if w.buf == nil {
			w.buf = make([]byte, windowSize)
		}
		n, err := w.text.ReadAt(w.buf, off)
		w.off, w.have = off, n
		if n == 0 || n < len(p) && err != nil && err != io.EOF {
			return copy(p, w.buf[:n]), err
		}
	}
	n := copy(p, w.buf[off-w.off:w.have])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
