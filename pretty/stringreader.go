package pretty

import (
	"errors"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// firstPart reads the string that sc comes to next, or its beginning; for text
// that was read before.
func firstPart(sc *jsonscan.Scanner) ([]byte, error) {
	sc.StreamNext()
	if k := sc.Next(); k != jsonscan.String {
		return nil, changed(sc.Err())
	}
	if !sc.More() {
		return sc.Raw(), nil
	}
	part, err := sc.NextPart()
	if err != nil {
		return nil, changed(err)
	}
	return part, nil
}

// changed says that a text reads differently the second time.
func changed(err error) error {
	if err == nil {
		return errors.New("the input has changed while it was read")
	}
	return fmt.Errorf("the input has changed while it was read: %w", err)
}

// stringReader gives what a string stands for that a scanner hands over in
// parts.
type stringReader struct {
	sc   *jsonscan.Scanner
	keep io.Writer // gets the raw text as well, if it is there
	buf  []byte
	rest []byte // of buf
	err  error
}

// begin takes the part of the string that was read first.
func (r *stringReader) begin(sc *jsonscan.Scanner, part []byte, keep io.Writer) {
	*r = stringReader{sc: sc, keep: keep, buf: r.buf}
	r.part(part)
}

func (r *stringReader) part(raw []byte) {
	if r.keep != nil {
		if _, r.err = r.keep.Write(raw); r.err != nil {
			return
		}
	}
	r.buf = jsonscan.AppendDecoded(r.buf[:0], raw)
	r.rest = r.buf
}

// Read decodes into p.
func (r *stringReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 && r.err == nil {
		if !r.sc.More() {
			r.err = io.EOF
			break
		}
		var raw []byte
		if raw, r.err = r.sc.NextPart(); r.err == nil {
			r.part(raw)
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// drain reads the string to its end.
func (r *stringReader) drain() error {
	r.rest = nil
	for r.err == nil && r.sc.More() {
		var raw []byte
		if raw, r.err = r.sc.NextPart(); r.err == nil && r.keep != nil {
			_, r.err = r.keep.Write(raw)
		}
	}
	if r.err == io.EOF {
		return nil
	}
	return r.err
}
