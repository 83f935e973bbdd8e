package dump

import (
	"encoding/binary"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// Sum is a sum of hashes, modulo 2^128. It doesn't depend on their order.
type Sum struct{ Hi, Lo uint64 }

// Add adds a hash.
func (s *Sum) Add(h Hash) {
	lo := s.Lo + h.Lo
	s.Hi += h.Hi
	if lo < s.Lo {
		s.Hi++
	}
	s.Lo = lo
}

// CellHasher hashes cells. Two cells that are equal as a dump, however they are
// spelled, have the same hashes; what is inside of the value, JSON or not, is
// taken as text.
type CellHasher struct {
	h   hasher
	buf []byte
}

// shapes that are part of what a cell is; how its time is written is not
const hashedShapes = BareText | NotText

// Hash returns the hash of name, value, shape and extra elements, and one with
// the text of the timestamp too.
func (x *CellHasher) Hash(c *Cell) (untimed, timed Hash, err error) {
	v, err := x.Value(&c.Value)
	if err != nil {
		return Hash{}, Hash{}, err
	}
	name := x.h.text(c.Name)
	b := append(x.buf[:0], byte(c.Shape&hashedShapes))
	b = binary.LittleEndian.AppendUint64(b, name.Hi)
	b = binary.LittleEndian.AppendUint64(b, name.Lo)
	b = binary.LittleEndian.AppendUint64(b, v.Hi)
	b = binary.LittleEndian.AppendUint64(b, v.Lo)
	b = append(b, c.Extra...)
	untimed = hashBytes(b)
	b = binary.LittleEndian.AppendUint64(b[:0], untimed.Hi)
	b = binary.LittleEndian.AppendUint64(b, untimed.Lo)
	b = append(b, c.Time...)
	x.buf = b
	return untimed, hashBytes(b), nil
}

// Value returns the hash of the text of a value: of a string in canonical
// spelling, of other JSON as it stands.
func (x *CellHasher) Value(v *Value) (Hash, error) {
	switch {
	case v.Long():
		return hashLong(v)
	case v.IsText:
		return x.h.text(v.Text()), nil
	}
	return hashBytes(v.Raw()), nil
}

// hashLong hashes a value part by part.
func hashLong(v *Value) (Hash, error) {
	h := xxh3.New()
	if !v.IsText || v.canonical {
		if _, err := io.Copy(h, v.Open()); err != nil {
			return Hash{}, err
		}
	} else if err := canonicalParts(v, h); err != nil {
		return Hash{}, err
	}
	u := h.Sum128()
	return Hash{Hi: u.Hi, Lo: u.Lo}, nil
}

// canonicalParts writes the canonical spelling of a long text.
func canonicalParts(v *Value, w io.Writer) error {
	quote := []byte{'"'}
	sc := jsonscan.New(io.MultiReader(bytesReader(quote), v.Open(), bytesReader(quote)),
		jsonscan.Options{WTF8: true, OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil }})
	sc.StreamNext()
	k := sc.Next()
	var buf []byte
	for k == jsonscan.String && sc.More() {
		part, err := sc.NextPart()
		if err != nil {
			return err
		}
		buf = jsonscan.AppendCanonical(buf[:0], part)
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return sc.Err()
}
