package patch

import (
	"fmt"
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// cursor looks at single bytes of a JSON text that is known to be right.
type cursor struct {
	text io.ReaderAt
	buf  [512]byte
	from int64
	n    int
	err  error
}

// byte returns the byte at off; 0 at the end and after an error.
func (c *cursor) byte(off int64) byte {
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

// blank returns where the first byte is that is no white space.
func (c *cursor) blank(off int64) int64 {
	for {
		switch c.byte(off) {
		case ' ', '\t', '\n', '\r':
			off++
		default:
			return off
		}
	}
}

// item returns where the item begins that follows another one, or the opening
// bracket.
func (c *cursor) item(off int64) int64 {
	off = c.blank(off)
	if c.byte(off) == ',' {
		off = c.blank(off + 1)
	}
	return off
}

// quoted returns the raw text of the string that begins at off, and where it
// ends.
func (c *cursor) quoted(off int64) (raw []byte, end int64) {
	for off++; c.err == nil; off++ {
		b := c.byte(off)
		if b == '"' {
			break
		}
		raw = append(raw, b)
		if b == '\\' {
			off++
			raw = append(raw, c.byte(off))
		}
	}
	return raw, off + 1
}

// name returns the name that begins at off, decoded, and where its value does.
func (c *cursor) name(off int64) (name string, value int64) {
	raw, end := c.quoted(off)
	value = c.blank(end)
	if c.byte(value) == ':' {
		value = c.blank(value + 1)
	}
	return string(jsonscan.AppendDecoded(nil, raw)), value
}
