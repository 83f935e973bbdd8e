package patch

import (
	"bytes"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/jsontree"
	"github.com/dumptool/dumptool/internal/spill"
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
func sameCell(a, b *dump.Cell, meaning bool, temp spill.Dir) (bool, error) {
	if !bytes.Equal(a.Time, b.Time) || a.Shape&valueShapes != b.Shape&valueShapes {
		return false, nil
	}
	if !bytes.Equal(a.Extra, b.Extra) && !jsontree.EqualText(elements(a.Extra), elements(b.Extra)) {
		return false, nil
	}
	return sameValue(&a.Value, &b.Value, meaning, temp)
}

func elements(extra []byte) []byte {
	return append(append([]byte{'['}, bytes.TrimPrefix(extra, []byte{','})...), ']')
}

// sameValue tells if two values are equal: texts by what they stand for, or, by
// meaning, as JSON; other JSON as such.
func sameValue(a, b *dump.Value, meaning bool, temp spill.Dir) (bool, error) {
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
		if x == y || err != nil || !meaning {
			return x == y, err
		}
	}
	return sameJSON(a.OpenDecoded(), b.OpenDecoded(), temp)
}

// sameJSON compares two texts of any length in their JSON meaning, or as texts if
// they have none.
func sameJSON(a, b io.Reader, temp spill.Dir) (bool, error) {
	x, err := readWhole(a, temp)
	if err != nil {
		return false, err
	}
	y, err := readWhole(b, temp)
	return x.text == y.text || x.isJSON && y.isJSON && x.meaning == y.meaning, err
}

// whole is what a text that isn't held is known by.
type whole struct {
	text, meaning dump.Hash
	isJSON        bool
}

func readWhole(r io.Reader, temp spill.Dir) (w whole, err error) {
	text := xxh3.New()
	r = io.TeeReader(r, text)
	if w.meaning, w.isJSON, err = diff.Meaning(r, temp); err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	w.text = dump.Hash(text.Sum128())
	return w, err
}

// sameNode tells if two nodes have the same data and stat.
func sameNode(a, b *dump.ZNode, temp spill.Dir) (bool, error) {
	if !bytes.Equal(a.Stat, b.Stat) {
		return false, nil
	}
	return sameValue(&a.Data, &b.Data, false, temp)
}

// sameMember tells if two texts are the same as JSON.
func sameMember(a, b *io.SectionReader, temp spill.Dir) (bool, error) {
	if a.Size() > dump.LongValue || b.Size() > dump.LongValue {
		return sameJSON(a, b, temp)
	}
	x, err := io.ReadAll(a)
	if err != nil {
		return false, err
	}
	y, err := io.ReadAll(b)
	return jsontree.EqualText(x, y), err
}
