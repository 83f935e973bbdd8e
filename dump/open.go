package dump

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/dumptool/dumptool/dump/seekable"
	"github.com/dumptool/dumptool/internal/spill"
)

// Input is where a dump comes from.
type Input struct {
	Name string // for messages
	// At and Size give random access. Without At, Stream is read, once.
	At     io.ReaderAt
	Size   int64
	Stream io.Reader
}

// Dump is an opened dump. It can be read more than once, and at any place,
// whatever it is stored in: what can't seek is copied to a temporary file while
// it is read for the first time.
type Dump struct {
	in       Input
	opts     Options
	encoding Encoding
	stream   *bufio.Reader    // of an input without random access
	used     bool             // the stream was read
	spool    *spill.File      // the text, if the input has no random access to it
	indexed  *seekable.Reader // the input, if it is of the indexed form
	beside   *seekable.Reader // an index that stands in another file
	damaged  *seekable.Reader // an indexed input whose text is read without its index
	extent   seekable.Extent  // of the data of an indexed input that is read without its index
	limited  bool             // extent is known
	complete bool             // the spool holds all of the text
	keep     bool
	stored   int64
	size     int64 // of the text; -1 while it is not known
	progress func(stored int64)
}

// Open looks at the first bytes of the input. The caller keeps the input open
// until Close.
func Open(in Input, o Options) (*Dump, error) {
	d := &Dump{in: in, opts: o, size: -1, stored: -1}
	var head []byte
	if in.At != nil {
		head = make([]byte, sniffLen)
		n, err := in.At.ReadAt(head, 0)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", in.Name, err)
		}
		head = head[:n]
		d.stored = in.Size
	} else {
		d.stream = bufio.NewReaderSize(in.Stream, 256<<10)
		var err error
		head, err = d.stream.Peek(sniffLen)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", in.Name, err)
		}
	}
	if err := d.openIndexed(); err != nil || d.indexed != nil || d.encoding != "" {
		return d, err
	}
	var err error
	if d.encoding, err = sniff(head); err != nil {
		return nil, &Problem{ID: "B-STR-1", Damage: true, Fatal: true, File: in.Name, Message: err.Error()}
	}
	if d.encoding == Zstd && d.in.At != nil {
		if fault := seekable.Remains(d.in.At, d.in.Size); fault != nil {
			return d, d.withoutIndex(fault)
		}
	}
	if d.seekable() {
		d.size = in.Size
	}
	return d, nil
}

// openIndexed opens an input of the indexed form. It is known by its end.
func (d *Dump) openIndexed() error {
	if d.in.At == nil {
		return nil
	}
	c, err := seekable.Open(d.in.At, d.in.Size)
	var fault *seekable.Fault
	switch {
	case errors.Is(err, seekable.ErrForeign):
		return nil
	case errors.Is(err, seekable.ErrVersion) && !d.opts.IgnoreIndex:
		return &Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: d.in.Name, Offset: -1, Message: err.Error(), Err: err}
	case errors.Is(err, seekable.ErrVersion):
		d.encoding = Zstd
		d.extent, d.limited = seekable.FindExtent(d.in.At, d.in.Size)
		return nil
	case errors.As(err, &fault):
		return d.withoutIndex(fault)
	case err != nil:
		return fmt.Errorf("read %s: %w", d.in.Name, err)
	case c.Locator().Sidecar:
		c.Close()
		return &Problem{ID: "B-STR-1", Damage: true, Fatal: true, File: d.in.Name, Offset: -1,
			Message: "this is the index of another file, not a dump"}
	}
	if d.opts.IgnoreIndex {
		c.Close()
		d.encoding = Zstd
		d.extent, d.limited = seekable.FindExtent(d.in.At, d.in.Size)
		return nil
	}
	d.indexed, d.encoding, d.size = c, Zstd, c.Size()
	return nil
}

// withoutIndex has the text read as it stands in the data frames, which have checksums of their own, because the index is
// damaged.
func (d *Dump) withoutIndex(fault error) error {
	d.extent, d.limited = seekable.FindExtent(d.in.At, d.in.Size)
	d.encoding, d.size = Zstd, -1
	if d.indexed != nil {
		d.damaged, d.indexed = d.indexed, nil
	}
	p := &Problem{ID: "B-STR-2", File: d.in.Name, Offset: -1, Err: fault,
		Message: "the index is damaged and not used, the text is read without it: " + fault.Error()}
	if d.opts.OnProblem != nil && !d.opts.IgnoreIndex {
		return d.opts.OnProblem(p)
	}
	return nil
}

// Attach gives the dump an index that stands in another file and belongs to it. The dump closes it.
func (d *Dump) Attach(c *seekable.Reader) { d.beside = c }

// Container returns what holds the index of the dump: the input itself, or another file. It is nil if there is none.
func (d *Dump) Container() *seekable.Reader {
	if d.indexed != nil {
		return d.indexed
	}
	return d.beside
}

// seekable tells if the text can be read at any place without a copy.
func (d *Dump) seekable() bool { return d.in.At != nil && (d.encoding == Plain || d.indexed != nil) }

// Name returns the name of the input.
func (d *Dump) Name() string { return d.in.Name }

// Encoding returns how the text is stored.
func (d *Dump) Encoding() Encoding { return d.encoding }

// StoredBytes returns the size of the input as it is stored; -1 for a stream
// that was not read to its end.
func (d *Dump) StoredBytes() int64 { return d.stored }

// Bytes returns the size of the text; -1 if it was not yet read to its end.
func (d *Dump) Bytes() int64 { return d.size }

// Keep makes the first reading keep a copy of the text where that is needed to
// read it again or at any place (see At). Call it before the first reading.
func (d *Dump) Keep() { d.keep = true }

// OnProgress makes f be called while the text is read, with the number of
// bytes of the stored form that are consumed.
func (d *Dump) OnProgress(f func(stored int64)) { d.progress = f }

// Text begins a new reading of the whole text.
func (d *Dump) Text(ctx context.Context) (io.ReadCloser, error) {
	if d.complete {
		return io.NopCloser(&source{ctx: ctx, r: d.spool.Section(0, d.spool.Size()), progress: d.spoolProgress()}), nil
	}
	if d.indexed != nil {
		var fault *seekable.Fault
		if err := d.indexed.CheckFrames(); errors.As(err, &fault) {
			if err := d.withoutIndex(fault); err != nil {
				return nil, err
			}
		} else if err != nil {
			return nil, err
		}
	}
	if d.indexed != nil {
		s := d.indexed.Stream(min(runtime.GOMAXPROCS(0), 4))
		return &frames{Stream: s, src: source{ctx: ctx, r: s}, progress: d.progress}, nil
	}
	src := &source{ctx: ctx, progress: d.progress}
	switch {
	case d.limited:
		src.r = io.NewSectionReader(d.in.At, 0, d.extent.Stored)
	case d.in.At != nil:
		src.r = io.NewSectionReader(d.in.At, 0, d.in.Size)
	case d.used:
		return nil, fmt.Errorf("%s can be read only once", d.in.Name)
	default:
		src.r = d.stream
		d.used = true
	}
	dec, err := d.encoding.decoder(src)
	if err != nil {
		var p *Problem
		if errors.As(err, &p) || ctx.Err() != nil {
			return nil, err
		}
		return nil, &Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: d.in.Name, Message: err.Error(), Err: err}
	}
	t := &text{d: d, src: src, dec: dec}
	if d.keep && !d.seekable() {
		if d.spool != nil {
			d.spool.Close()
		}
		if d.spool, err = d.opts.Temp.Create(); err != nil {
			return nil, err
		}
		t.copy = bufio.NewWriterSize(d.spool, 256<<10)
	}
	return t, nil
}

// spoolProgress reports bytes of the stored form, in proportion.
func (d *Dump) spoolProgress() func(int64) {
	if d.progress == nil || d.size <= 0 {
		return nil
	}
	return func(n int64) { d.progress(int64(float64(n) / float64(d.size) * float64(d.stored))) }
}

// Reader begins a new reading of the dump.
func (d *Dump) Reader(ctx context.Context) (*Reader, error) { return d.ReaderWith(ctx, d.opts) }

// ReaderWith is Reader with other options than those of the dump.
func (d *Dump) ReaderWith(ctx context.Context, o Options) (*Reader, error) {
	t, err := d.Text(ctx)
	if err != nil {
		return nil, err
	}
	r := NewReader(t, d.in.Name, o)
	r.text = t
	return r, nil
}

// At returns random access to the text. It needs Keep and one reading to the
// end, unless the input is plain and seekable.
func (d *Dump) At() (io.ReaderAt, error) {
	switch {
	case d.indexed != nil:
		return d.indexed, nil
	case d.seekable():
		return d.in.At, nil
	case d.complete:
		return d.spool, nil
	}
	return nil, fmt.Errorf("%s has not been read to its end yet", d.in.Name)
}

// Options returns the options that the dump was opened with.
func (d *Dump) Options() Options { return d.opts }

// Close gives temporary files back.
func (d *Dump) Close() error {
	for _, c := range []*seekable.Reader{d.indexed, d.beside, d.damaged} {
		if c != nil {
			c.Close()
		}
	}
	return d.spool.Close()
}

// frames is one reading of the text of the indexed form.
type frames struct {
	*seekable.Stream
	src      source
	progress func(int64)
}

func (f *frames) Read(p []byte) (int, error) {
	n, err := f.src.Read(p)
	if f.progress != nil {
		f.progress(f.Stored())
	}
	return n, err
}

// source counts what is read, and stops when the context ends.
type source struct {
	ctx      context.Context
	r        io.Reader
	n        int64
	progress func(int64)
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	if s.progress != nil {
		s.progress(s.n)
	}
	return n, err
}

// text is one reading of the unpacked text.
type text struct {
	d    *Dump
	src  *source
	dec  io.ReadCloser
	copy *bufio.Writer
	n    int64
}

func (t *text) Read(p []byte) (int, error) {
	n, err := t.dec.Read(p)
	t.n += int64(n)
	if t.copy != nil && n > 0 {
		if _, err := t.copy.Write(p[:n]); err != nil {
			return 0, err
		}
	}
	if err == io.EOF && t.d.limited && t.n != t.d.extent.Text {
		err = fmt.Errorf("the text ends after %d bytes of %d", t.n, t.d.extent.Text)
	}
	if err == io.EOF {
		t.d.size = t.n
		if t.d.stored < 0 {
			t.d.stored = t.src.n
		}
		if t.copy != nil {
			if err := t.copy.Flush(); err != nil {
				return n, err
			}
			t.copy = nil
			t.d.complete = true
		}
	}
	return n, t.damage(err)
}

// damage makes what a decoder finds a problem with a place.
func (t *text) damage(err error) error {
	var p *Problem
	if err == nil || err == io.EOF || t.d.encoding == Plain || t.src.ctx.Err() != nil || errors.As(err, &p) {
		return err
	}
	return &Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: t.d.in.Name, Offset: t.n, Message: err.Error(), Err: err}
}

func (t *text) Close() error { return t.dec.Close() }
