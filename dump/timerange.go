package dump

import "encoding/binary"

// TimeRange finds the oldest and the newest timestamp of cells.
type TimeRange struct {
	// Of timestamps with 16 digits, which is nearly all, the bytes as two
	// numbers each: they compare as the numbers do that they spell.
	any16  bool
	min16  [2]uint64
	max16  [2]uint64
	oldest []byte // of all others
	newest []byte
}

// Add takes the timestamp of a cell, if it has one.
func (t *TimeRange) Add(c *Cell) {
	text := c.Time
	if len(text) != usualDigits || c.Shape&FloatTime != 0 || text[0] == '-' {
		if len(text) > 0 {
			t.AddText(text)
		}
		return
	}
	t.addUsual(text)
}

// usualDigits is how many digits nearly all timestamps have.
const usualDigits = 16

// addUsual takes a timestamp of that many digits.
func (t *TimeRange) addUsual(text []byte) {
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

// AddText takes a timestamp by its text.
func (t *TimeRange) AddText(text []byte) {
	if t.oldest == nil || CompareNumbers(text, t.oldest) < 0 {
		t.oldest = append(t.oldest[:0], text...)
	}
	if t.newest == nil || CompareNumbers(text, t.newest) > 0 {
		t.newest = append(t.newest[:0], text...)
	}
}

// Bounds returns the oldest and the newest with their own text; nil if there
// is none.
func (t *TimeRange) Bounds() (oldest, newest []byte) {
	if t.any16 {
		for _, x := range [][2]uint64{t.min16, t.max16} {
			text := binary.BigEndian.AppendUint64(nil, x[0])
			t.AddText(binary.BigEndian.AppendUint64(text, x[1]))
		}
	}
	return t.oldest, t.newest
}

// Merge adds all that u has seen.
func (t *TimeRange) Merge(u *TimeRange) {
	if oldest, newest := u.Bounds(); oldest != nil {
		t.AddText(oldest)
		t.AddText(newest)
	}
}
