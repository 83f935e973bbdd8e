package pretty

import (
	"encoding/binary"

	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// smallText is the size up to which an object or array is read, sorted and
// printed in memory.
const smallText = 512 << 10

// sorterMemory is what records may take before they go to disk.
const sorterMemory = 16 << 20

// collector reads a document for the first time: it checks all of it and notes
// the members of what is too large to be held.
type collector struct {
	*document
	small  int64 // the size up to which an object or array is held
	sorter *spill.Sorter
	root   member // the document; without a name
	open   []container
	large  int   // of the open ones; as much as the one inside of it is large, so these come first
	count  int64 // of large objects and arrays so far
	// The records of members of open small objects, should they become large:
	// uvarint length and record, those of the outermost object first.
	pending []byte
	rec     []byte
	name    []byte
}

// container is an open object or array.
type container struct {
	array   bool
	start   int64
	number  int64  // if it is large, else -1
	pending int    // where its records begin, as long as it is small
	name    []byte // of the member that is being read
}

func newCollector(d *document, temp spill.Dir, small int64) *collector {
	return &collector{document: d, small: small, sorter: spill.NewSorter(temp, sorterMemory)}
}

func (c *collector) close() { c.sorter.Close() }

// collect reads the document.
func (c *collector) collect() error {
	var m jsonscan.Pair
	for {
		for c.sc.NextPair(&m) {
			if err := c.pair(&m); err != nil {
				return err
			}
			top := &c.open[len(c.open)-1]
			top.name = jsonscan.AppendDecoded(top.name[:0], m.Name)
			// After the name: a colon and the value.
			if err := c.complete(m.Start+int64(len(m.Name))+2, m.End, -1); err != nil {
				return err
			}
		}
		var err error
		switch k := c.sc.Next(); k {
		case jsonscan.EOF:
			return c.ended()
		case jsonscan.Invalid:
			return c.failed()
		case jsonscan.ObjectStart, jsonscan.ArrayStart:
			c.opened(k)
			c.begin(k == jsonscan.ArrayStart)
		case jsonscan.ObjectEnd, jsonscan.ArrayEnd:
			if err = c.closed(k); err == nil {
				err = c.end()
			}
		case jsonscan.Key:
			if err = c.key(); err == nil {
				top := &c.open[len(c.open)-1]
				top.name = jsonscan.AppendDecoded(top.name[:0], c.sc.Raw())
			}
		default:
			c.scalar()
			start := c.sc.Offset()
			if err = c.skipString(); err == nil {
				c.place.leave(c.sc.Depth())
				err = c.complete(start, c.sc.End(), -1)
			}
		}
		if err != nil {
			return err
		}
	}
}

func (c *collector) begin(array bool) {
	n := len(c.open)
	if n < cap(c.open) {
		c.open = c.open[:n+1] // with the memory of its name
	} else {
		c.open = append(c.open, container{})
	}
	top := &c.open[n]
	*top = container{array: array, start: c.sc.Offset(), number: -1, pending: len(c.pending), name: top.name[:0]}
}

// end notes that the innermost object or array is complete.
func (c *collector) end() error {
	end := c.sc.End()
	if err := c.grow(end); err != nil {
		return err
	}
	top := &c.open[len(c.open)-1]
	start, number := top.start, top.number
	if number < 0 {
		c.pending = c.pending[:top.pending]
	}
	c.open = c.open[:len(c.open)-1]
	c.large = min(c.large, len(c.open))
	return c.complete(start, end, number)
}

// complete notes that a value is complete.
func (c *collector) complete(start, end, child int64) error {
	if len(c.open) == 0 {
		c.root = member{start: start, end: end, child: child}
		return nil
	}
	if err := c.grow(end); err != nil {
		return err
	}
	top := &c.open[len(c.open)-1]
	m := member{name: top.name, start: start, end: end, child: child}
	if top.array {
		if child < 0 {
			return nil
		}
		m.name = binary.BigEndian.AppendUint64(c.name[:0], uint64(start))
		c.name = m.name
	}
	if top.number >= 0 {
		c.rec = binary.BigEndian.AppendUint64(c.rec[:0], uint64(top.number))
		c.rec = appendMember(c.rec, &m)
		return c.sorter.Add(c.rec)
	}
	c.rec = appendMember(c.rec[:0], &m)
	c.pending = binary.AppendUvarint(c.pending, uint64(len(c.rec)))
	c.pending = append(c.pending, c.rec...)
	return nil
}

// grow gives a number to each open object and array that has become large, now
// that the text up to end was read.
func (c *collector) grow(end int64) error {
	for c.large < len(c.open) && end-c.open[c.large].start > c.small {
		top := &c.open[c.large]
		top.number = c.count
		c.count++
		c.large++
		upTo := len(c.pending)
		if c.large < len(c.open) {
			upTo = c.open[c.large].pending
		}
		for rest := c.pending[top.pending:upTo]; len(rest) > 0; {
			size, n := binary.Uvarint(rest)
			rest = rest[n:]
			c.rec = binary.BigEndian.AppendUint64(c.rec[:0], uint64(top.number))
			c.rec = append(c.rec, rest[:size]...)
			rest = rest[size:]
			if err := c.sorter.Add(c.rec); err != nil {
				return err
			}
		}
	}
	if c.large == len(c.open) {
		c.pending = c.pending[:0]
	}
	return nil
}
