package diff

import (
	"bufio"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// LongText is a value of more than dump.LongValue bytes. It stays where it
// stands and is read when it is written.
type LongText struct {
	Size int64 // bytes, as it stands there
	JSON bool  // the text is JSON

	kind    longKind
	hash    string // of the text
	meaning string // hash of what it means, if it is JSON
	place   dump.Place
	source  *longSource
}

// longKind tells what stands at the place of a LongText.
type longKind uint8

const (
	longCell   longKind = iota
	longNode            // an entry of the list of nodes
	longMember          // the value of a member of the top level
	keptText            // the decoded text itself, among what is kept
)

// longSource is the text of a dump for as long as the Result is used.
type longSource struct {
	number  int // of the side
	text    io.ReaderAt
	name    string
	options dump.Options
	nodes   bool // stand in a string
	kept    keptTexts
	// asStored, if not nil, gives what is kept the uuids that stand in the dump.
	asStored func(io.ReaderAt, int64) io.ReaderAt
}

// keptTexts are texts that can't be read again from the dump, one after another
// in a file.
type keptTexts struct {
	dir  spill.Dir
	file *spill.File
	w    *bufio.Writer
	size int64
}

// Write appends to the text that is being kept.
func (k *keptTexts) Write(p []byte) (int, error) {
	if k.file == nil {
		f, err := k.dir.Create()
		if err != nil {
			return 0, err
		}
		k.file = f
		k.w = bufio.NewWriterSize(f, 64<<10)
	}
	n, err := k.w.Write(p)
	k.size += int64(n)
	return n, err
}

func (k *keptTexts) flush() error {
	if k.w == nil {
		return nil
	}
	return k.w.Flush()
}

// read returns what was kept at a place.
func (k *keptTexts) read(p dump.Place) ([]byte, error) {
	b := make([]byte, p.End-p.Start)
	if len(b) == 0 {
		return b, nil
	}
	if err := k.flush(); err != nil {
		return nil, err
	}
	_, err := k.file.ReadAt(b, p.Start)
	return b, err
}

func (k *keptTexts) close() error { return k.file.Close() }

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
	s, p := l.source, l.place
	switch l.kind {
	case longMember:
		return f(io.NewSectionReader(s.text, p.Start, p.End-p.Start))
	case keptText:
		if err := s.kept.flush(); err != nil {
			return err
		}
		var at io.ReaderAt = s.kept.file
		if s.asStored != nil {
			at = s.asStored(at, s.kept.size)
		}
		return f(io.NewSectionReader(at, p.Start, p.End-p.Start))
	}
	r := dump.RowReader(s.text, dump.Place{}, s.name, s.options)
	defer r.Close()
	if l.kind == longNode {
		r.ResetZNode(s.text, p, s.nodes)
	} else {
		r.ResetCell(s.text, p)
	}
	for r.Next() {
		switch r.Kind() {
		case dump.CellRead:
			return f(r.Cell().Value.OpenDecoded())
		case dump.ZNodeRead:
			return f(r.ZNode().Data.OpenDecoded())
		}
	}
	if r.Err() != nil {
		return r.Err()
	}
	return fmt.Errorf("%s changed while it was read", s.name)
}

// meaningOf returns the hash of what a text means; it fails if that isn't JSON.
func (l *LongText) meaningOf() (h dump.Hash, ok bool, err error) {
	err = l.read(func(r io.Reader) (err error) {
		h, ok, err = meaning(r, l.source.options.Temp)
		return err
	})
	return h, ok, err
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
