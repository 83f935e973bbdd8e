package index

import (
	"bytes"
	"iter"

	"github.com/dumptool/dumptool/dump/seekable"
)

// RowPair is a row that two dumps disagree about. One side is nil if only the other has the row.
type RowPair struct{ A, B *Row }

// NodePair is a ZooKeeper node that two dumps disagree about. One side is nil if only the other has it.
type NodePair struct{ A, B *ZNode }

// BlockPair holds the blocks of columns of a row that only one of two dumps has.
type BlockPair struct{ A, B []Block }

// part returns the sum that counts.
func part(timed bool) func(seekable.Sums) [2]uint64 {
	if timed {
		return func(s seekable.Sums) [2]uint64 { return [2]uint64{s.BLo, s.BHi} }
	}
	return func(s seekable.Sums) [2]uint64 { return [2]uint64{s.ALo, s.AHi} }
}

// DifferingRows yields the rows whose hash differs between two dumps, in the order of keyspace, table and key. Timestamps
// count if timed. Only the blocks of the indexes are read in which something differs.
func DifferingRows(a, b *Index, timed bool) iter.Seq2[RowPair, error] {
	return func(yield func(RowPair, error) bool) {
		same := func(x, y []byte) bool {
			r, err := parseRowValue(x)
			s, err2 := parseRowValue(y)
			return err == nil && err2 == nil && r.Untimed == s.Untimed && (!timed || r.Timed == s.Timed)
		}
		for p, err := range differing(a, b, rowsTable, timed, same) {
			var out RowPair
			for _, side := range []struct {
				rec *seekable.Record
				row **Row
			}{{p.A, &out.A}, {p.B, &out.B}} {
				if side.rec == nil || err != nil {
					continue
				}
				var row Row
				row, err = parseRow(*side.rec)
				*side.row = &row
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// parseRowValue is parseRow without the key.
func parseRowValue(value []byte) (Row, error) {
	return parseRow(seekable.Record{Key: []byte{0, 0, 0, 0, 0, 0}, Value: value})
}

// DifferingZNodes yields the nodes whose hash differs, in the order of their paths. The stat counts if timed.
func DifferingZNodes(a, b *Index, timed bool) iter.Seq2[NodePair, error] {
	return func(yield func(NodePair, error) bool) {
		same := func(x, y []byte) bool {
			m, err := parseZNode(seekable.Record{Value: x})
			n, err2 := parseZNode(seekable.Record{Value: y})
			return err == nil && err2 == nil && m.Untimed == n.Untimed && (!timed || m.Timed == n.Timed)
		}
		for p, err := range differing(a, b, znodesTable, timed, same) {
			var out NodePair
			for _, side := range []struct {
				rec  *seekable.Record
				node **ZNode
			}{{p.A, &out.A}, {p.B, &out.B}} {
				if side.rec == nil || err != nil {
					continue
				}
				var n ZNode
				n, err = parseZNode(*side.rec)
				*side.node = &n
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

func differing(a, b *Index, table string, timed bool, same func(a, b []byte) bool) iter.Seq2[seekable.Pair, error] {
	return func(yield func(seekable.Pair, error) bool) {
		ta, err := a.section(table)
		if err != nil {
			yield(seekable.Pair{}, err)
			return
		}
		tb, err := b.section(table)
		if err != nil {
			yield(seekable.Pair{}, err)
			return
		}
		for p, err := range seekable.Differing(ta, tb, part(timed), same) {
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// DifferingBlocks returns the blocks of columns that aren't in both of two rows: all cells that differ stand in them, in
// whatever order the rows hold their columns. ok is false if one of the rows isn't wide, so that nothing is known of its
// blocks.
func DifferingBlocks(a, b *Index, ra, rb *Row, timed bool) (pair BlockPair, ok bool, err error) {
	sums := func(k *Block) [4]uint64 {
		s := [4]uint64{k.Untimed.Hi, k.Untimed.Lo, uint64(k.Cells)}
		if timed {
			s[0], s[1] = k.Timed.Hi, k.Timed.Lo
		}
		return s
	}
	in := map[[4]uint64]int{}
	n := 0
	for k, err := range b.Blocks(rb) {
		if err != nil {
			return pair, false, err
		}
		in[sums(&k)]++
		n++
	}
	if n == 0 {
		return pair, false, nil
	}
	both := map[[4]uint64]int{}
	m := 0
	for k, err := range a.Blocks(ra) {
		if err != nil {
			return pair, false, err
		}
		m++
		if id := sums(&k); in[id] > 0 {
			in[id]--
			both[id]++
		} else {
			pair.A = append(pair.A, k)
		}
	}
	if m == 0 {
		return BlockPair{}, false, nil
	}
	for k, err := range b.Blocks(rb) {
		if err != nil {
			return pair, false, err
		}
		if id := sums(&k); both[id] > 0 {
			both[id]--
		} else {
			pair.B = append(pair.B, k)
		}
	}
	return pair, true, nil
}

// SameContent tells if the same keyspaces, tables, rows and nodes are in two dumps, by their hashes. Unknown members of
// the top level don't count.
func SameContent(a, b *Index, timed bool) (bool, error) {
	of := part(timed)
	for _, name := range []string{rowsTable, znodesTable} {
		ta, err := a.section(name)
		if err != nil {
			return false, err
		}
		tb, err := b.section(name)
		if err != nil {
			return false, err
		}
		if ta.Len() != tb.Len() || of(ta.Sums()) != of(tb.Sums()) {
			return false, nil
		}
	}
	for _, name := range []string{keyspacesTable, tablesTable} {
		same, err := sameKeys(a, b, name)
		if err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

func sameKeys(a, b *Index, name string) (bool, error) {
	ta, err := a.section(name)
	if err != nil {
		return false, err
	}
	tb, err := b.section(name)
	if err != nil {
		return false, err
	}
	if ta.Len() != tb.Len() {
		return false, nil
	}
	x, y := ta.From(nil), tb.From(nil)
	for x.Next() && y.Next() {
		if !bytes.Equal(x.Record().Key, y.Record().Key) {
			return false, nil
		}
	}
	if x.Err() != nil {
		return false, x.Err()
	}
	return y.Err() == nil, y.Err()
}
