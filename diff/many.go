package diff

import (
	"bufio"
	"encoding/binary"
	"io"
	"iter"

	"github.com/dumptool/dumptool/internal/spill"
)

// manyFields is the number of bytes of fields from which on those of one row
// are kept on disk.
const manyFields = 4 << 20

// fieldOverhead is about what a field takes beside its texts.
const fieldOverhead = 200

// fieldSpool keeps the fields of changes of rows that have very many, one after
// another.
type fieldSpool struct {
	dir  spill.Dir
	file *spill.File
	w    *bufio.Writer
}

// spooled are the fields of one change in a spool.
type spooled struct {
	spool     *fieldSpool
	off, size int64
	count     int
}

// add appends fields, in the order of their names, to those of a change.
func (s *fieldSpool) add(p *spooled, fields []Field) error {
	if s.file == nil {
		f, err := s.dir.Create()
		if err != nil {
			return err
		}
		s.file = f
		s.w = bufio.NewWriterSize(f, 64<<10)
	}
	if p.count == 0 {
		if err := s.w.Flush(); err != nil {
			return err
		}
		p.off = s.file.Size()
	}
	for i := range fields {
		var e encoder
		e.field(&fields[i])
		head := binary.AppendUvarint(nil, uint64(len(e.b)))
		s.w.Write(head)
		if _, err := s.w.Write(e.b); err != nil {
			return err
		}
		p.size += int64(len(head) + len(e.b))
		p.count++
	}
	return nil
}

func (s *fieldSpool) flush() error {
	if s.w == nil {
		return nil
	}
	return s.w.Flush()
}

func (s *fieldSpool) close() error { return s.file.Close() }

// each reads the fields back.
func (p *spooled) each(sources [2]*longSource, yield func(*Field, error) bool) {
	if err := p.spool.flush(); err != nil {
		yield(nil, err)
		return
	}
	r := bufio.NewReaderSize(p.spool.file.Section(p.off, p.size), 64<<10)
	for range p.count {
		n, err := binary.ReadUvarint(r)
		b := make([]byte, n)
		if err == nil {
			_, err = io.ReadFull(r, b)
		}
		d := decoder{b: b, sources: sources}
		f := d.field()
		if err == nil {
			err = d.err()
		}
		if err != nil {
			yield(nil, err)
			return
		}
		if !yield(&f, nil) {
			return
		}
	}
}

// Len returns the number of fields.
func (c *Change) Len() int {
	if c.many != nil {
		return c.many.count
	}
	return len(c.Fields)
}

// Each gives the fields one after another, sorted by name. There can be more of
// them than memory holds: then Fields is empty, and this is the way to see them.
func (c *Change) Each() iter.Seq2[*Field, error] {
	if c.many == nil {
		return c.stored()
	}
	return func(yield func(*Field, error) bool) {
		for f, err := range c.stored() {
			if err == nil {
				f.settleTimes()
				f.Edits = Edits(f)
				if c.byName != nil {
					err = c.byName.fieldInB(f)
				}
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// stored gives the fields as they were found.
func (c *Change) stored() iter.Seq2[*Field, error] {
	return func(yield func(*Field, error) bool) {
		if c.many != nil {
			c.many.each(c.sources, yield)
			return
		}
		for i := range c.Fields {
			if !yield(&c.Fields[i], nil) {
				return
			}
		}
	}
}
