package patch

import (
	"bytes"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// merge3 is what becomes of a cell that both the patch and others have changed.
type merge3 struct {
	conflict string // why it can't be merged
	takeNew  bool   // the patch's new cell, or its removal, is the answer
	text     []byte // the merged cell, if it is neither that nor the base's
}

// copiedCell is a cell of a patch that outlives its reader.
type copiedCell struct {
	text, time, extra []byte
	shape             dump.Shape
	long              bool
}

func copyCell(c *dump.Cell) copiedCell {
	k := copiedCell{time: bytes.Clone(c.Time), extra: bytes.Clone(c.Extra), shape: c.Shape & valueShapes, long: c.Value.Long()}
	switch {
	case k.long:
	case c.Value.IsText:
		k.text = c.Value.Text().AppendDecoded(nil)
	default:
		k.text = bytes.Clone(c.Value.Raw())
	}
	return k
}

// sameText tells if two values are the same, whatever their times.
func (k *copiedCell) sameText(o *copiedCell, meaning bool) bool {
	if k.long || o.long || k.shape != o.shape {
		return false
	}
	meaning = meaning || k.shape&dump.NotText != 0
	return bytes.Equal(k.text, o.text) || meaning && jsontree.EqualText(k.text, o.text)
}

func (k *copiedCell) sameExtra(o *copiedCell) bool {
	return bytes.Equal(k.extra, o.extra) || jsontree.EqualText(elements(k.extra), elements(o.extra))
}

// mergeCell merges the cell of the base with what the line makes of it. Values
// are merged as JSON in the object tables; of two times of writing the one
// counts that is not the old one, or else the later one.
func (a *applier) mergeCell(c *dump.Cell, l *line) (m merge3, err error) {
	if done, err := a.cellIs(c, &l.new); done || err != nil {
		return m, err
	}
	meaning := byMeaning(a.In.Keyspace(), a.In.Table())
	base := copyCell(c)
	var side [2]*copiedCell
	for i, s := range []*stored{&l.old, &l.new} {
		if s.set() {
			d, err := a.cellOf(s)
			if err != nil {
				return m, err
			}
			k := copyCell(d)
			side[i] = &k
		}
	}
	old, new := side[0], side[1]
	switch {
	case new == nil:
		// What the patch removes was only written again.
		if m.takeNew = base.sameText(old, meaning) && base.sameExtra(old); !m.takeNew {
			m.conflict = "is not what it was"
		}
		return m, nil
	case old == nil:
		if !base.sameText(new, meaning) || !base.sameExtra(new) {
			m.conflict = "is there already"
			return m, nil
		}
		m.takeNew = dump.CompareNumbers(orZero(new.time), orZero(base.time)) > 0
		return m, nil
	}
	result := *new
	switch {
	case base.sameText(new, meaning), old.sameText(new, meaning):
		result.text, result.shape, result.long = base.text, base.shape, base.long
	case base.sameText(old, meaning):
	default:
		m.conflict = "is not what it was"
		if !meaning || base.long || old.long || new.long || base.shape|old.shape|new.shape != 0 {
			return m, nil
		}
		column := ""
		if a.In.Table() == "obj_uuid_table" {
			column = string(c.Name.Decoded())
		}
		merged, where, ok := diff.Merge(column, old.text, base.text, new.text)
		if !ok {
			if where != "" {
				m.conflict += " at " + where
			}
			return m, nil
		}
		m.conflict = ""
		result.text = merged
	}
	switch {
	case base.sameExtra(new), old.sameExtra(new):
		result.extra = base.extra
	case !base.sameExtra(old):
		m.conflict = "is not what it was"
		return m, nil
	}
	if result.time = mergeTimes(old.time, base.time, new.time); (result.time == nil) != (result.shape&dump.BareText != 0) {
		m.conflict = "is not what it was"
		return m, nil
	}
	same := func(k *copiedCell) bool {
		return result.shape == k.shape && result.long == k.long && bytes.Equal(result.time, k.time) && bytes.Equal(result.extra, k.extra) && bytes.Equal(result.text, k.text)
	}
	switch {
	case result.long, same(new): // a long text can only be the patch's
		m.takeNew = true
	case same(&base):
	default:
		m.text = result.json()
	}
	return m, nil
}

// mergeTimes is the time of writing of a merged cell.
func mergeTimes(old, base, new []byte) []byte {
	switch {
	case bytes.Equal(old, base), base == nil:
		return new
	case bytes.Equal(old, new), new == nil, dump.CompareNumbers(base, new) > 0:
		return base
	}
	return new
}

func orZero(time []byte) []byte {
	if time == nil {
		return []byte{'0'}
	}
	return time
}

// json is the cell as it stands in a dump.
func (k *copiedCell) json() []byte {
	var b []byte
	if k.shape&dump.BareText == 0 {
		b = append(b, '[')
	}
	if k.shape&dump.NotText != 0 {
		b = append(b, k.text...)
	} else {
		b = append(jsonscan.AppendEscaped(append(b, '"'), k.text), '"')
	}
	if k.shape&dump.BareText != 0 {
		return b
	}
	b = append(append(b, ", "...), k.time...)
	if extra := bytes.TrimLeft(k.extra, ", \t\r\n"); len(extra) > 0 {
		b = append(append(b, ", "...), extra...)
	}
	return append(b, ']')
}
