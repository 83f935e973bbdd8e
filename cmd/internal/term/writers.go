package term

import (
	"fmt"
	"io"
)

// outWriter is Out: it ends with the bound context, makes room for itself where a progress line stands, starts the
// pager on first use, and gives a closed pipe its name.
type outWriter struct {
	streams *Streams
	dst     io.Writer
}

func (w *outWriter) Write(p []byte) (int, error) {
	s := w.streams
	if err := s.Stopped(); err != nil {
		return 0, err
	}
	dst, err := s.pager.writer(s, w.dst)
	if err != nil {
		return 0, err
	}
	if s.out.tty && dst == w.dst {
		defer s.meter.yield()()
	}
	n, err := dst.Write(p)
	if isClosedPipe(err) {
		err = fmt.Errorf("%w: %w", ErrClosedPipe, err)
	}
	return n, err
}

// errWriter is Err: it makes room for itself where a progress line stands.
type errWriter struct {
	streams *Streams
	dst     io.Writer
}

func (w *errWriter) Write(p []byte) (int, error) {
	defer w.streams.meter.yield()()
	return w.dst.Write(p)
}
