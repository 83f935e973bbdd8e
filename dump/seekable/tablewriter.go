package seekable

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// How full blocks get, in bytes of content with all keys in full.
const (
	fullBlock  = 32 << 10 // of a table without edges
	mostBlock  = 64 << 10 // of one with edges, wherever they are
	leafBits   = 7        // an edge of a leaf has that many zero bits,
	parentBits = 5        // one of each level above has that many more
)

// TableWriter writes one table. Its blocks go to the file as they fill; only the path to the last one is held.
type TableWriter struct {
	w       *Writer
	name    string
	levels  []*level
	last    []byte // key
	count   uint64
	err     error
	pending []*leaf // full ones on their way to the file, in order
	free    []*leaf
}

// leaf is a block of records that is packed while the next one fills.
type leaf struct {
	level
	edges int // levels above that end behind it
	frame []byte
	ready chan struct{}
}

// level is the block that is being filled at one height.
type level struct {
	builder
	first []byte
	below uint64 // records of leaves
	sums  Sums
}

func (l *level) reset() {
	l.builder.reset()
	l.below, l.sums = 0, Sums{}
}

// Table begins a table. Tables are written one after the other, after the last data frame.
func (w *Writer) Table(name string) *TableWriter {
	return &TableWriter{w: w, name: name, levels: []*level{{}}}
}

// Shape tells what the values have in common. It is called before the first Add.
func (t *TableWriter) Shape(s Shape) { t.levels[0].shape = s }

// Add appends a record; keys must come in ascending order.
func (t *TableWriter) Add(key, value []byte) error {
	return t.add(key, value, Sums{}, 0)
}

// AddSummed appends a record of a table that is to be compared with others of its kind. Where a block ends depends on
// the hash of the key alone, so that blocks with the same keys are blocks of both tables.
func (t *TableWriter) AddSummed(key, value []byte, sums Sums, hash uint64) error {
	// Zero bits beyond the first few end blocks of higher levels too.
	edge := 0
	if zeros := bits.TrailingZeros64(hash); zeros >= leafBits {
		edge = 1 + (zeros-leafBits)/parentBits
	}
	if err := t.add(key, value, sums, 1+edge); err != nil {
		return err
	}
	if edge > 0 {
		t.flushLeaf(edge - 1)
	}
	return t.err
}

// add appends a record; edges is 0 for a table whose blocks end where they are full.
func (t *TableWriter) add(key, value []byte, sums Sums, edges int) error {
	if len(key) > MaxKey || len(value) > MaxValue {
		return fmt.Errorf("table %s: a record of %d and %d bytes is not allowed", t.name, len(key), len(value))
	}
	if t.err != nil {
		return t.err
	}
	if t.count > 0 && bytes.Compare(key, t.last) <= 0 {
		return fmt.Errorf("table %s: keys out of order", t.name)
	}
	t.last = append(t.last[:0], key...)
	t.count++
	t.put(0, key, value, sums, 1, edges)
	return t.err
}

// put adds a record to the block at height h, after writing that if it is full.
func (t *TableWriter) put(h int, key, value []byte, sums Sums, below uint64, edges int) {
	if h == len(t.levels) {
		t.levels = append(t.levels, &level{builder: builder{shape: pointerShape}})
	}
	l := t.levels[h]
	most := fullBlock
	if edges > 0 {
		most = mostBlock
	}
	if l.count > 0 && l.full+len(key)+len(value) > most {
		if h == 0 {
			t.flushLeaf(0)
		} else {
			t.flush(h)
		}
	}
	if l.count == 0 {
		l.first = append(l.first[:0], key...)
	}
	if err := l.add(key, value); err != nil && t.err == nil {
		t.err = fmt.Errorf("table %s: %w", t.name, err)
	}
	l.below += below
	l.sums.Add(sums)
}

// flushLeaf has the leaf packed by another goroutine. So many edges above end behind it.
func (t *TableWriter) flushLeaf(edges int) {
	if t.levels[0].count == 0 || t.err != nil {
		return
	}
	l := &leaf{ready: make(chan struct{})}
	if n := len(t.free); n > 0 {
		l, t.free = t.free[n-1], t.free[:n-1]
		l.ready = make(chan struct{})
		l.reset()
	}
	l.shape = t.levels[0].shape
	l.level, *t.levels[0] = *t.levels[0], l.level
	l.edges = edges
	go func() {
		l.frame = l.encode(l.frame, kindLeaf, t.w.packer)
		close(l.ready)
	}()
	t.pending = append(t.pending, l)
	t.drain(2 * t.w.opts.Workers)
}

// drain writes leaves until no more than so many are pending.
func (t *TableWriter) drain(most int) {
	for len(t.pending) > most {
		l := t.pending[0]
		t.pending = append(t.pending[:0], t.pending[1:]...)
		<-l.ready
		if t.err == nil {
			t.enter(0, &l.level, l.frame)
			for h := 1; h <= l.edges && h < len(t.levels); h++ {
				t.flush(h)
			}
		}
		t.free = append(t.free, l)
	}
}

// flush writes the block at height h, at least 1.
func (t *TableWriter) flush(h int) {
	l := t.levels[h]
	if l.count == 0 || t.err != nil {
		return
	}
	t.enter(h, l, l.encode(nil, kindInterior, t.w.packer))
	l.reset()
}

// enter writes a block of height h and puts it into the one above.
func (t *TableWriter) enter(h int, l *level, frame []byte) {
	p, err := t.w.writeBlock(frame)
	if err != nil {
		t.err = err
		return
	}
	value := appendPointer(nil, p)
	value = binary.AppendUvarint(value, l.below)
	value = l.sums.Append(value)
	t.put(h+1, l.first, value, l.sums, l.below, 1)
}

func appendPointer(b []byte, p pointer) []byte {
	b = binary.AppendUvarint(b, uint64(p.off))
	return binary.AppendUvarint(b, uint64(p.len))
}

// Close writes what is left and enters the table into the directory.
func (t *TableWriter) Close() error {
	t.drain(0)
	if len(t.levels) > 1 {
		t.flushLeaf(0)
		t.drain(0)
	}
	// The root is the highest block when all below it are written.
	for h := 0; t.err == nil; h++ {
		l := t.levels[h]
		if h+1 < len(t.levels) {
			if h > 0 {
				t.flush(h)
			}
			continue
		}
		kind := byte(kindLeaf)
		if h > 0 {
			kind = kindInterior
		}
		root, err := t.w.writeBlock(l.encode(nil, kind, t.w.packer))
		if err != nil {
			return err
		}
		return t.w.enter(t.name, tableEntry{root: root, height: uint64(h), count: t.count, sums: l.sums})
	}
	return t.err
}

// pointerShape is that of the values of interior blocks: pointer, number of records, sums.
var pointerShape = Shape{Numbers: 3, Tail: SumsSize}

// tableEntry is what the directory knows of a table.
type tableEntry struct {
	root   pointer
	height uint64
	count  uint64
	sums   Sums
}

func (e tableEntry) append(b []byte) []byte {
	b = appendPointer(b, e.root)
	b = binary.AppendUvarint(b, e.height)
	b = binary.AppendUvarint(b, e.count)
	return e.sums.Append(b)
}

// uvarints reads n numbers from b and returns the rest.
func uvarints(b []byte, dst ...*uint64) ([]byte, error) {
	for _, d := range dst {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errBlock
		}
		*d, b = v, b[n:]
	}
	return b, nil
}

func parsePointer(off, size uint64) (pointer, error) {
	if off > 1<<62 || size > largestBlock {
		return pointer{}, errBlock
	}
	return pointer{int64(off), uint32(size)}, nil
}

func parseTableEntry(b []byte) (tableEntry, error) {
	var e tableEntry
	var off, size uint64
	b, err := uvarints(b, &off, &size, &e.height, &e.count)
	if err != nil || len(b) < SumsSize || e.height > maxHeight {
		return e, errors.Join(errBlock, err)
	}
	e.sums = ParseSums(b)
	e.root, err = parsePointer(off, size)
	return e, err
}

// maxHeight is more than any table that fits on a disk has.
const maxHeight = 64
