package index

import (
	"github.com/dumptool/dumptool/dump"
)

// Of returns the index of an opened dump. The error is ErrNone if it has none.
func Of(d *dump.Dump) (*Index, error) {
	c := d.Container()
	if c == nil {
		return nil, ErrNone
	}
	return New(c)
}
