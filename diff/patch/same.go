package patch

import (
	"bytes"
	"errors"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/jsontree"
)

func decodedText(s string) dump.Text {
	return dump.Text{Raw: jsonscan.AppendEscaped(nil, []byte(s)), Canonical: true}
}

// byMeaning tells in which tables values are compared in their JSON meaning.
func byMeaning(keyspace, table string) bool {
	return keyspace == "config_db_uuid" && (table == "obj_uuid_table" || table == "obj_fq_name_table" || table == "obj_shared_table")
}

const valueShapes = dump.BareText | dump.NotText

// sameCell tells if two cells, whatever their names, are equal as a dump, times
// included.
func sameCell(a, b *dump.Cell, meaning bool) (bool, error) {
	if !bytes.Equal(a.Time, b.Time) || a.Shape&valueShapes != b.Shape&valueShapes {
		return false, nil
	}
	if !bytes.Equal(a.Extra, b.Extra) && !jsontree.EqualText(elements(a.Extra), elements(b.Extra)) {
		return false, nil
	}
	return sameValue(&a.Value, &b.Value, meaning)
}

func elements(extra []byte) []byte {
	return append(append([]byte{'['}, bytes.TrimPrefix(extra, []byte{','})...), ']')
}

// sameValue tells if two values are equal: texts by what they stand for, or, by
// meaning, as JSON; other JSON as such.
func sameValue(a, b *dump.Value, meaning bool) (bool, error) {
	if a.IsText != b.IsText {
		return false, nil
	}
	if !a.Long() && !b.Long() {
		if !a.IsText {
			return jsontree.EqualText(a.Raw(), b.Raw()), nil
		}
		if a.Text().Equal(b.Text()) {
			return true, nil
		}
		return meaning && jsontree.EqualText(a.Text().Decoded(), b.Text().Decoded()), nil
	}
	if a.IsText {
		var h dump.CellHasher
		x, err := h.Value(a)
		if err != nil {
			return false, err
		}
		y, err := h.Value(b)
		return x == y, err
	}
	return sameJSON(a.Open(), b.Open())
}

// sameJSON compares JSON of any length, token by token.
func sameJSON(a, b io.Reader) (bool, error) {
	x, err := hashTokens(a)
	if err != nil {
		return false, err
	}
	y, err := hashTokens(b)
	return x == y, err
}

var errNoJSON = errors.New("a value is not JSON")

// hashTokens hashes JSON but for its white space and its escapes.
func hashTokens(r io.Reader) (dump.Hash, error) {
	sc := jsonscan.New(r, jsonscan.Options{})
	h := xxh3.New()
	var buf []byte
	for {
		k := sc.Next()
		switch k {
		case jsonscan.EOF:
			u := h.Sum128()
			return dump.Hash{Hi: u.Hi, Lo: u.Lo}, nil
		case jsonscan.Invalid:
			if sc.Err() != nil {
				return dump.Hash{}, sc.Err()
			}
			return dump.Hash{}, errNoJSON
		}
		buf = append(buf[:0], byte(k))
		if k == jsonscan.Key || k == jsonscan.String {
			buf = jsonscan.AppendCanonical(buf, sc.Raw())
			for sc.More() {
				_, _ = h.Write(buf)
				part, err := sc.NextPart()
				if err != nil {
					return dump.Hash{}, err
				}
				buf = jsonscan.AppendCanonical(buf[:0], part)
			}
			buf = append(buf, '"')
		} else {
			buf = append(append(buf, sc.Raw()...), '"')
		}
		_, _ = h.Write(buf)
	}
}

// sameNode tells if two nodes have the same data and stat.
func sameNode(a, b *dump.ZNode) (bool, error) {
	if !bytes.Equal(a.Stat, b.Stat) {
		return false, nil
	}
	return sameValue(&a.Data, &b.Data, false)
}

// sameMember tells if two texts are the same as JSON. Of texts over 1 MiB the
// order of members counts.
func sameMember(a, b *io.SectionReader) (bool, error) {
	if a.Size() > dump.LongValue || b.Size() > dump.LongValue {
		return sameJSON(a, b)
	}
	x, err := io.ReadAll(a)
	if err != nil {
		return false, err
	}
	y, err := io.ReadAll(b)
	return jsontree.EqualText(x, y), err
}
