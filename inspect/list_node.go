package inspect

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/nearest"
	"github.com/dumptool/dumptool/internal/spill"
)

// leafEntry describes a node of the dump.
func leafEntry(z *dump.ZNode) *Entry {
	return &Entry{
		Kind:  EntryZNode,
		Path:  dump.Path{Level: dump.AtZNode, Node: string(z.Normal)},
		Nodes: 1,
		Leaf:  true,
		Bytes: z.Data.Size(),
		Stat:  string(z.Stat),
	}
}

// nodeCovers tells if the normalised path top is path or above it.
func nodeCovers(top string, path []byte) bool {
	if top == "/" {
		return true
	}
	return len(path) >= len(top) && string(path[:len(top)]) == top && (len(path) == len(top) || path[len(top)] == '/')
}

// childOf returns the component of path below top, and if path goes further.
// It is empty for top itself.
func childOf(top string, path []byte) (child []byte, deeper bool) {
	rest := path[len(top):]
	if top == "/" {
		rest = path[1:]
	}
	rest = bytes.TrimPrefix(rest, []byte{'/'})
	if i := bytes.IndexByte(rest, '/'); i >= 0 {
		return rest[:i], true
	}
	return rest, false
}

// nodes lists one level of the tree of ZooKeeper.
func (l *lister) nodes() error {
	top := l.what.Path.Node
	s := spill.NewSorter(l.opts.Temp, l.what.Memory/32)
	defer s.Close()
	c := children{sorter: s}
	var itself *Entry
	var siblings []string
	for l.r.Next() {
		if l.r.Kind() != dump.ZNodeRead {
			continue
		}
		z := l.r.ZNode()
		if !nodeCovers(top, z.Normal) {
			siblings = addSibling(siblings, top, z.Normal)
			continue
		}
		child, deeper := childOf(top, z.Normal)
		if len(child) == 0 {
			itself = leafEntry(z)
			continue
		}
		if err := c.add(child, z, deeper); err != nil {
			return err
		}
	}
	if err := l.r.Err(); err != nil {
		return err
	}
	if err := c.flush(); err != nil {
		return err
	}
	if c.n == 0 {
		switch {
		case itself != nil:
			return l.emit(itself)
		case top != "/":
			return &NotFound{What: l.what.Path.String(), Near: nearNodes(top, siblings)}
		}
	}
	return c.list(top, l.emit)
}

// children collects the nodes of one level. Many paths in a row go through the
// same one.
type children struct {
	sorter *spill.Sorter
	n      int
	name   []byte
	below  int64
	leaf   bool
	bytes  int64
	stat   []byte
	rec    []byte
}

func (c *children) add(name []byte, z *dump.ZNode, deeper bool) error {
	if err := c.count(name); err != nil {
		return err
	}
	if !deeper {
		c.leaf, c.bytes = true, z.Data.Size()
		c.stat = append(c.stat[:0], z.Stat...)
	}
	return nil
}

// count notes a node at or below a child.
func (c *children) count(name []byte) error {
	if c.n == 0 || string(c.name) != string(name) {
		if err := c.flush(); err != nil {
			return err
		}
		c.n++
		c.name = append(c.name[:0], name...)
	}
	c.below++
	return nil
}

// flush writes the child as a record: name, 0, number of nodes, and of a leaf
// its size and stat. A path has no zero byte.
func (c *children) flush() error {
	if c.below == 0 {
		return nil
	}
	c.rec = append(append(c.rec[:0], c.name...), 0)
	c.rec = binary.AppendUvarint(c.rec, uint64(c.below))
	if c.leaf {
		c.rec = binary.AppendUvarint(c.rec, uint64(c.bytes))
		c.rec = append(c.rec, c.stat...)
	}
	c.below, c.leaf, c.stat = 0, false, c.stat[:0]
	return c.sorter.Add(c.rec)
}

// list emits the children in order, each once.
func (c *children) list(top string, emit func(*Entry) error) error {
	it, err := c.sorter.Sort()
	if err != nil {
		return err
	}
	var e *Entry
	for it.Next() {
		name, rest, _ := bytes.Cut(it.Record(), []byte{0})
		path := strings.TrimSuffix(top, "/") + "/" + string(name)
		if e == nil || e.Path.Node != path {
			if e != nil {
				if err := emit(e); err != nil {
					return err
				}
			}
			e = &Entry{Kind: EntryZNode, Path: dump.Path{Level: dump.AtZNode, Node: path}}
		}
		below, n := binary.Uvarint(rest)
		e.Nodes += int64(below)
		if rest = rest[n:]; len(rest) > 0 {
			size, n := binary.Uvarint(rest)
			e.Leaf, e.Bytes, e.Stat = true, int64(size), string(rest[n:])
		}
	}
	if err := it.Err(); err != nil || e == nil {
		return err
	}
	return emit(e)
}

// maxSiblings bounds what is kept for a suggestion.
const maxSiblings = 1000

// addSibling keeps the components that stand where the last one of top does.
func addSibling(list []string, top string, path []byte) []string {
	dir := top[:strings.LastIndexByte(top, '/')]
	if dir == "" {
		dir = "/"
	}
	if len(list) == maxSiblings || !nodeCovers(dir, path) {
		return list
	}
	child, _ := childOf(dir, path)
	if n := len(list); len(child) == 0 || n > 0 && list[n-1] == string(child) {
		return list
	}
	return append(list, string(child))
}

func nearNodes(top string, siblings []string) []string {
	i := strings.LastIndexByte(top, '/')
	var near []string
	for _, name := range nearest.Names(top[i+1:], siblings) {
		near = append(near, dump.Path{Level: dump.AtZNode, Node: top[:i+1] + name}.String())
	}
	return near
}
