package diff

import (
	"io"

	"github.com/dumptool/dumptool/dump"
)

// What is derived is held against rows that have mostly changed too, and objects
// are named by rows that have changed. In an indexed dump reading a row again
// would mean unpacking a frame again, so the small ones that were read are kept.

// rowCache keeps texts of rows.
type rowCache struct {
	texts map[int64][]byte // by where they begin
	held  int
	rows  map[string]*rowRecord // of objects, by uuid
}

const (
	mostOfRow   = 64 << 10 // of a row that is kept
	mostOfTexts = 4 << 20  // of all of them
	mostOfRows  = 4096
)

// row returns the text of a row, from the cache or from the dump; nil for one that
// is too long to be kept.
func (c *rowCache) row(text io.ReaderAt, p dump.Place) ([]byte, error) {
	if b, ok := c.texts[p.Start]; ok {
		return b, nil
	}
	size := int(p.End - p.Start)
	if size > mostOfRow {
		return nil, nil
	}
	b := make([]byte, size)
	if _, err := text.ReadAt(b, p.Start); err != nil && err != io.EOF {
		return nil, err
	}
	c.reserve(size)
	c.texts[p.Start] = b
	c.held += size
	return b, nil
}

// reserve makes room for so many bytes of texts.
func (c *rowCache) reserve(size int) {
	if c.held+size > mostOfTexts || c.texts == nil {
		c.texts, c.held = map[int64][]byte{}, 0
	}
}

// note remembers where an object stands.
func (c *rowCache) note(rec *rowRecord) {
	if len(c.rows) >= mostOfRows || c.rows == nil {
		c.rows = map[string]*rowRecord{}
	}
	c.rows[rec.name] = rec
}

// piece is a part of a text.
type piece struct {
	text  []byte
	start int64
}

func (p piece) ReadAt(b []byte, off int64) (int, error) {
	if off < p.start || off >= p.start+int64(len(p.text)) {
		return 0, io.EOF
	}
	n := copy(b, p.text[off-p.start:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
