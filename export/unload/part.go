package unload

import (
	"bytes"
	"io"
	"os"

	"github.com/dumptool/dumptool/internal/spill"
)

// Part is what a unit has read: three texts, of which each is written from its
// beginning to its end, and then read.
type Part struct {
	Text   Stream // rows or nodes, as they stand in a dump
	Extras Stream // what a dump has no room for, as items of a list
	Times  Stream // records of the write times of rows
	Counts Counts

	unit *unitFile // takes the text, until it is kept; nil without
}

// Counts are what is known of a unit.
type Counts struct {
	Rows    int64 `json:"rows"`
	Cells   int64 `json:"cells"`
	Nodes   int64 `json:"nodes"`
	Nulls   int64 `json:"nulls"`   // cells without a value, written as empty
	Skipped int64 `json:"skipped"` // nodes that can't be read
	// HiddenACLs counts nodes whose ACL ZooKeeper does not show in full.
	HiddenACLs int64 `json:"hidden_acls"`
	Newest     int64 `json:"newest"` // write time in microseconds since the epoch
}

func (c *Counts) add(d *Counts) {
	c.Rows += d.Rows
	c.Cells += d.Cells
	c.Nodes += d.Nodes
	c.Nulls += d.Nulls
	c.Skipped += d.Skipped
	c.HiddenACLs += d.HiddenACLs
	c.Newest = max(c.Newest, d.Newest)
}

// Close gives memory and disk back.
func (p *Part) Close() {
	if p.unit != nil {
		p.unit.abort()
		p.unit, p.Text.sink = nil, nil
	}
	for _, s := range []*Stream{&p.Text, &p.Extras, &p.Times} {
		s.Close()
	}
}

// Stream is a text that is held in memory up to a size, and on disk beyond it.
type Stream struct {
	temp spill.Dir
	buf  []byte
	file *spill.File
	n    int64

	sink io.Writer // takes it instead, if it is to be kept in a Folder

	kept   *os.File // holds it from at on instead, compressed, once it was kept
	at     int64
	stored int64
}

// NewStream returns an empty stream with temporary files in a folder.
func NewStream(temp spill.Dir) *Stream { return &Stream{temp: temp} }

// heldText is the size up to which a stream is held in memory.
const heldText = 512 << 10

// Write appends.
func (s *Stream) Write(b []byte) (int, error) {
	if s.sink != nil {
		s.n += int64(len(b))
		return s.sink.Write(b)
	}
	s.buf = append(s.buf, b...)
	s.n += int64(len(b))
	if len(s.buf) >= heldText {
		return len(b), s.flush()
	}
	return len(b), nil
}

func (s *Stream) flush() error {
	if s.file == nil {
		var err error
		if s.file, err = s.temp.Create(); err != nil {
			return err
		}
	}
	_, err := s.file.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}

// Size is the number of bytes written.
func (s *Stream) Size() int64 { return s.n }

// WriteTo writes everything to w.
func (s *Stream) WriteTo(w io.Writer) (int64, error) {
	var n int64
	if s.kept != nil {
		return io.Copy(w, s.keptReader())
	}
	if s.file != nil {
		k, err := io.Copy(w, s.file.Section(0, s.file.Size()))
		if n += k; err != nil {
			return n, err
		}
	}
	k, err := w.Write(s.buf)
	return n + int64(k), err
}

// reader reads everything.
func (s *Stream) reader() io.Reader {
	switch {
	case s.kept != nil:
		return s.keptReader()
	case s.file != nil:
		return io.MultiReader(s.file.Section(0, s.file.Size()), bytes.NewReader(s.buf))
	}
	return bytes.NewReader(s.buf)
}

// Close gives memory and disk back; the stream is empty then.
func (s *Stream) Close() {
	if s.kept != nil {
		s.kept.Close() // the first of the streams of a part does it for all
	}
	if s.file != nil {
		s.file.Close()
	}
	*s = Stream{temp: s.temp}
}

// newPart returns an empty part.
func newPart(temp spill.Dir) *Part {
	return &Part{Text: Stream{temp: temp}, Extras: Stream{temp: temp}, Times: Stream{temp: temp}}
}
