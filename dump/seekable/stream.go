package seekable

import (
	"fmt"
	"io"
	"sync"
)

// Stream reads the whole text from its beginning, a few frames ahead of the reader.
type Stream struct {
	ready chan chan decoded
	stop  chan struct{}
	once  sync.Once
	under sync.WaitGroup // what is under way
	cur   []byte
	err   error
	free  chan []byte
	spent []byte
	r     *Reader
	at    int64
}

type decoded struct {
	text   []byte
	stored int64 // end of the frame in the file
	err    error
}

// Stream begins a reading of the text.
func (r *Reader) Stream(workers int) *Stream {
	workers = max(workers, 1)
	s := &Stream{ready: make(chan chan decoded, workers), stop: make(chan struct{}), r: r, free: make(chan []byte, workers+3)}
	s.under.Go(s.run)
	return s
}

// run starts the decoding of frames; the size of the channel bounds how many are under way.
func (s *Stream) run() {
	defer close(s.ready)
	c := s.r.frames.From(nil)
	text, off := int64(0), int64(0)
	for c.Next() {
		f, err := parseFrame(c.Record())
		if err == nil && (f.text != text || f.off != off) {
			err = fmt.Errorf("%w: frames don't follow each other", errBlock)
		}
		result := make(chan decoded, 1)
		select {
		case s.ready <- result:
		case <-s.stop:
			return
		}
		if err != nil {
			result <- decoded{err: s.r.fault("table of frames", s.r.frames.entry.root, err)}
			return
		}
		text, off = text+int64(f.size), off+int64(f.packed)
		s.under.Go(func() {
			var buf []byte
			select {
			case buf = <-s.free:
			default:
			}
			if cap(buf) < int(f.size) {
				buf = make([]byte, 0, f.size)
			}
			t, err := s.r.decodeFrame(f, buf)
			result <- decoded{t, f.off + int64(f.packed), err}
		})
	}
	err := c.Err()
	if err == nil && text != s.r.loc.TextSize {
		err = s.r.fault("table of frames", s.r.frames.entry.root, fmt.Errorf("%w: the text ends too early", errBlock))
	}
	if err != nil {
		result := make(chan decoded, 1)
		result <- decoded{err: err}
		select {
		case s.ready <- result:
		case <-s.stop:
		}
	}
}

// Read reads the text.
func (s *Stream) Read(p []byte) (int, error) {
	for len(s.cur) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		if s.spent != nil {
			select {
			case s.free <- s.spent:
			default:
			}
			s.spent = nil
		}
		result, ok := <-s.ready
		if !ok {
			s.err = io.EOF
			continue
		}
		d := <-result
		s.cur, s.spent, s.err = d.text, d.text, d.err
		if d.err == nil {
			s.at = d.stored
		}
	}
	n := copy(p, s.cur)
	s.cur = s.cur[n:]
	return n, nil
}

// Stored returns how far in the file the reading has come, in bytes.
func (s *Stream) Stored() int64 { return s.at }

// Close ends the reading. It must be called before that of the Reader.
func (s *Stream) Close() error {
	s.once.Do(func() { close(s.stop) })
	s.under.Wait()
	return nil
}
