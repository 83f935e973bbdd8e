package repair

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sort"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate"
)

// set holds the edits of a round, one for each place, sorted by place in a file. A block of it and the first key of each
// block are in memory, and a bit for each edit.
type set struct {
	file   *spill.File
	blocks []block
	n      int
	done   bits         // edits that were made
	met    bits         // edits whose row or node was met
	there  bits         // cells to be set that are there
	filter []uint64     // of rows and nodes that have edits, as bits of their hashes
	now    loaded       // the block that was used last
	sum    xxh3.Uint128 // of all edits
	err    error

	// What concerns more than a row or node.
	root     map[validate.EditOp]*rooted
	spaces   map[string]*rooted     // by keyspace
	tables   map[[2]string]*rooted  // AddContainer
	wanted   map[[2]string]struct{} // tables in which cells are set
	trees    bool                   // there are DropTrees
	newNodes bool                   // there are SetNodes or MoveNodes
	places   bool                   // places of rows or nodes have to be found first
	sources  map[int64]int          // where nodes stand that are copied, with the number of the edit
}

// rooted is an edit of something large with its number.
type rooted struct {
	validate.Edit
	number int
}

type block struct {
	first  []byte // key of the first record
	off    int64
	number int // of the first record
}

type loaded struct {
	i     int
	buf   []byte
	recs  [][]byte
	begun bool
}

const (
	blockSize  = 16 << 10
	filterBits = 1 << 22
)

func newSet(temp spill.Dir) (*set, error) {
	f, err := temp.Create()
	if err != nil {
		return nil, err
	}
	return &set{file: f, filter: make([]uint64, filterBits/64), root: map[validate.EditOp]*rooted{}, spaces: map[string]*rooted{},
		tables: map[[2]string]*rooted{}, wanted: map[[2]string]struct{}{}, sources: map[int64]int{}}, nil
}

func (s *set) close() error { return s.file.Close() }

// builder adds records to a set in their order.
type builder struct {
	*set
	block []byte
	first []byte
	base  int
}

func (b *builder) add(e *validate.Edit, rec []byte) {
	key := e.AppendKey(nil)
	if len(b.block) == 0 {
		b.first, b.base = key, b.n
	}
	b.block = append(binary.AppendUvarint(b.block, uint64(len(rec))), rec...)
	b.note(e)
	b.n++
	if len(b.block) >= blockSize {
		b.flush()
	}
}

func (b *builder) flush() {
	if len(b.block) == 0 {
		return
	}
	b.blocks = append(b.blocks, block{b.first, b.file.Size(), b.base})
	if _, err := b.file.Write(b.block); err != nil && b.err == nil {
		b.err = err
	}
	b.block = b.block[:0]
}

func (b *builder) finish() error {
	b.flush()
	b.done, b.met, b.there = make(bits, b.n/64+1), make(bits, b.n/64+1), make(bits, b.n/64+1)
	return b.err
}

// note keeps what is to be known of an edit before its place comes.
func (b *builder) note(e *validate.Edit) {
	p := &e.Path
	switch p.Level {
	case dump.AtRoot:
		b.root[e.Op] = &rooted{*e, b.n}
	case dump.AtKeyspace:
		b.spaces[p.Keyspace] = &rooted{*e, b.n}
	case dump.AtTable:
		b.tables[[2]string{p.Keyspace, p.Table}] = &rooted{*e, b.n}
	case dump.AtRow, dump.AtColumn:
		b.mark(rowPrefix(nil, p.Keyspace, p.Table, p.Row))
		if e.Op == validate.SetCell {
			b.wanted[[2]string{p.Keyspace, p.Table}] = struct{}{}
		}
		b.places = b.places || e.Op == validate.Single && p.Level == dump.AtRow
	case dump.AtZNode:
		b.mark(nodeKey(nil, []byte(p.Node)))
		b.trees = b.trees || e.Op == validate.DropTree
		b.newNodes = b.newNodes || e.Op == validate.SetNode || e.Op == validate.MoveNode
		if e.From > 0 {
			b.sources[e.From] = b.n
		}
		b.places = b.places || e.Op == validate.MoveNode || e.Op == validate.Single || e.IfAbsent || e.From > 0
	}
}

func (s *set) mark(key []byte) {
	h := xxh3.Hash(key) % filterBits
	s.filter[h/64] |= 1 << (h % 64)
}

// may tells if a row or node, given by its key, can have edits.
func (s *set) may(key []byte) bool {
	h := xxh3.Hash(key) % filterBits
	return s.filter[h/64]&(1<<(h%64)) != 0
}

// rowPrefix is how the keys of a row and of its cells begin.
func rowPrefix(b []byte, keyspace, table, row string) []byte {
	e := validate.Edit{Path: dump.Path{Level: dump.AtRow, Keyspace: keyspace, Table: table, Row: row}}
	b = e.AppendKey(b)
	return b[:len(b)-1]
}

// tablePrefix is how the keys of the rows of a table begin.
func tablePrefix(b []byte, keyspace, table string) []byte {
	b = rowPrefix(b, keyspace, table, "")
	return b[:len(b)-1]
}

// cellKey makes the key of a cell of the key of its row's beginning.
func cellKey(b, prefix, column []byte) []byte {
	b = append(append(b, prefix...), 1)
	return appendSortable(b, column)
}

func nodeKey(b, normal []byte) []byte {
	e := validate.Edit{Path: dump.Path{Level: dump.AtZNode}}
	b = e.AppendKey(b)
	return appendSortable(b[:len(b)-1], normal)
}

// appendSortable is how names stand in keys (validate.Edit.AppendKey).
func appendSortable(b, s []byte) []byte {
	for _, c := range s {
		if c <= 1 {
			b = append(b, 1, c+1)
			continue
		}
		b = append(b, c)
	}
	return append(b, 0)
}

// load brings a block into memory.
func (s *set) load(i int) bool {
	if s.now.begun && s.now.i == i {
		return true
	}
	end := s.file.Size()
	if i+1 < len(s.blocks) {
		end = s.blocks[i+1].off
	}
	n := int(end - s.blocks[i].off)
	l := &s.now
	l.buf = slices.Grow(l.buf[:0], n)[:n]
	l.begun = false
	if _, err := s.file.ReadAt(l.buf, s.blocks[i].off); err != nil {
		if s.err == nil {
			s.err = err
		}
		return false
	}
	l.i, l.recs, l.begun = i, l.recs[:0], true
	for b := l.buf; len(b) > 0; {
		size, w := binary.Uvarint(b)
		l.recs = append(l.recs, b[w:w+int(size)])
		b = b[w+int(size):]
	}
	return true
}

// cursor goes over edits in order.
type cursor struct {
	s        *set
	block, i int
}

// seek returns a cursor at the first edit whose key is not below key.
func (s *set) seek(key []byte) cursor {
	i := sort.Search(len(s.blocks), func(i int) bool { return bytes.Compare(s.blocks[i].first, key) > 0 })
	c := cursor{s: s, block: max(i-1, 0)}
	if len(s.blocks) > 0 && s.load(c.block) {
		c.i = sort.Search(len(s.now.recs), func(i int) bool { return bytes.Compare(s.now.recs[i], key) >= 0 })
	}
	return c
}

// next returns the next edit if its key begins with prefix. The record is valid until another block is used.
func (c *cursor) next(prefix []byte) (e validate.Edit, number int, ok bool) {
	for c.block < len(c.s.blocks) {
		if !c.s.load(c.block) {
			return e, 0, false
		}
		if c.i >= len(c.s.now.recs) {
			c.block, c.i = c.block+1, 0
			continue
		}
		rec := c.s.now.recs[c.i]
		if !bytes.HasPrefix(rec, prefix) {
			return e, 0, false
		}
		number = c.s.blocks[c.block].number + c.i
		c.i++
		return validate.DecodeEdit(rec), number, true
	}
	return e, 0, false
}

// find returns the edit of a key.
func (s *set) find(key []byte) (e validate.Edit, number int, ok bool) {
	c := s.seek(key)
	return c.next(key)
}

// bits are flags by the numbers of edits.
type bits []uint64

func (b bits) set(number int) { b[number/64] |= 1 << (number % 64) }
func (b bits) any() bool {
	for _, w := range b {
		if w != 0 {
			return true
		}
	}
	return false
}

func (b bits) has(number int) bool { return b[number/64]&(1<<(number%64)) != 0 }

func (s *set) use(number int) { s.done.set(number) }
