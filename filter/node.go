package filter

import (
	"bytes"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// nodes is what happens to the list of ZooKeeper nodes.
type nodes struct {
	absent  bool // there is no such member
	cut     bool // some may be left out
	nested  bool // they stand in an object (A12) and are written anew as a list
	value   int64
	items   int
	list    splice.List
	data    []byte
	buf     []byte
	written int

	family  []byte // of the node before
	ofThese *Count
}

// familyCount returns the count of the nodes that go by the first component of
// a path, which most often is that of the node before.
func (z *nodes) familyCount(c *copier, normal []byte) *Count {
	name := contrail.Family(normal)
	if z.ofThese == nil || !bytes.Equal(name, z.family) {
		z.family = append(z.family[:0], name...)
		z.ofThese = count(c.report.Families, string(name))
	}
	return z.ofThese
}

func (c *copier) beginNodes() {
	z := &c.zk
	*z = nodes{absent: c.r.Layout()&dump.NoZooKeeper != 0}
	value := int64(0)
	if !z.absent {
		value = c.nextMember()
	}
	z.value = value
	z.cut = !z.absent && (c.sel.OmitZooKeeper || c.active || len(c.sel.ZKPaths) > 0 || c.sel.List != nil)
	if c.sel.OmitZooKeeper && !z.absent {
		c.out.CopyTo(value)
		c.out.Put(`"[]"`)
		c.out.Mute()
	}
}

func (c *copier) node(n *dump.ZNode) {
	z := &c.zk
	keep := c.keepsNode(n)
	z.familyCount(c, n.Normal).add(keep)
	c.spoken.decided(func() dump.Hash { return nodeHash(n.Normal) }, keep)
	z.items++
	if !z.cut || c.sel.OmitZooKeeper {
		return
	}
	if z.items == 1 {
		if z.nested = n.Shape&dump.NestedZK != 0; z.nested {
			c.out.CopyTo(z.value)
			c.out.Put(`"[`)
			c.out.Mute()
		}
		z.list = splice.NewList(z.value + 1)
	}
	if z.nested {
		if keep {
			c.rewrite(n)
		}
		return
	}
	z.list.Comes(n.Offset)
	if keep {
		c.out.Keep(&z.list, n.Offset)
		z.list.Last = n.End
		return
	}
	c.out.Leave(&z.list, n.Offset)
	c.out.Left(&z.list, n.End)
}

// rewrite writes a node of a nested object as an entry of a list in a string.
func (c *copier) rewrite(n *dump.ZNode) {
	z := &c.zk
	c.out.Unmute()
	defer c.out.Mute()
	if z.written++; z.written > 1 {
		c.out.Put(", ")
	}
	put := func(b []byte) {
		z.buf = jsonscan.AppendEscaped(z.buf[:0], b)
		c.out.Put(string(z.buf))
	}
	put([]byte(`["`))
	put(n.Path.Raw)
	put([]byte(`", [`))
	if n.Data.IsText {
		put([]byte{'"'})
	}
	io.Copy(escapes(put), n.Data.Open()) //nolint:errcheck // errors of the reader come with the next step, others don't occur
	if n.Data.IsText {
		put([]byte{'"'})
	}
	put([]byte(", "))
	put(n.Stat)
	put([]byte("]]"))
}

// escapes is a writer that hands on what it gets.
type escapes func([]byte)

func (f escapes) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}

func (c *copier) endNodes() {
	z := &c.zk
	if z.absent {
		return
	}
	end := c.r.InputOffset()
	switch {
	case c.sel.OmitZooKeeper:
		c.out.Unmute()
		c.out.SkipTo(end)
	case z.nested:
		c.out.Unmute()
		c.out.Put(`]"`)
		c.out.SkipTo(end)
	}
	c.root.Last = end
}

// keepsNode decides about a node.
func (c *copier) keepsNode(n *dump.ZNode) bool {
	if !c.wantsNode(n.Normal) {
		return false
	}
	listed := c.sel.List == nil || c.sel.List.hasNode(n.Normal, c.trees)
	if !c.active {
		return listed
	}
	what := contrail.Classify(n.Normal)
	c.zk.data = text(c.zk.data, &n.Data)
	b := c.objects.ofNode(what, c.zk.data)
	if !listed {
		return c.followsObjects() && b.found && c.keeps(b)
	}
	if c.sel.Closure && what.Kind == contrail.NodeSecurityGroupID && string(c.zk.data) == contrail.ReservedOwner {
		return true
	}
	return c.keeps(b)
}

// wantsNode tells if a node can be kept at all.
func (c *copier) wantsNode(normal []byte) bool {
	return !c.sel.OmitZooKeeper && (len(c.sel.ZKPaths) == 0 || c.onPath(normal))
}

// onPath tells if a node is one of those that are wanted, or below one. The
// paths can be written with or without the cluster id.
func (c *copier) onPath(normal []byte) bool {
	_, rest := contrail.SplitCluster(normal)
	for _, p := range c.sel.ZKPaths {
		wanted := contrail.NormalizePath([]byte(p))
		if isBelow(normal, wanted) || isBelow(append([]byte{'/'}, rest...), wanted) {
			return true
		}
	}
	return false
}

func isBelow(path, top []byte) bool {
	rest, ok := bytes.CutPrefix(path, top)
	return ok && (len(rest) == 0 || rest[0] == '/' || len(top) == 1)
}
