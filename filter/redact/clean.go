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

// cellMemo remembers what became of values of columns: many are the same, such
// as the attr of a reference.
type cellMemo struct {
	slots [1 << 13]cellResult
}

type cellResult struct {
	plan  *plan
	value string // raw, as it stands in the text
	// redacted is what stands in its place, quotes included; empty if it stays.
	redacted string
	counts   []event
}

func (c *cellMemo) slot(p *plan, value []byte) *cellResult {
	seed := uint64(uintptr(unsafe.Pointer(p)))
	return &c.slots[xxh3.HashSeed(value, seed)%uint64(len(c.slots))]
}

// of returns what became of a value; nil if that isn't known any more.
func (c *cellMemo) of(p *plan, value []byte) *cellResult {
	if len(value) > longestClean {
		return nil
	}
	if s := c.slot(p, value); s.plan == p && s.value == string(value) {
		return s
	}
	return nil
}

// add notes what became of a value, and what is to be counted for it.
func (c *cellMemo) add(p *plan, value, redacted []byte, events []event) {
	if len(value) > longestClean {
		return
	}
	s := c.slot(p, value)
	*s = cellResult{plan: p, value: string(value), redacted: string(redacted)}
	for _, e := range events {
		if e.rule != "" {
			s.counts = append(s.counts, e)
		}
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
