package restore

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// A record of a node: its path with slashes that sort before anything else, so that a node stands directly before those
// below it; 0; flags and hash of its data; where its data stands in the file.
const (
	nodeFlags = 1
	nodeSame  = nodeFlags + 16
	nodeTail  = nodeSame + 8 + 8
)

const (
	nodeNull = 1 << iota
	nodeEmpty
)

// node takes a node in.
func (x *compared) node(path string, null bool, data []byte) error {
	var b []byte
	for i := range len(path) {
		if path[i] == '/' {
			b = append(b, 1)
		} else {
			b = append(b, path[i])
		}
	}
	var flags byte
	if null {
		flags |= nodeNull
	} else if len(data) == 0 {
		flags |= nodeEmpty
	}
	b = append(b, 0, flags)
	sum := xxh3.Hash128(data)
	b = appendHash(b, dump.Hash{Hi: sum.Hi, Lo: sum.Lo})
	b = binary.BigEndian.AppendUint64(b, uint64(x.data.Size()))
	b = binary.BigEndian.AppendUint64(b, uint64(len(data)))
	if _, err := x.data.Write(data); err != nil {
		return err
	}
	return x.nodes.Add(b)
}

func (c *comparison) wantedNodes() error {
	return c.survey.nodes.each(func(n *node) error {
		if !n.listed {
			return nil
		}
		c.d.Compared.Nodes++
		return c.sides[0].node(n.path, n.null, n.data)
	}, nil)
}

// liveNode takes a node of the databases that is below what the plan makes.
func (c *comparison) liveNode(z *dump.ZNode) error {
	path := string(z.Normal)
	top := topOf(path, c.plan.Target.ClusterID)
	touched := false
	for _, t := range c.plan.ZooKeeper.Tops {
		touched = touched || t == top
	}
	if c.others != nil && touched && c.others.node(path, z) {
		return nil
	}
	if owner := z.EphemeralOwner(); !touched || foreign(path, c.plan.Target.ClusterID) || owner != nil && string(owner) != "0" {
		return nil
	}
	extra, err := c.sides[1].extras.Node(z)
	if err != nil || extra.Ephemeral {
		return err
	}
	data := extra.Data
	if data == nil && z.Data.IsText {
		if data, err = io.ReadAll(z.Data.OpenDecoded()); err != nil {
			return err
		}
	}
	return c.sides[1].node(path, !z.Data.IsText, data)
}

// compareNodes compares the nodes of both sides.
func (c *comparison) compareNodes() error {
	path := func(rec []byte) []byte { return rec[:len(rec)-nodeTail] }
	tail := func(rec []byte) []byte { return rec[len(rec)-nodeTail:] }
	pairs, err := spill.NewPairs(c.sides[0].nodes, c.sides[1].nodes, path)
	if err != nil {
		return err
	}
	// A node without data that has others below it need not be listed.
	implied := func(rec []byte, other int) bool {
		next := pairs.Coming(other)
		return tail(rec)[0] == nodeEmpty && next != nil && below(path(next), path(rec))
	}
	for pairs.Next() {
		a, b := pairs.Record(0), pairs.Record(1)
		switch {
		case a != nil && b != nil && bytes.Equal(tail(a)[:nodeSame], tail(b)[:nodeSame]):
			continue
		case b == nil && (implied(a, 1) || c.others.missing()):
			continue
		case a == nil && implied(b, 0):
			continue
		}
		c.d.Nodes++
		if c.others != nil {
			p := a
			if p == nil {
				p = b
			}
			c.others.nodeDiffers(nodePath(path(p)), b == nil)
			continue
		}
		for i, rec := range [][]byte{a, b} {
			if rec == nil {
				continue
			}
			if err := c.out.node(i, path(rec), tail(rec), c.sides[i].data); err != nil {
				return err
			}
		}
	}
	return pairs.Err()
}

// below tells of two paths as they stand in records if one is below the other.
func below(path, top []byte) bool {
	n := len(top) - 1
	return len(path) > len(top) && bytes.Equal(path[:n], top[:n]) && path[n] == 1
}
