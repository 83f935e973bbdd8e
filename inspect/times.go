package inspect

import (
	"encoding/binary"
	"encoding/json"

	"github.com/dumptool/dumptool/dump"
)

// times finds the oldest and the newest timestamp of a table.
type times struct {
	// Of timestamps with 16 digits, which is nearly all, the bytes as two
	// numbers each: they compare as the numbers do that they spell.
	any16  bool
	min16  [2]uint64
	max16  [2]uint64
	oldest []byte // of all others
	newest []byte
}

func (t *times) add(c *dump.Cell) {
	text := c.Time
	if len(text) != 16 || c.Shape&dump.FloatTime != 0 || text[0] == '-' {
		if len(text) > 0 {
			t.addOther(text)
		}
		return
	}
	x := [2]uint64{binary.BigEndian.Uint64(text), binary.BigEndian.Uint64(text[8:])}
	if !t.any16 {
		t.any16, t.min16, t.max16 = true, x, x
		return
	}
	if x[0] < t.min16[0] || x[0] == t.min16[0] && x[1] < t.min16[1] {
		t.min16 = x
	}
	if x[0] > t.max16[0] || x[0] == t.max16[0] && x[1] > t.max16[1] {
		t.max16 = x
	}
}

func (t *times) addOther(text []byte) {
	if t.oldest == nil || compareNumbers(text, t.oldest) < 0 {
		t.oldest = append(t.oldest[:0], text...)
	}
	if t.newest == nil || compareNumbers(text, t.newest) > 0 {
		t.newest = append(t.newest[:0], text...)
	}
}

// bounds returns the oldest and the newest with their own text; nil if there
// is none.
func (t *times) bounds() (oldest, newest *json.Number) {
	if t.any16 {
		for _, x := range [][2]uint64{t.min16, t.max16} {
			text := binary.BigEndian.AppendUint64(nil, x[0])
			t.addOther(binary.BigEndian.AppendUint64(text, x[1]))
		}
	}
	if t.oldest == nil {
		return nil, nil
	}
	first, last := json.Number(t.oldest), json.Number(t.newest)
	return &first, &last
}

// merge adds all that u has seen.
func (t *times) merge(u *times) {
	oldest, newest := u.bounds()
	if oldest != nil {
		t.addOther([]byte(*oldest))
		t.addOther([]byte(*newest))
	}
}
