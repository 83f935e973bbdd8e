package redact

import "github.com/zeebo/xxh3"

// cleanCells remembers values that were looked at and hold nothing: most values
// of most columns are among a few, such as an empty reference.
type cleanCells struct {
	slots [1 << 10]string
}

// longestClean bounds what is remembered.
const longestClean = 256

func (c *cleanCells) slot(value []byte) *string {
	return &c.slots[xxh3.Hash(value)%uint64(len(c.slots))]
}

func (c *cleanCells) has(value []byte) bool {
	if len(value) > longestClean {
		return false
	}
	return len(value) > 0 && *c.slot(value) == string(value)
}

func (c *cleanCells) add(value []byte) {
	if len(value) > longestClean {
		return
	}
	*c.slot(value) = string(value)
}
