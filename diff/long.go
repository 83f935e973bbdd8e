package diff

import (
	"bufio"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// LongText is a value of more than dump.LongValue bytes. It stays where it
// stands and is read when it is written.
type LongText struct {
	Size int64 // bytes, as it stands there
	JSON bool  // the text is JSON

	hash    string // of the text
	meaning string // hash of what it means, if it is JSON
	place   dump.Place
	source  *longSource
}

// longSource is the text of a dump for as long as the Result is used.
type longSource struct {
	number  int // of the side
	text    io.ReaderAt
	name    string
	options dump.Options
}

// storedLong tells what the long value of a cell is.
func (s *side) storedLong(h *cell) (Stored, error) {
	l := &LongText{Size: h.long, hash: string(h.text), place: h.place, source: s.source}
	if h.shape&valueShapes == 0 {
		u, ok, err := s.meaning(h)
		if err != nil {
			return Stored{}, err
		}
		l.JSON, l.meaning = ok, string(appendHash(nil, u))
	}
	return Stored{Set: true, IsRaw: !l.JSON, Long: l}, nil
}

// read gives f the decoded text.
func (l *LongText) read(f func(io.Reader) error) error {
	r := dump.RowReader(l.source.text, dump.Place{}, l.source.name, l.source.options)
	defer r.Close()
	r.ResetCell(l.source.text, l.place)
	for r.Next() {
		if r.Kind() == dump.CellRead {
			return f(r.Cell().Value.OpenDecoded())
		}
	}
	if r.Err() != nil {
		return r.Err()
	}
	return fmt.Errorf("%s changed while it was read", l.source.name)
}

// WriteJSON writes the value in UTF-8 and on one line: JSON as it is but for
// that, another text as a JSON string.
func (l *LongText) WriteJSON(w io.Writer) error {
	return l.read(func(r io.Reader) error {
		if l.JSON {
			return writeParts(w, r, func(dst, part []byte) []byte {
				// A line can only end between tokens, where a blank does as well.
				from := len(dst)
				dst = contrail.AppendWellFormed(dst, part)
				for i := from; i < len(dst); i++ {
					if dst[i] == '\n' || dst[i] == '\r' {
						dst[i] = ' '
					}
				}
				return dst
			})
		}
		if _, err := io.WriteString(w, `"`); err != nil {
			return err
		}
		err := writeParts(w, r, func(dst, part []byte) []byte {
			quoted := contrail.AppendJSONString(dst, part, false)
			return append(dst, quoted[len(dst)+1:len(quoted)-1]...)
		})
		if err == nil {
			_, err = io.WriteString(w, `"`)
		}
		return err
	})
}

// writeParts writes what r gives, part by part, as f appends it. No part ends
// inside of a character.
func writeParts(w io.Writer, r io.Reader, f func(dst, part []byte) []byte) error {
	in := bufio.NewReaderSize(r, 64<<10)
	buf := make([]byte, 0, 64<<10)
	for {
		b, err := in.Peek(32 << 10)
		if len(b) == 0 {
			if err == io.EOF {
				return nil
			}
			return err
		}
		n := len(b)
		if err == nil { // more follows: cut between characters
			for k := 1; k <= 4 && k < n; k++ {
				if b[n-k]&0xc0 != 0x80 {
					n -= k
					break
				}
			}
		}
		buf = f(buf[:0], b[:n])
		if _, err := w.Write(buf); err != nil {
			return err
		}
		if _, err := in.Discard(n); err != nil {
			return err
		}
	}
}
