package index

import (
	"context"
	"errors"
	"io"
	"runtime"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
	"github.com/dumptool/dumptool/dump/splice"
)

// Options are the ways of writing an index.
type Options struct {
	Tool    string // name and version of the program, at most 32 bytes; kept in the file
	Workers int    // frames compressed at a time; 0 is one for each processor
	Opaque  bool   // the text need not be a dump: there is no index of what is in it
	Feeder  Feeder // may be nil
	Dump    dump.Options
	Name    string // of the input, in problems
}

// workers returns how many frames are compressed at a time: each takes about 8 MiB, and all of
// them no more than half of the budget.
func (o Options) workers() int {
	n := o.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return min(n, max(1, int(o.memory()/(16<<20))))
}

// memory returns the budget in bytes.
func (o Options) memory() int64 {
	if o.Dump.Memory > 0 {
		return o.Dump.Memory
	}
	return 256 << 20
}

// How large the frames are, in bytes of text.
const (
	frameText   = 256 << 10           // where a frame ends at the next border,
	frameRow    = frameText * 7 / 8   // or already here at the end of a row
	mostPending = 3 * frameText       // without any border, frames are cut out of what is more than this
	mostAhead   = mostPending + 5<<20 // more than a reader of dumps ever reads ahead
)

// Compress reads a text to its end and writes it to w in the indexed form. The bytes that it writes depend on the text
// and Options.Tool alone. A text that isn't a dump is refused with the *dump.Problem, unless o.Opaque.
func Compress(ctx context.Context, w io.Writer, text io.Reader, o Options) error {
	sw, err := seekable.NewWriter(w, seekable.Options{Tool: o.Tool, Workers: o.workers(), SHA256: true})
	if err != nil {
		return err
	}
	defer sw.Abort()
	c := &cutter{ctx: ctx, in: text, w: sw, pending: sw.Buffer()}
	if o.Opaque {
		err = c.opaque()
	} else {
		err = build(o, c, c.border, sw)
	}
	if err != nil {
		return err
	}
	return sw.Close()
}

// build reads the dump and writes the tables of its index. border is told where frames may end.
func build(o Options, text io.Reader, border func(off int64, row bool) error, sw *seekable.Writer) error {
	b := newBuilder(o)
	defer b.close()
	o.Dump.LateDuplicates = true // one of them makes the whole index void in any case
	r := dump.NewReader(text, o.Name, o.Dump)
	defer r.Close()
	for r.Next() {
		if err := b.event(r); err != nil {
			return err
		}
		var err error
		switch r.Kind() {
		case dump.CellRead:
			err = border(r.Cell().End, false)
		case dump.RowEnd, dump.TableEnd:
			_, end := r.Span()
			err = border(end, true)
		case dump.ZNodeRead:
			err = border(r.ZNode().End, true)
		case dump.MemberRead:
			err = border(r.Member().End, true)
		}
		if err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	b.layout = r.Layout()
	if err := border(-1, true); err != nil {
		return err
	}
	return b.write(sw)
}

// cutter passes a text on to a reader of dumps, keeps it, and makes frames of it as the borders become known.
type cutter struct {
	ctx     context.Context
	in      io.Reader
	w       *seekable.Writer
	pending []byte // text that is in no frame yet
	base    int64  // where that begins
}

func (c *cutter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.in.Read(p)
	c.pending = append(c.pending, p[:n]...)
	for len(c.pending) > mostAhead {
		// No border has come for so long that none lies in the first part.
		if cutErr := c.cut(frameText); cutErr != nil {
			return n, cutErr
		}
	}
	return n, err
}

// border is told that something ends at off; -1 is the end of the text.
func (c *cutter) border(off int64, row bool) error {
	n := int(off - c.base)
	if off < 0 {
		n = len(c.pending)
	}
	for n > mostPending {
		if err := c.cut(frameText); err != nil {
			return err
		}
		n -= frameText
	}
	if n >= frameText || row && n >= frameRow || off < 0 {
		return c.cut(n)
	}
	return nil
}

// cut makes a frame of the first n bytes.
func (c *cutter) cut(n int) error {
	frame := c.pending[:n]
	c.pending = append(c.w.Buffer(), c.pending[n:]...)
	c.base += int64(n)
	return c.w.Frame(frame)
}

// opaque cuts a text that need not be a dump.
func (c *cutter) opaque() error {
	for {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		frame := c.w.Buffer()[:frameText]
		n, err := io.ReadFull(c.in, frame)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		if writeErr := c.w.Frame(frame[:n]); writeErr != nil {
			return writeErr
		}
		if err != nil {
			return nil //nolint:nilerr // the text has ended
		}
	}
}

// Writer is a Compress that is written to. Text that turns out not to be a dump makes Write or Close fail.
//
// What consists of whole tables of an indexed dump is made of its frames and its index, instead of being read and compressed
// again; see WriteSection. Such a file has not the SHA-256 of its text.
type Writer struct {
	ctx    context.Context
	w      io.Writer
	o      Options
	parts  *parts         // nil once the text is compressed as it comes
	in     *io.PipeWriter // nil before
	done   chan error
	err    error
	end    bool
	copied []byte
}

// NewWriter returns a writer of the indexed form of what is written to it; Close ends it.
func NewWriter(ctx context.Context, w io.Writer, o Options) *Writer {
	return &Writer{ctx: ctx, w: w, o: o, parts: new(parts)}
}

// start begins to compress, and writes what was put off.
func (x *Writer) start() error {
	if x.in != nil {
		return nil
	}
	out, in := io.Pipe()
	x.in, x.done = in, make(chan error, 1)
	go func() {
		err := Compress(x.ctx, x.w, out, x.o)
		out.CloseWithError(err) // later writes fail with it
		x.done <- err
	}()
	p := x.parts
	x.parts = nil
	return p.writeTo(x.ctx, in)
}

// Write takes text.
func (x *Writer) Write(p []byte) (int, error) {
	if x.parts != nil && x.parts.bytes(p) {
		return len(p), nil
	}
	if err := x.start(); err != nil {
		return 0, err
	}
	return x.in.Write(p)
}

// WriteSection takes a part of a text. If that is the text of an indexed dump, it is put off until Close, as long as there are
// few parts.
func (x *Writer) WriteSection(text io.ReaderAt, p dump.Place) error {
	if x.parts != nil && x.parts.section(text, p) {
		return nil
	}
	// A part that was one too many was taken all the same.
	taken := x.parts != nil && len(x.parts.all) > mostParts
	if err := x.start(); err != nil || taken {
		return err
	}
	if x.copied == nil {
		x.copied = make([]byte, frameText)
	}
	return splice.Copy(x.in, text, p, x.copied)
}

// Close ends the text and writes the index.
func (x *Writer) Close() error {
	if x.end {
		return x.err
	}
	if x.parts != nil {
		if err := slice(x.ctx, x.w, x.parts, x.o); !errors.Is(err, errNoSlice) {
			x.end, x.err = true, err
			return err
		}
		if err := x.start(); err != nil {
			return x.finish(err)
		}
	}
	return x.finish(nil)
}

// Abort gives the output up and frees what it holds. After Close it does nothing.
func (x *Writer) Abort() { _ = x.finish(io.ErrUnexpectedEOF) }

func (x *Writer) finish(err error) error {
	if !x.end {
		x.end = true
		if x.in == nil {
			x.err = err
			return err
		}
		x.in.CloseWithError(err)
		x.err = <-x.done
	}
	return x.err
}
