package diff

import (
	"cmp"
	"iter"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

// Rows that differ come in the order of their keys, which is none in the text.
// Some of them at a time are read ahead in the order of the text, so that a frame
// is unpacked once for all of them, and on both sides at the same time.

// How many rows are read ahead: pairs, and bytes of text of each side.
const (
	mostAheadPairs = 4096
	mostAheadBytes = mostOfTexts / 2
	mostAheadRow   = 16 << 10 // of larger ones often a part is enough
)

// ahead yields the pairs, with the texts of their rows in the caches.
func (c *comparison) ahead(pairs iter.Seq2[index.RowPair, error]) iter.Seq2[index.RowPair, error] {
	return func(yield func(index.RowPair, error) bool) {
		var batch []index.RowPair
		var held [2]int64
		pass := func() bool {
			if err := c.readAhead(batch); err != nil {
				yield(index.RowPair{}, err)
				return false
			}
			for _, pair := range batch {
				if !yield(pair, nil) {
					return false
				}
			}
			batch, held = batch[:0], [2]int64{}
			return true
		}
		for pair, err := range pairs {
			if err == nil {
				err = c.ctx.Err()
			}
			if err != nil {
				yield(pair, err)
				return
			}
			batch = append(batch, pair)
			for i, row := range []*index.Row{pair.A, pair.B} {
				if row != nil {
					held[i] += min(row.Place.End-row.Place.Start, mostAheadRow)
				}
			}
			if len(batch) == mostAheadPairs || max(held[0], held[1]) > mostAheadBytes {
				if !pass() {
					return
				}
			}
		}
		pass()
	}
}

// readAhead puts the texts of rows into the caches of both sides.
func (c *comparison) readAhead(batch []index.RowPair) error {
	var g errgroup.Group
	for i := range 2 {
		var places []dump.Place
		for _, pair := range batch {
			row := []*index.Row{pair.A, pair.B}[i]
			if row != nil && c.o.keyspace(row.Keyspace) && row.Place.End-row.Place.Start <= mostAheadRow {
				places = append(places, row.Place)
			}
		}
		g.Go(func() error { return c.side(i).readAhead(c, places) })
	}
	return g.Wait()
}

// readAhead puts the texts of rows into the cache.
func (s *side) readAhead(c *comparison, places []dump.Place) error {
	slices.SortFunc(places, func(a, b dump.Place) int { return cmp.Compare(a.Start, b.Start) })
	size := 0
	for _, p := range places {
		size += int(p.End - p.Start)
	}
	s.cache.reserve(size)
	for _, p := range places {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if _, err := s.cache.row(s.text, p); err != nil {
			return err
		}
	}
	return nil
}
