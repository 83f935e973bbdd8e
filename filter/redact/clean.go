package redact

import (
	"bytes"
	"unsafe"

	"github.com/zeebo/xxh3"
)

// cleanTexts remembers texts that were looked at and hold nothing: most values
// of most columns are among a few, such as an empty reference.
type cleanTexts struct {
	slots [1 << 10]string
}

// longestClean bounds what is remembered.
const longestClean = 256

func (c *cleanTexts) slot(text []byte) *string {
	return &c.slots[xxh3.Hash(text)%uint64(len(c.slots))]
}

func (c *cleanTexts) has(text []byte) bool {
	return len(text) > 0 && len(text) <= longestClean && *c.slot(text) == string(text)
}

func (c *cleanTexts) add(text []byte) {
	if len(text) <= longestClean {
		*c.slot(text) = string(text)
	}
}

// cleanCells does the same for values of columns that have to be gone through.
type cleanCells struct {
	slots [1 << 12]cleanCell
}

type cleanCell struct {
	plan  *plan
	value string
}

func (c *cleanCells) slot(p *plan, value []byte) *cleanCell {
	seed := uint64(uintptr(unsafe.Pointer(p)))
	return &c.slots[xxh3.HashSeed(value, seed)%uint64(len(c.slots))]
}

func (c *cleanCells) has(p *plan, value []byte) bool {
	if len(value) > longestClean {
		return false
	}
	s := c.slot(p, value)
	return s.plan == p && s.value == string(value)
}

func (c *cleanCells) add(p *plan, value []byte) {
	if len(value) <= longestClean {
		*c.slot(p, value) = cleanCell{p, string(value)}
	}
}

// onlyNull tells if the members of a value for which it is gone through are
// null or empty in it. The value has the escapes of the string around it.
func (p *plan) onlyNull(raw []byte) bool {
	if len(p.marks) == 0 {
		return false
	}
	for _, mark := range p.marks {
		for rest := raw; ; {
			i := bytes.Index(rest, mark)
			if i < 0 {
				break
			}
			rest = bytes.TrimLeft(rest[i+len(mark):], ": ")
			if !bytes.HasPrefix(rest, null) && !bytes.HasPrefix(rest, emptyText) {
				return false
			}
		}
	}
	return true
}

var null, emptyText = []byte("null"), []byte(`\"\"`)
