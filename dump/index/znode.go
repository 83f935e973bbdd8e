package index

import (
	"encoding/binary"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

// NodeFlags say what sort of ZooKeeper node a ZNode is.
type NodeFlags uint64

// The flags of a node.
const (
	NestedNode    NodeFlags = 1 << iota // it stands in a nested object and can't be read alone (A12)
	ShortStat                           // its stat has one number (A11)
	EphemeralNode                       // a session owns it
	NullData                            // its data is null
)

func (b *Builder) znode(n *dump.ZNode) error {
	data, err := b.hasher.Value(&n.Data)
	if err != nil {
		return err
	}
	var flags NodeFlags
	if n.Shape&dump.NestedZK != 0 {
		flags |= NestedNode
	}
	if n.Shape&dump.ShortStat != 0 {
		flags |= ShortStat
	}
	if owner := n.EphemeralOwner(); len(owner) > 0 && string(owner) != "0" {
		flags |= EphemeralNode
	}
	if !n.Data.IsText {
		flags |= NullData
	}
	b.nodes++
	sums := b.nodeSums(n, data)
	v := binary.AppendUvarint(b.value[:0], uint64(flags))
	v = binary.AppendUvarint(v, uint64(n.Offset))
	v = binary.AppendUvarint(v, uint64(n.End-n.Offset))
	v = appendHash(v, sums.ALo)
	b.value = appendHash(v, sums.BLo)
	b.key = appendName(b.key[:0], n.Normal)
	return b.collector(znodesTable).addSummed(b.key, b.value, sums, n.Hash.Lo, nil)
}

// nodeSums hashes a node: path and data, and the same with its stat.
func (b *Builder) nodeSums(n *dump.ZNode, data dump.Hash) seekable.Sums {
	le := binary.LittleEndian
	kind := byte(0)
	if !n.Data.IsText {
		kind = 1
	}
	x := append(b.scratch[:0], kind)
	for _, h := range []dump.Hash{n.Hash, data} {
		x = le.AppendUint64(x, h.Lo)
		x = le.AppendUint64(x, h.Hi)
	}
	without := hashOf(x)
	x = le.AppendUint64(x[:0], without.Lo)
	x = le.AppendUint64(x, without.Hi)
	for _, c := range n.Stat {
		if c > ' ' {
			x = append(x, c)
		}
	}
	with := hashOf(x)
	b.scratch = x
	return seekable.Sums{ALo: without.Lo, AHi: without.Hi, BLo: with.Lo, BHi: with.Hi}
}
