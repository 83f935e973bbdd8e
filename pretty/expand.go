package pretty

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// A string is unfolded if the whole of its text is an object or array that
// Print would print; one with a name twice isn't, since a reader could not tell
// which of the two counts. So a string is read twice: to see if it is JSON, and
// to print it. What is too long to be held is read again from the input, or
// where that can't seek from a temporary copy.

// inner is what is needed to unfold a string.
type inner struct {
	printer *printer // of the text
	text    []byte
	again   *jsonscan.Scanner // of a long string, for the second time
	reader  stringReader
	spool   *spill.File
}

// unfolding returns what is needed to unfold a string in p. Strings in strings
// in strings need one each, but they are few: every level doubles the
// backslashes.
func (p *printer) unfolding() *inner {
	if p.inner == nil {
		p.inner = &inner{printer: &printer{
			document: newInner(p.temp),
			writer:   p.writer,
			temp:     p.temp,
		}}
	}
	return p.inner
}

// value prints a string that was read as a whole and that is a value at a depth
// of what is printed.
func (p *printer) value(raw []byte, plain bool, depth int) error {
	if !p.opts.Expand || !beginsJSON(raw) {
		p.quoted(raw, plain)
		return p.out.err
	}
	in := p.unfolding()
	in.text = jsonscan.AppendDecoded(in.text[:0], raw)
	q := in.printer
	q.reset(bytes.NewReader(in.text))
	if ok, err := isJSON(q.check()); err != nil {
		return err
	} else if !ok {
		p.quoted(raw, plain)
		return p.out.err
	}
	q.base = depth
	q.reset(bytes.NewReader(in.text))
	return q.print()
}

// isJSON tells by the result of a check if a text is JSON.
func isJSON(err error) (bool, error) {
	var problem *dump.Problem
	if errors.As(err, &problem) {
		return false, nil
	}
	return err == nil, err
}

// unfoldLong prints the string whose first part was read, unfolded if that
// turns out to be possible at its end.
func (p *printer) unfoldLong(part []byte, depth int) error {
	in := p.unfolding()
	start := p.sc.Offset()
	var keep io.Writer
	if p.at == nil {
		if err := in.newSpool(p.temp); err != nil {
			return err
		}
		keep = in.spool
	}
	in.reader.begin(p.sc, part, keep)
	q := in.printer
	q.reset(&in.reader)
	ok, err := isJSON(q.check())
	if drainErr := in.reader.drain(); p.sc.Err() != nil {
		return p.failed()
	} else if err = errors.Join(err, drainErr); err != nil {
		return err
	}
	if in.again == nil {
		in.again = newLenient()
	}
	in.again.Reset(p.second(start), 0)
	first, err := firstPart(in.again)
	if err != nil {
		return err
	}
	if !ok {
		p.out.byte('"')
		p.text(first, in.again.Plain())
		return p.parts(in.again)
	}
	in.reader.begin(in.again, first, nil)
	q.base = depth
	q.reset(&in.reader)
	return q.print()
}

// second returns a reader of the long string that was just read and began at
// start, quotes included.
func (p *printer) second(start int64) io.Reader {
	if p.at != nil {
		return io.NewSectionReader(p.at, start, p.sc.End()-start)
	}
	return io.MultiReader(strings.NewReader(`"`), p.inner.spool.Section(0, p.inner.spool.Size()), strings.NewReader(`"`))
}

// newSpool makes an empty temporary file.
func (in *inner) newSpool(dir spill.Dir) error {
	if in.spool != nil {
		return in.spool.Truncate()
	}
	var err error
	in.spool, err = dir.Create()
	return err
}

// close gives temporary files back.
func (p *printer) close() {
	for in := p.inner; in != nil; in = in.printer.inner {
		in.spool.Close()
		in.printer.names.reset()
	}
	p.names.reset()
}

// beginsJSON tells if a raw text can be that of an object or array.
func beginsJSON(raw []byte) bool {
	c := firstChar(raw)
	return c == '{' || c == '['
}

// mayBeginJSON is beginsJSON for a text of which raw is only the first part.
func mayBeginJSON(raw []byte) bool {
	c := firstChar(raw)
	return c == '{' || c == '[' || c == 0
}

// firstChar returns the first byte of what a raw text stands for that is no
// white space, 0 if there is none.
func firstChar(raw []byte) byte {
	var scratch [8]byte
	for len(raw) > 0 {
		c, n := raw[0], 1
		if c == '\\' && len(raw) > 1 {
			n = 2
			if raw[1] == 'u' {
				n = min(6, len(raw))
			}
			c = jsonscan.AppendDecoded(scratch[:0], raw[:n])[0]
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return max(c, 1)
		}
		raw = raw[n:]
	}
	return 0
}
