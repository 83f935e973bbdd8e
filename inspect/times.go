package inspect

import (
	"encoding/json"

	"github.com/dumptool/dumptool/dump"
)

// times are the oldest and the newest timestamp of a table.
type times struct{ dump.TimeRange }

// bounds returns the oldest and the newest with their own text; nil if there
// are none.
func (t *times) bounds() (oldest, newest *json.Number) {
	first, last := t.Bounds()
	if first == nil {
		return nil, nil
	}
	a, b := json.Number(first), json.Number(last)
	return &a, &b
}
