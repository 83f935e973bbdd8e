package keyset

import (
	"bytes"

	"github.com/dumptool/dumptool/internal/spill"
)

// Names is a Set for names that most often come in ascending order, as the
// columns of a row do: as long as they do, no name can have come before, and
// nothing has to be searched. What is needed to search after all, should a
// later name break the order, is only noted.
//
// Memory: 64 KiB beside that of the set.
type Names struct {
	set  *Set
	hash func([]byte) Hash
	// While ascending, names that are not hashed yet stand in text; marks has
	// where they end, and their offsets.
	ascending bool
	text      []byte
	marks     []mark
	last      []byte // of an ascending run too long for text
	lastOff   int64
}

type mark struct {
	end int
	off int64
}

const (
	maxText  = 48 << 10
	maxMarks = 1 << 10
)

// NewNames returns an empty set that spills to dir and hashes names by hash.
func NewNames(dir spill.Dir, hash func([]byte) Hash) *Names {
	return &Names{set: New(dir), hash: hash, ascending: true}
}

// Reset empties the set.
func (n *Names) Reset() {
	n.text, n.marks = n.text[:0], n.marks[:0]
	n.last = n.last[:0]
	if !n.ascending || n.set.n > 0 {
		n.set.Reset()
		n.ascending = true
	}
}

// Add puts a name in, in its canonical spelling, and tells if it was there, and
// where. A name that was spilled is found by Finish only.
func (n *Names) Add(name []byte, off int64) (first int64, dup bool, err error) {
	if !n.ascending {
		return n.set.Add(n.hash(name), off)
	}
	if n.set.n > 0 { // too many to keep their text
		if c := bytes.Compare(name, n.last); c == 0 {
			return n.lastOff, true, nil
		} else if c < 0 {
			n.ascending = false
			return n.set.Add(n.hash(name), off)
		}
		n.last = append(n.last[:0], name...)
		n.lastOff = off
		return 0, false, n.set.push(n.hash(name), off)
	}
	if k := len(n.marks); k > 0 {
		from := 0
		if k > 1 {
			from = n.marks[k-2].end
		}
		if c := bytes.Compare(name, n.text[from:]); c <= 0 {
			if c == 0 {
				return n.marks[k-1].off, true, nil
			}
			n.ascending = false
			if err := n.hashAll(); err != nil {
				return 0, false, err
			}
			return n.set.Add(n.hash(name), off)
		}
		if len(n.text)+len(name) > maxText || k == maxMarks {
			if err := n.hashAll(); err != nil {
				return 0, false, err
			}
			n.last = append(n.last[:0], name...)
			n.lastOff = off
			return 0, false, n.set.push(n.hash(name), off)
		}
	}
	n.text = append(n.text, name...)
	n.marks = append(n.marks, mark{len(n.text), off})
	return 0, false, nil
}

// Last returns the name that came last, as long as all names have ascended: one
// that comes behind it can't have come before. It is nil before the first.
func (n *Names) Last() (name []byte, ascending bool) {
	switch k := len(n.marks); {
	case !n.ascending:
		return nil, false
	case n.set.n > 0:
		return n.last, true
	case k == 0:
		return nil, true
	case k == 1:
		return n.text, true
	default:
		return n.text[n.marks[k-2].end:], true
	}
}

// hashAll moves the names from text to the set.
func (n *Names) hashAll() error {
	from := 0
	for _, m := range n.marks {
		if err := n.set.push(n.hash(n.text[from:m.end]), m.off); err != nil {
			return err
		}
		from = m.end
	}
	n.text, n.marks = n.text[:0], n.marks[:0]
	return nil
}

// Finish is Set.Finish.
func (n *Names) Finish(found func(first, second int64) error) error {
	defer n.Reset()
	if n.ascending {
		return nil
	}
	return n.set.Finish(found)
}
