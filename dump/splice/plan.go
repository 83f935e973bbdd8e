package splice

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// Plan takes what a Splicer writes and keeps, of what is copied, only where it
// stands, so that nothing is written before it is known that all can be. What is
// copied out of another text than the first is kept as it is.
//
// It needs a buffer of 64 KiB, and a temporary file of 16 bytes for each part
// that is copied.
type Plan struct {
	temp  spill.Dir
	text  io.ReaderAt // nil before the first part of it
	parts []byte      // what is not in the file yet
	file  *spill.File
	last  dump.Place // to be copied, and not in parts yet
}

// NewPlan returns an empty plan.
func NewPlan(temp spill.Dir) *Plan { return &Plan{temp: temp} }

const planBuffer = 64 << 10

// A part is two numbers of 64 bits: start and end of a place in the text, or the
// number of bytes that follow and inserted.
const (
	partSize = 16
	inserted = 1<<64 - 1
)

// WriteSection notes a part of the text.
func (p *Plan) WriteSection(text io.ReaderAt, place dump.Place) error {
	if p.text == nil {
		p.text = text
	}
	if text != p.text {
		return Copy(p, text, place, make([]byte, min(planBuffer, place.End-place.Start)))
	}
	if place.Start == p.last.End {
		p.last.End = place.End
		return nil
	}
	err := p.note()
	p.last = place
	return err
}

// note moves the last place to the other parts.
func (p *Plan) note() error {
	if p.last.Start == p.last.End {
		return nil
	}
	p.parts = binary.LittleEndian.AppendUint64(p.parts, uint64(p.last.Start))
	p.parts = binary.LittleEndian.AppendUint64(p.parts, uint64(p.last.End))
	p.last = dump.Place{}
	return p.spill(planBuffer)
}

// Write notes bytes that are not of the text.
func (p *Plan) Write(b []byte) (int, error) {
	if err := p.note(); err != nil {
		return 0, err
	}
	p.parts = binary.LittleEndian.AppendUint64(p.parts, uint64(len(b)))
	p.parts = binary.LittleEndian.AppendUint64(p.parts, inserted)
	p.parts = append(p.parts, b...)
	return len(b), p.spill(planBuffer)
}

// spill empties the buffer if it has grown to most.
func (p *Plan) spill(most int) (err error) {
	if len(p.parts) < most {
		return nil
	}
	if p.file == nil {
		if p.file, err = p.temp.Create(); err != nil {
			return err
		}
	}
	_, err = p.file.Write(p.parts)
	p.parts = p.parts[:0]
	return err
}

// Run writes what the plan has taken.
func (p *Plan) Run(w io.Writer) error {
	if err := p.note(); err != nil {
		return err
	}
	s := New(w, p.text)
	in := bufio.NewReaderSize(p.reader(), planBuffer)
	var part [partSize]byte
	for s.err == nil {
		_, err := io.ReadFull(in, part[:])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		start, end := binary.LittleEndian.Uint64(part[:]), binary.LittleEndian.Uint64(part[8:])
		if end == inserted {
			if _, err := io.CopyN(s, in, int64(start)); err != nil {
				return err
			}
			continue
		}
		s.Section(p.text, dump.Place{Start: int64(start), End: int64(end)})
	}
	return s.err
}

// reader reads the parts.
func (p *Plan) reader() io.Reader {
	if p.file == nil {
		return bytes.NewReader(p.parts)
	}
	return io.MultiReader(p.file.Section(0, p.file.Size()), bytes.NewReader(p.parts))
}

// Close gives the temporary file back.
func (p *Plan) Close() error { return p.file.Close() }
