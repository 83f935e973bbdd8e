package seekable

import (
	"bytes"
	"iter"
)

// Pair is a key that two tables disagree about. One side is nil if only the other has the key.
type Pair struct{ A, B *Record }

// Differing yields the keys of two summed tables whose records differ, in order. Of each sum of a block only what part
// returns counts. Blocks whose sums are equal are not read. same is asked about records with the same key. Memory: that
// of the positions of the blocks that differ.
func Differing(a, b *Table, part func(Sums) [2]uint64, same func(a, b []byte) bool) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		as, bs, err := differingLeaves(a, b, part)
		if err != nil {
			yield(Pair{}, err)
			return
		}
		x, y := leaves{t: a, nodes: as}, leaves{t: b, nodes: bs}
		ra, rb := x.next(), y.next()
		for (ra != nil || rb != nil) && x.err == nil && y.err == nil {
			order := 0
			switch {
			case ra == nil:
				order = 1
			case rb == nil:
				order = -1
			default:
				order = bytes.Compare(ra.Key, rb.Key)
			}
			var p Pair
			if order <= 0 {
				p.A = ra
				ra = x.next()
			}
			if order >= 0 {
				p.B = rb
				rb = y.next()
			}
			if order == 0 && same(p.A.Value, p.B.Value) {
				continue
			}
			if !yield(p, nil) {
				return
			}
		}
		for _, err := range []error{x.err, y.err} {
			if err != nil {
				yield(Pair{}, err)
				return
			}
		}
	}
}

// differingLeaves returns the leaves that aren't in both tables.
func differingLeaves(a, b *Table, part func(Sums) [2]uint64) (as, bs []node, err error) {
	if a != nil && a.entry.count > 0 {
		as = append(as, a.root())
	}
	if b != nil && b.entry.count > 0 {
		bs = append(bs, b.root())
	}
	for {
		as, bs = unmatched(as, bs, part)
		height := 0
		for _, nodes := range [][]node{as, bs} {
			if len(nodes) > 0 {
				height = max(height, nodes[0].height)
			}
		}
		if height == 0 {
			return as, bs, nil
		}
		if as, err = a.expand(as, height); err != nil {
			return nil, nil, err
		}
		if bs, err = b.expand(bs, height); err != nil {
			return nil, nil, err
		}
	}
}

// expand replaces nodes of a height by what is below them.
func (t *Table) expand(nodes []node, height int) ([]node, error) {
	if len(nodes) == 0 || nodes[0].height < height {
		return nodes, nil
	}
	var below []node
	for _, n := range nodes {
		recs, err := t.records(n)
		if err != nil {
			return nil, err
		}
		for _, rec := range recs {
			c, err := t.child(n, rec)
			if err != nil {
				return nil, err
			}
			below = append(below, c)
		}
	}
	return below, nil
}

// unmatched drops from both what has the same sums and number of records in the other.
func unmatched(as, bs []node, part func(Sums) [2]uint64) (restA, restB []node) {
	type id struct {
		sum   [2]uint64
		count uint64
	}
	of := func(n node) id { return id{part(n.sums), n.count} }
	inB := make(map[id]int, len(bs))
	for _, n := range bs {
		inB[of(n)]++
	}
	both := map[id]int{}
	for _, n := range as {
		if k := of(n); inB[k] > 0 {
			inB[k]--
			both[k]++
		} else {
			restA = append(restA, n)
		}
	}
	for _, n := range bs {
		if k := of(n); both[k] > 0 {
			both[k]--
		} else {
			restB = append(restB, n)
		}
	}
	return restA, restB
}

// leaves gives the records of some leaves in order.
type leaves struct {
	t     *Table
	nodes []node
	recs  []Record
	err   error
}

func (l *leaves) next() *Record {
	for len(l.recs) == 0 {
		if len(l.nodes) == 0 || l.err != nil {
			return nil
		}
		l.recs, l.err = l.t.recordsOnce(l.nodes[0])
		l.nodes = l.nodes[1:]
	}
	rec := &l.recs[0]
	l.recs = l.recs[1:]
	return rec
}
