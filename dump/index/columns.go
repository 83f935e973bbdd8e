package index

import (
	"bytes"

	"github.com/dumptool/dumptool/dump"
)

// Wide rows are cut into blocks of columns. Where a block ends depends on the names of its columns, so that two dumps of
// the same columns in the same order have the same blocks, but for those in which something was added or is gone.
const (
	leastCells = 64        // of a block but the last
	mostCells  = 1024      //
	mostText   = 128 << 10 // bytes of text from which on a block ends in any case
	edgeMask   = 1<<7 - 1  // bits of the hash of a name that are zero where a block ends
	boundName  = 64        // bytes that are kept of the smallest and the greatest name
)

// blockState is the block that is being filled.
type blockState struct {
	start, end int64
	cells      int
	sums       cellSums
	min, max   []byte // decoded, cut
	name       []byte
}

func (k *blockState) reset() {
	k.cells, k.sums = 0, cellSums{}
	k.min, k.max = k.min[:0], k.max[:0]
}

func (k *blockState) add(c *dump.Cell, untimed, timed dump.Hash) {
	name := c.Name.Raw
	if !c.Name.Canonical || bytes.IndexByte(name, '\\') >= 0 {
		k.name = c.Name.AppendDecoded(k.name[:0])
		name = k.name
	}
	name = name[:min(len(name), boundName)]
	switch {
	case k.cells == 0:
		k.start = c.Offset
		k.min = append(k.min[:0], name...)
		k.max = append(k.max[:0], name...)
	case string(name) > string(k.max):
		k.max = append(k.max[:0], name...)
	case string(name) < string(k.min):
		k.min = append(k.min[:0], name...)
	}
	k.end = c.End
	k.cells++
	k.sums.untimed.Add(untimed)
	k.sums.timed.Add(timed)
}

// ends tells if the block ends with the cell that was added last.
func (k *blockState) ends(c *dump.Cell) bool {
	switch {
	case k.cells >= mostCells, k.end-k.start >= mostText:
		return true
	case k.cells < leastCells:
		return false
	}
	return c.NameHash().Lo&edgeMask == 0
}
