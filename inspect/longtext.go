package inspect

import (
	"bufio"
	"bytes"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// decodedReader returns a reader of what a value stands for: of a string its
// text, else the JSON.
func decodedReader(v *dump.Value) io.Reader {
	if !v.IsText {
		return v.Open()
	}
	quote := []byte{'"'}
	sc := jsonscan.New(io.MultiReader(bytes.NewReader(quote), v.Open(), bytes.NewReader(quote)), jsonscan.Options{
		WTF8:   true,
		OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil },
	})
	sc.StreamNext()
	sc.Next()
	return &decoder{sc: sc}
}

// decoder decodes a string part by part.
type decoder struct {
	sc   *jsonscan.Scanner
	rest []byte
	buf  []byte
}

func (d *decoder) Read(p []byte) (int, error) {
	for len(d.rest) == 0 {
		if err := d.sc.Err(); err != nil {
			return 0, err
		}
		if !d.sc.More() {
			return 0, io.EOF
		}
		part, err := d.sc.NextPart()
		if err != nil {
			return 0, err
		}
		d.buf = jsonscan.AppendDecoded(d.buf[:0], part)
		d.rest = d.buf
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// findIn returns the bounds of the first match in a text of any length.
func (p *Pattern) findIn(r io.Reader) (start, end int64, ok bool, err error) {
	if p.expr != nil {
		in := &failing{r: bufio.NewReaderSize(r, 64<<10)}
		m := p.expr.FindReaderIndex(in)
		if in.err != nil || m == nil {
			return 0, 0, false, in.err
		}
		return int64(m[0]), int64(m[1]), true, nil
	}
	// A window that keeps as much as a match could have begun in.
	keep := len(p.fixed) - 1
	buf := make([]byte, 0, keep+256<<10)
	var base int64
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if s, e, ok := p.find(buf); ok {
			return base + int64(s), base + int64(e), true, nil
		}
		if err == io.EOF {
			return 0, 0, false, nil
		}
		if err != nil {
			return 0, 0, false, err
		}
		if drop := len(buf) - keep; drop > 0 {
			base += int64(drop)
			buf = buf[:copy(buf, buf[drop:])]
		}
	}
}

// failing remembers why reading failed, which package regexp does not tell.
type failing struct {
	r   *bufio.Reader
	err error
}

func (f *failing) ReadRune() (rune, int, error) {
	r, n, err := f.r.ReadRune()
	if err != nil && err != io.EOF {
		f.err = err
	}
	return r, n, err
}
