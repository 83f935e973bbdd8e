package term

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/term"
)

// ErrClosedPipe is what a write to Out fails with once nobody reads it any more.
var ErrClosedPipe = errors.New("standard output: the reader has gone")

const defaultWidth = 80

// Streams are the standard streams as a command sees them. Out and Err may be written from several goroutines; In and
// the methods that set something belong to one.
type Streams struct {
	In  io.Reader // an *os.File if standard input is a regular file, so that it can be read at any offset
	Out io.Writer // unbuffered
	Err io.Writer // unbuffered

	in, out, err stream
	env          func(string) (string, bool)
	ctx          context.Context
	color        Mode
	pager        pager
	meter        meter
}

// stream is one of the three: the file, which is nil in tests, and whether it is a terminal.
type stream struct {
	file *os.File
	tty  bool
}

func newStream(f *os.File) stream {
	return stream{file: f, tty: term.IsTerminal(int(f.Fd()))}
}

// System returns the streams of this process.
func System() *Streams {
	s := &Streams{
		In:  os.Stdin,
		in:  newStream(os.Stdin),
		out: newStream(os.Stdout),
		err: newStream(os.Stderr),
		env: os.LookupEnv,
	}
	s.out.tty = s.out.tty && enableEscapes(os.Stdout)
	s.err.tty = s.err.tty && enableEscapes(os.Stderr)
	s.wire(os.Stdout, os.Stderr)
	return s
}

// Test returns streams over buffers that look like files, not terminals, with an empty environment.
func Test() (s *Streams, in, out, err *bytes.Buffer) {
	in, out, err = new(bytes.Buffer), new(bytes.Buffer), new(bytes.Buffer)
	s = &Streams{In: in, env: func(string) (string, bool) { return "", false }}
	s.wire(out, err)
	return s, in, out, err
}

// SetTerminal makes streams from Test look like terminals or not, with the given environment.
func (s *Streams) SetTerminal(in, out, err bool, env map[string]string) {
	s.in.tty, s.out.tty, s.err.tty = in, out, err
	s.meter.live = s.err.tty && env["TERM"] != "dumb"
	s.env = func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

func (s *Streams) wire(out, err io.Writer) {
	s.ctx = context.Background()
	s.Out = &outWriter{streams: s, dst: out}
	s.Err = &errWriter{streams: s, dst: err}
	s.meter.dst = err
	s.meter.live = s.err.tty && s.Getenv("TERM") != "dumb"
	s.meter.width = func() int { return terminalWidth(s.err) }
}

// Bind makes In and Out fail with the cause of ctx once it ends.
func (s *Streams) Bind(ctx context.Context) {
	s.ctx = ctx
	// A regular file never blocks for long, and it is worth more as the file it is.
	if info := s.InInfo(); info == nil || !info.Mode().IsRegular() {
		s.In = &interruptible{ctx: ctx, src: s.In}
	}
}

// Context returns the bound context.
func (s *Streams) Context() context.Context { return s.ctx }

// Stopped returns why the bound context ended; nil while it goes on.
func (s *Streams) Stopped() error { return stopped(s.ctx) }

// OutFile returns the file that Out leads to, for copying into it by means of the system; nil where it is a terminal or
// none.
func (s *Streams) OutFile() *os.File {
	w, ok := s.Out.(*outWriter)
	if !ok || s.out.tty {
		return nil
	}
	f, _ := w.dst.(*os.File)
	return f
}

// InTerminal reports whether somebody types the input.
func (s *Streams) InTerminal() bool { return s.in.tty }

// OutTerminal reports whether the output is shown as it is written.
func (s *Streams) OutTerminal() bool { return s.out.tty }

// ErrTerminal reports whether messages are shown as they are written.
func (s *Streams) ErrTerminal() bool { return s.err.tty }

// InInfo describes the file behind standard input; nil if there is none.
func (s *Streams) InInfo() fs.FileInfo { return s.in.info() }

// OutInfo describes the file behind standard output; nil if there is none.
func (s *Streams) OutInfo() fs.FileInfo { return s.out.info() }

// Width returns the number of columns of the terminal behind Out: $COLUMNS or 80 where it isn't one.
func (s *Streams) Width() int {
	if !s.out.tty {
		if n, err := strconv.Atoi(s.Getenv("COLUMNS")); err == nil && n > 0 {
			return n
		}
	}
	return terminalWidth(s.out)
}

// Getenv returns the value of an environment variable, "" if it is not set.
func (s *Streams) Getenv(name string) string {
	value, _ := s.env(name)
	return value
}

func (st stream) info() fs.FileInfo {
	if st.file == nil {
		return nil
	}
	info, err := st.file.Stat()
	if err != nil {
		return nil
	}
	return info
}

func terminalWidth(st stream) int {
	if st.file != nil && st.tty {
		if columns, _, err := term.GetSize(int(st.file.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	return defaultWidth
}
