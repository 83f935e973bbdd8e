package patch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// FormatError says where a patch is not one.
type FormatError struct {
	File    string
	Offset  int64 // in bytes, of the uncompressed text
	Message string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: %s at byte %d: not a patch that can be applied", e.File, e.Message, e.Offset)
}

// Location returns where the error is, for machine-readable errors.
func (e *FormatError) Location() (file string, offset int64, path string) {
	return e.File, e.Offset, ""
}

// lineReader reads the lines of a patch from some place on.
type lineReader struct {
	file    string
	text    io.ReaderAt
	reverse bool

	in     *bufio.Reader
	sc     *jsonscan.Scanner
	off    int64 // of what is read next
	inLine bool
	hash   *xxh3.Hasher // of the lines that were read, if wanted
	line   line
	buf    []byte
}

func newLineReader(file string, text io.ReaderAt, reverse bool, buffer int) *lineReader {
	return &lineReader{file: file, text: text, reverse: reverse, in: bufio.NewReaderSize(nil, buffer),
		sc: jsonscan.New(nil, jsonscan.Options{})}
}

// seek goes to the line that begins at off.
func (r *lineReader) seek(off int64) {
	r.off = off
	r.in.Reset(io.NewSectionReader(r.text, off, math.MaxInt64-off))
}

// Read gives the rest of the line.
func (r *lineReader) Read(p []byte) (int, error) {
	if !r.inLine {
		return 0, io.EOF
	}
	if _, err := r.in.Peek(1); err != nil {
		return 0, err
	}
	b, _ := r.in.Peek(min(r.in.Buffered(), len(p)))
	if k := bytes.IndexByte(b, '\n'); k >= 0 {
		b = b[:k+1]
		r.inLine = false
	}
	n := copy(p, b)
	r.off += int64(n)
	if r.hash != nil {
		_, _ = r.hash.Write(b)
	}
	_, err := r.in.Discard(n)
	return n, err
}

// next reads a line; nil at the end. It is valid until the next call.
func (r *lineReader) next() (*line, error) {
	if _, err := r.in.Peek(1); err == io.EOF {
		return nil, nil
	}
	r.inLine = true
	r.line = line{start: r.off}
	r.sc.Reset(r, r.off)
	if err := r.parse(&r.line); err != nil {
		return nil, err
	}
	if r.inLine && r.line.kind != endLine {
		return nil, r.bad(r.off, "the last line is cut off")
	}
	return &r.line, nil
}

func (r *lineReader) bad(off int64, format string, args ...any) error {
	return &FormatError{File: r.file, Offset: off, Message: fmt.Sprintf(format, args...)}
}

// failed is the error of a token that is not the expected one.
func (r *lineReader) failed(expected string) error {
	err := r.sc.Err()
	var syntax *jsonscan.Error
	switch {
	case errors.As(err, &syntax):
		return r.bad(syntax.Offset, "%s", syntax.Message)
	case err != nil:
		return err
	}
	return r.bad(r.sc.Offset(), "%s expected", expected)
}

// parse reads one line.
func (r *lineReader) parse(l *line) error {
	if r.sc.Next() != jsonscan.ObjectStart {
		return r.failed("a line with an object")
	}
	var seen members
	about := 0
	for {
		switch r.sc.Next() {
		case jsonscan.Key:
		case jsonscan.ObjectEnd:
			if r.sc.Next() != jsonscan.EOF {
				return r.failed("the end of the line")
			}
			if about != 1 {
				return r.bad(l.start, "a line that is not about one thing")
			}
			return r.check(l, seen)
		default:
			return r.failed("a member")
		}
		name, at := string(jsonscan.AppendDecoded(nil, r.sc.Raw())), r.sc.Offset()
		if seen.has(name) {
			return r.bad(at, "%q stands twice in a line", name)
		}
		seen = append(seen, name)
		for k, n := range kindNames {
			if n == name {
				l.kind = kind(k)
				about++
			}
		}
		if err := r.member(l, name, at); err != nil {
			return err
		}
	}
}

// members are the names in a line.
type members []string

func (m members) has(name string) bool { return slices.Contains(m, name) }

// member reads the value of a member.
func (r *lineReader) member(l *line, name string, at int64) (err error) {
	switch name {
	case "schema":
		l.schema, _, err = r.string(r.sc.Next())
		return err
	case "op":
		text, _, err := r.string(r.sc.Next())
		for o, n := range opNames {
			if n == text {
				l.op = op(o)
				return err
			}
		}
		if err == nil {
			err = r.bad(at, "unknown op %q", text)
		}
		return err
	case "old", "new":
		s, err := r.stored(at)
		if (name == "old") != r.reverse {
			l.old = s
		} else {
			l.new = s
		}
		return err
	case "keyspace", "cell", "node", "member":
		l.names[0], l.name, err = r.string(r.sc.Next())
		return err
	case "table":
		return r.strings(l, 2)
	case "row":
		return r.strings(l, 3)
	case "end":
		return r.end(l)
	}
	return r.bad(at, "unknown member %q", name)
}

// string reads the string whose first token, of kind k, was just read.
func (r *lineReader) string(k jsonscan.Kind) (string, dump.Place, error) {
	if k != jsonscan.String {
		return "", dump.Place{}, r.failed("a string")
	}
	p := dump.Place{Start: r.sc.Offset()}
	r.buf = append(r.buf[:0], r.sc.Raw()...)
	for r.sc.More() {
		part, err := r.sc.NextPart()
		if err != nil {
			return "", p, r.failed("a string")
		}
		if r.buf = append(r.buf, part...); len(r.buf) > jsonscan.MaxName {
			return "", p, r.bad(p.Start, "a name of more than %d bytes", jsonscan.MaxName)
		}
	}
	p.End = r.sc.InputOffset()
	return string(jsonscan.AppendDecoded(nil, r.buf)), p, nil
}

// strings reads an array of n strings.
func (r *lineReader) strings(l *line, n int) (err error) {
	if r.sc.Next() != jsonscan.ArrayStart {
		return r.failed("an array")
	}
	for i := range n {
		if l.names[i], l.name, err = r.string(r.sc.Next()); err != nil {
			return err
		}
	}
	if r.sc.Next() != jsonscan.ArrayEnd {
		return r.failed(fmt.Sprintf("an array of %d strings", n))
	}
	return nil
}

// stored goes over a value, whose name stands at at.
func (r *lineReader) stored(at int64) (s stored, err error) {
	depth := r.sc.Depth()
	for k := r.sc.Next(); ; k = r.sc.Next() {
		if k == jsonscan.Invalid || k == jsonscan.EOF {
			return s, r.failed("a value")
		}
		if s.value == 0 {
			s.value = r.sc.Offset()
		}
		for r.sc.More() {
			if _, err := r.sc.NextPart(); err != nil {
				return s, r.failed("a string")
			}
		}
		if r.sc.Depth() == depth {
			break
		}
	}
	s.member = dump.Place{Start: at, End: r.sc.InputOffset()}
	return s, nil
}

// end reads the value of "end".
func (r *lineReader) end(l *line) error {
	if r.sc.Next() != jsonscan.ObjectStart {
		return r.failed("an object")
	}
	l.lines = -1
	for {
		switch r.sc.Next() {
		case jsonscan.Key:
		case jsonscan.ObjectEnd:
			return nil
		default:
			return r.failed("a member")
		}
		switch name := string(r.sc.Raw()); name {
		case "lines":
			if r.sc.Next() != jsonscan.Number {
				return r.failed("a number")
			}
			n, err := strconv.ParseInt(string(r.sc.Raw()), 10, 64)
			if err != nil {
				return r.failed("a number of lines")
			}
			l.lines = n
		case "xxh3":
			text, _, err := r.string(r.sc.Next())
			if err != nil {
				return err
			}
			l.sum = text
		default:
			return r.bad(r.sc.Offset(), "unknown member %q", name)
		}
	}
}

// check tells if a line has what its kind needs and nothing else, and sets what
// happened.
func (r *lineReader) check(l *line, seen members) error {
	sides := l.kind == cellLine || l.kind == nodeLine || l.kind == memberLine
	ops := l.kind == keyspaceLine || l.kind == tableLine || l.kind == rowLine
	switch {
	case seen.has("op") != ops:
		return r.bad(l.start, "a line about %q has an op it must not have, or lacks it", kindNames[l.kind])
	case (l.old.set() || l.new.set()) != sides:
		return r.bad(l.start, "a line about %q has a value it must not have, or lacks it", kindNames[l.kind])
	case l.op == modified && ops && l.kind != rowLine:
		return r.bad(l.start, "a keyspace or table is added or removed")
	}
	if r.reverse {
		l.op = l.op.reversed()
	}
	if sides {
		switch {
		case !l.old.set():
			l.op = added
		case !l.new.set():
			l.op = removed
		}
	}
	if l.kind == nodeLine {
		l.names[0] = string(dump.AppendNormalPath(nil, []byte(l.names[0])))
	}
	return nil
}
