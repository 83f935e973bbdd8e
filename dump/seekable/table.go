package seekable

import (
	"bytes"
	"sort"
)

// Table is a sorted table of a container.
type Table struct {
	r     *Reader
	name  string
	entry tableEntry
}

// Table returns a table by name, nil if the file has none of that name.
func (r *Reader) Table(name string) (*Table, error) {
	e, ok := r.dir[name]
	if !ok {
		return nil, nil
	}
	return &Table{r, name, e}, nil
}

// Len returns the number of records.
func (t *Table) Len() int64 { return int64(t.entry.count) }

// Sums returns the sums over all records.
func (t *Table) Sums() Sums { return t.entry.sums }

// node is a block somewhere in a table.
type node struct {
	at     pointer
	height int
	count  uint64
	sums   Sums
}

func (t *Table) root() node {
	return node{t.entry.root, int(t.entry.height), t.entry.count, t.entry.sums}
}

// records reads the block of a node.
func (t *Table) records(n node) ([]Record, error) {
	return t.recordsOf(n, t.r.block)
}

// recordsOnce is records for a block that nobody will want again soon.
func (t *Table) recordsOnce(n node) ([]Record, error) { return t.recordsOf(n, t.r.blockOnce) }

func (t *Table) recordsOf(n node, block func(pointer) (*block, error)) ([]Record, error) {
	b, err := block(n.at)
	if err != nil {
		return nil, err
	}
	if b.interior != (n.height > 0) {
		return nil, t.r.fault("block of table "+t.name, n.at, errBlock)
	}
	return b.recs, nil
}

// child reads a record of a node that is no leaf.
func (t *Table) child(n node, rec Record) (node, error) {
	var off, size, count uint64
	rest, err := uvarints(rec.Value, &off, &size, &count)
	if err == nil && len(rest) < SumsSize {
		err = errBlock
	}
	if err != nil {
		return node{}, t.r.fault("block of table "+t.name, n.at, err)
	}
	p, err := parsePointer(off, size)
	if err != nil || p.off >= n.at.off { // blocks are written from the leaves up: no way round in circles
		return node{}, t.r.fault("block of table "+t.name, n.at, errBlock)
	}
	return node{p, n.height - 1, count, ParseSums(rest)}, nil
}

// Get returns the value of a key.
func (t *Table) Get(key []byte) (value []byte, found bool, err error) {
	c := t.From(key)
	if !c.Next() {
		return nil, false, c.Err()
	}
	rec := c.Record()
	if !bytes.Equal(rec.Key, key) {
		return nil, false, nil
	}
	return rec.Value, true, nil
}

// Cursor goes through records in order.
type Cursor struct {
	t     *Table
	path  []step
	begun bool
	err   error
}

// step is a block on the way to the record.
type step struct {
	n    node
	recs []Record
	i    int
}

// From returns a cursor whose first record is the first with that key or a greater one.
func (t *Table) From(key []byte) *Cursor { return t.seek(key, false) }

// Floor returns a cursor whose first record is the last with that key or a smaller one; the first of all if there is
// none.
func (t *Table) Floor(key []byte) *Cursor { return t.seek(key, true) }

// At returns a cursor whose first record is the i-th of the table, from 0.
func (t *Table) At(i uint64) *Cursor {
	c := &Cursor{t: t}
	if i >= t.entry.count {
		return c
	}
	for n := t.root(); ; {
		recs, err := t.records(n)
		if err != nil {
			c.err = err
			return c
		}
		if n.height == 0 {
			c.path = append(c.path, step{n, recs, int(min(i, uint64(len(recs))))})
			return c
		}
		below, j, before, err := t.childWith(n, recs, func(count uint64) bool { return count <= i })
		if err != nil {
			c.err = err
			return c
		}
		i -= before
		c.path = append(c.path, step{n, recs, j})
		if j == len(recs) {
			return c // the counts contradict each other
		}
		n = below
	}
}

// childWith returns the first child of a node that is not to be passed over, and how many records are before it. skip is told how
// many there are up to the end of a child.
func (t *Table) childWith(n node, recs []Record, skip func(count uint64) bool) (child node, i int, before uint64, err error) {
	for i = range recs {
		if child, err = t.child(n, recs[i]); err != nil {
			return child, i, before, err
		}
		if !skip(before + child.count) {
			return child, i, before, nil
		}
		before += child.count
	}
	return child, len(recs), before, nil
}

// Before returns how many records have a smaller key than that.
func (t *Table) Before(key []byte) (count uint64, err error) {
	for n := t.root(); ; {
		recs, err := t.records(n)
		if err != nil {
			return 0, err
		}
		i := sort.Search(len(recs), func(i int) bool { return bytes.Compare(recs[i].Key, key) >= 0 })
		if n.height == 0 {
			return count + uint64(i), nil
		}
		if i == 0 {
			return count, nil
		}
		var below node
		for j := range i {
			if below, err = t.child(n, recs[j]); err != nil {
				return 0, err
			}
			if j < i-1 {
				count += below.count
			}
		}
		n = below
	}
}

func (t *Table) seek(key []byte, floor bool) *Cursor {
	c := &Cursor{t: t}
	for n := t.root(); ; {
		recs, err := t.records(n)
		if err != nil {
			c.err = err
			return c
		}
		// The last that begins with the key or before it.
		i := sort.Search(len(recs), func(i int) bool { return bytes.Compare(recs[i].Key, key) > 0 }) - 1
		if n.height == 0 {
			if !floor && (i < 0 || !bytes.Equal(recs[i].Key, key)) {
				i++
			}
			c.path = append(c.path, step{n, recs, max(i, 0)})
			return c
		}
		i = max(i, 0)
		c.path = append(c.path, step{n, recs, i})
		if len(recs) == 0 {
			return c
		}
		if n, err = t.child(n, recs[i]); err != nil {
			c.err = err
			return c
		}
	}
}

// Next goes to the next record.
func (c *Cursor) Next() bool {
	if c.err != nil || len(c.path) == 0 {
		return false
	}
	if c.begun {
		c.path[len(c.path)-1].i++
	}
	c.begun = true
	for {
		k := len(c.path) - 1
		top := &c.path[k]
		if top.i < len(top.recs) && top.n.height == 0 {
			return true
		}
		if top.i >= len(top.recs) {
			if k == 0 {
				c.path = nil
				return false
			}
			c.path = c.path[:k]
			c.path[k-1].i++
			continue
		}
		n, err := c.t.child(top.n, top.recs[top.i])
		if err == nil {
			var recs []Record
			if recs, err = c.t.records(n); err == nil {
				c.path = append(c.path, step{n, recs, 0})
				continue
			}
		}
		c.err = err
		return false
	}
}

// Record returns the record. It stays valid.
func (c *Cursor) Record() Record {
	top := &c.path[len(c.path)-1]
	return top.recs[top.i]
}

// Err returns what stopped Next but the end.
func (c *Cursor) Err() error { return c.err }
