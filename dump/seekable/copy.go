package seekable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
)

// Frame is a data frame of a container.
type Frame struct {
	Text int64 // where its text begins
	Size int   // bytes of text
	f    frame
}

// Frames yields the data frames from the one on that holds the byte at off of the text.
func (r *Reader) Frames(off int64) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		c := r.frames.Floor(binary.BigEndian.AppendUint64(nil, uint64(off)))
		for c.Next() {
			f, err := parseFrame(c.Record())
			if err != nil {
				yield(Frame{}, r.fault("table of frames", r.frames.entry.root, err))
				return
			}
			if !yield(Frame{f.text, int(f.size), f}, nil) {
				return
			}
		}
		if err := c.Err(); err != nil {
			yield(Frame{}, err)
		}
	}
}

// CopyFrame adds a data frame as it stands in another container, after comparing its checksum. Of the text, a copied frame is
// not seen, so a writer that copies can't know the SHA-256 of it.
func (w *Writer) CopyFrame(r *Reader, f Frame) error {
	if w.opts.SHA256 || w.opts.Sidecar {
		return errors.New("a copied frame is not allowed")
	}
	packed, err := r.packed(f.f, w.Buffer())
	if err != nil {
		return err
	}
	j := &job{size: f.f.size, packed: packed, digest: f.f.digest, ready: make(chan struct{})}
	close(j.ready)
	w.queue <- j
	return w.failed()
}

// Leaf is a block of a table that holds records.
type Leaf struct {
	t     *Table
	n     node
	First []byte // the key of its first record
	Ends  int    // how many blocks above it end behind it
}

// Count returns the number of its records.
func (l *Leaf) Count() int64 { return int64(l.n.count) }

// Sums returns the sums over its records.
func (l *Leaf) Sums() Sums { return l.n.sums }

// Records reads the block.
func (l *Leaf) Records() ([]Record, error) { return l.t.records(l.n) }

// Leaves yields the blocks of the table that hold its records, in order.
func (t *Table) Leaves() iter.Seq2[*Leaf, error] {
	return func(yield func(*Leaf, error) bool) {
		root := t.root()
		if root.height > 0 {
			t.leaves(root, 0, true, yield)
			return
		}
		recs, err := t.records(root)
		if err != nil {
			yield(nil, err)
			return
		}
		if len(recs) > 0 {
			yield(&Leaf{t: t, n: root, First: recs[0].Key}, nil)
		}
	}
}

// leaves yields those below a node behind which so many blocks end; last tells that nothing follows it.
func (t *Table) leaves(n node, ends int, last bool, yield func(*Leaf, error) bool) bool {
	recs, err := t.records(n)
	if err != nil {
		return yield(nil, err)
	}
	for i, rec := range recs {
		child, err := t.child(n, rec)
		if err != nil {
			return yield(nil, err)
		}
		below, final := 0, last && i == len(recs)-1
		if i == len(recs)-1 && !final {
			below = ends + 1
		}
		if child.height > 0 {
			if !t.leaves(child, below, final, yield) {
				return false
			}
		} else if !yield(&Leaf{t: t, n: child, First: rec.Key, Ends: below}, nil) {
			return false
		}
	}
	return true
}

// frame reads the block as it stands in the file.
func (l *Leaf) frame() ([]byte, error) {
	b, err := l.t.r.readAt(l.n.at.off, int(l.n.at.len))
	if err == nil {
		err = checkFrame(b)
	}
	if err == nil && b[10] != kindLeaf {
		err = errBlock
	}
	if err != nil {
		return nil, l.t.r.fault("block of table "+l.t.name, l.n.at, err)
	}
	return b, nil
}

// CopyLeaf appends a block of another container as it stands there.
func (t *TableWriter) CopyLeaf(l *Leaf) error {
	frame, err := l.frame()
	if err != nil {
		return err
	}
	return t.appendLeaf(l, frame)
}

// EditLeaf appends a block of another container with changes in its values. edit gets each key with its value, and returns what
// takes the place of the value. What the hashes of the block are over does not change.
func (t *TableWriter) EditLeaf(l *Leaf, edit func(key, value []byte) ([]byte, error)) error {
	recs, err := l.t.recordsOnce(l.n)
	if err != nil {
		return err
	}
	b := builder{shape: t.levels[0].shape}
	for _, rec := range recs {
		value, err := edit(rec.Key, rec.Value)
		if err == nil {
			err = b.add(rec.Key, value)
		}
		if err != nil {
			return l.t.r.fault("block of table "+l.t.name, l.n.at, err)
		}
	}
	return t.appendLeaf(l, b.encode(nil, kindLeaf, t.w.packer))
}

// appendLeaf writes a block that stands for what another one stood for.
func (t *TableWriter) appendLeaf(l *Leaf, frame []byte) error {
	t.flushLeaf(0)
	t.drain(0)
	if t.err != nil {
		return t.err
	}
	if t.count > 0 && string(l.First) <= string(t.last) {
		return fmt.Errorf("table %s: keys out of order", t.name)
	}
	t.last = append(t.last[:0], l.First...)
	t.count += l.n.count
	t.enter(0, &level{first: l.First, below: l.n.count, sums: l.n.sums}, frame)
	for h := 1; h <= l.Ends && h < len(t.levels); h++ {
		t.flush(h)
	}
	return t.err
}

// CopyTable copies a table that no place of the text stands in.
func (w *Writer) CopyTable(src *Table) error {
	t := w.Table(src.name)
	for l, err := range src.Leaves() {
		if err != nil {
			return err
		}
		if err := t.CopyLeaf(l); err != nil {
			return err
		}
	}
	return t.Close()
}
