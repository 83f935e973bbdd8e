package diff

import (
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
)

// cellHasher hashes what two texts are compared by in one run. 64 bits are
// enough: that two rows of one key differ and have the same sum happens once in
// 10^19 pairs. These hashes are never stored; those that are stand in dump.
type cellHasher struct {
	buf  []byte
	long dump.CellHasher
}

// cell hashes all of a cell: name, value, shape, timestamp and further
// elements.
func (h *cellHasher) cell(c *dump.Cell) (uint64, error) {
	v, err := h.value(&c.Value, h.text(c.Name, uint64(c.Shape&valueShapes)))
	if err != nil {
		return 0, err
	}
	if len(c.Extra) > 0 {
		v = xxh3.HashSeed(c.Extra, v)
	}
	return xxh3.HashSeed(c.Time, v), nil
}

// text hashes a text by its canonical spelling.
func (h *cellHasher) text(t dump.Text, seed uint64) uint64 {
	if t.Canonical {
		return xxh3.HashSeed(t.Raw, seed)
	}
	h.buf = t.AppendCanonical(h.buf[:0])
	return xxh3.HashSeed(h.buf, seed)
}

// value hashes the text of a value; a text and other JSON differ.
func (h *cellHasher) value(v *dump.Value, seed uint64) (uint64, error) {
	switch {
	case v.Long():
		u, err := h.long.Value(v)
		return u.Lo ^ seed, err
	case v.IsText:
		return h.text(v.Text(), seed), nil
	}
	return ^xxh3.HashSeed(v.Raw(), seed), nil
}
