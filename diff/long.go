package diff

import (
	"bufio"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// LongText is a value of more than dump.LongValue bytes. It stays where it
// stands and is read when it is written. Long values are compared as texts.
type LongText struct {
	Size int64 // bytes, as it stands there
	JSON bool  // the text is JSON

	hash   string
	place  dump.Place
	source *longSource
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
		err := l.read(func(r io.Reader) error {
			sc := jsonscan.New(r, jsonscan.Options{WTF8: true})
			for {
				switch sc.Next() {
				case jsonscan.EOF:
					l.JSON = true
					return nil
				case jsonscan.Invalid:
					return nil
				}
			}
		})
		if err != nil {
			return Stored{}, err
		}
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

// WriteJSON writes the value: JSON as it is, another text as a JSON string.
func (l *LongText) WriteJSON(w io.Writer) error {
	return l.read(func(r io.Reader) error {
		if l.JSON {
			_, err := io.Copy(w, r)
			return err
		}
		return writeString(w, r)
	})
}

// writeString writes what r gives as a JSON string.
func writeString(w io.Writer, r io.Reader) error {
	if _, err := io.WriteString(w, `"`); err != nil {
		return err
	}
	in := bufio.NewReaderSize(r, 64<<10)
	buf := make([]byte, 0, 64<<10)
	for {
		b, err := in.Peek(32 << 10)
		if len(b) == 0 {
			if err == io.EOF {
				_, err = io.WriteString(w, `"`)
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
		buf = contrail.AppendJSONString(buf[:0], b[:n], false)
		if _, err := w.Write(buf[1 : len(buf)-1]); err != nil {
			return err
		}
		if _, err := in.Discard(n); err != nil {
			return err
		}
	}
}
