package splice

import (
	"fmt"
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// Cursor looks at single bytes of a JSON text that is known to be right.
type Cursor struct {
	text io.ReaderAt
	buf  [512]byte
	from int64
	n    int
	err  error
}

// NewCursor returns a Cursor over text.
func NewCursor(text io.ReaderAt) *Cursor { return &Cursor{text: text} }

// Text returns what the cursor reads.
func (c *Cursor) Text() io.ReaderAt { return c.text }

// Err returns the first error of reading.
func (c *Cursor) Err() error { return c.err }

// Byte returns the byte at off; 0 at the end and after an error.
func (c *Cursor) Byte(off int64) byte {
	if off < c.from || off >= c.from+int64(c.n) {
		n, err := c.text.ReadAt(c.buf[:], off)
		if n == 0 {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			if c.err == nil {
				c.err = fmt.Errorf("read at byte %d: %w", off, err)
			}
			return 0
		}
		c.from, c.n = off, n
	}
	return c.buf[off-c.from]
}

// Start returns where the JSON begins: behind a byte order mark.
func (c *Cursor) Start() int64 {
	if c.Byte(0) == 0xef {
		return int64(len("\ufeff"))
	}
	return 0
}

// Blank returns where the first byte is that is no white space.
func (c *Cursor) Blank(off int64) int64 {
	for {
		switch c.Byte(off) {
		case ' ', '\t', '\n', '\r':
			off++
		default:
			return off
		}
	}
}

// Item returns where the item begins that follows another one, or the opening
// bracket.
func (c *Cursor) Item(off int64) int64 {
	off = c.Blank(off)
	if c.Byte(off) == ',' {
		off = c.Blank(off + 1)
	}
	return off
}

// Quoted returns the raw text of the string that begins at off, and where it
// ends.
func (c *Cursor) Quoted(off int64) (raw []byte, end int64) {
	for off++; c.err == nil; off++ {
		b := c.Byte(off)
		if b == '"' {
			break
		}
		raw = append(raw, b)
		if b == '\\' {
			off++
			raw = append(raw, c.Byte(off))
		}
	}
	return raw, off + 1
}

// Name returns the name that begins at off, decoded, and where its value does.
func (c *Cursor) Name(off int64) (name string, value int64) {
	raw, end := c.Quoted(off)
	value = c.Blank(end)
	if c.Byte(value) == ':' {
		value = c.Blank(value + 1)
	}
	return string(jsonscan.AppendDecoded(nil, raw)), value
}
