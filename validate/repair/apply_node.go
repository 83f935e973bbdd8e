package repair

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/validate"
)

// zkEdit is what happens to the nodes.
type zkEdit struct {
	slashless bool   // paths have no leading slash
	bare      bool   // nor one at the end
	any       bool   // there was a node
	parent    []byte // of the node before, below the same one as many others
	treed     bool   // it is in a tree that goes, with the number of that edit
	tree      int
	escapes   []byte
}

var nodePrefix = func() []byte {
	k := nodeKey(nil, nil)
	return k[:len(k)-1]
}()

// BeginZooKeeper tells if there are edits of nodes.
func (a *applier) BeginZooKeeper() bool {
	a.zk = zkEdit{}
	c := a.edits.seek(nodePrefix)
	_, _, ok := c.next(nodePrefix)
	return ok || a.edits.root[validate.Reroot] != nil
}

// Node deals with a node.
func (a *applier) Node(n *dump.ZNode) error {
	z := &a.zk
	if !z.any {
		z.any = true
		z.slashless = !bytes.HasPrefix(n.Path.Raw, []byte{'/'}) && n.Shape&dump.NestedZK == 0
		z.bare = !bytes.HasSuffix(n.Path.Raw, []byte{'/'}) && n.Shape&dump.NestedZK == 0
	}
	if err := a.above(n); err != nil {
		return err
	}
	drop, e, number := a.decideNode(n)
	if err := a.edits.err; err != nil {
		return err
	}
	if drop {
		a.Nodes.Leave(n)
		return nil
	}
	return a.keepNode(n, e, number)
}

// decideNode finds the edit of a node, and tells if the node goes.
func (a *applier) decideNode(n *dump.ZNode) (drop bool, e *validate.Edit, number int) {
	if a.zk.treed {
		a.edits.use(a.zk.tree)
		return true, nil, 0
	}
	a.key = nodeKey(a.key[:0], n.Normal)
	if !a.edits.may(a.key) {
		return false, nil, 0
	}
	found, number, ok := a.edits.find(a.key)
	if !ok {
		return false, nil, 0
	}
	moved := a.edits.done.has(number) && found.Op == validate.MoveNode
	a.edits.met.set(number)
	switch found.Op {
	case validate.DropNode, validate.DropTree:
		a.edits.use(number)
		return true, nil, 0
	case validate.MoveNode:
		return moved, nil, 0
	case validate.Single:
		if p := a.places[number]; p.Start != n.Offset && !p.differs {
			a.edits.use(number)
			return true, nil, 0
		}
	case validate.SetNode:
		if a.edits.done.has(number) {
			return true, nil, 0 // it was put before those below it
		}
		if !found.IfAbsent && found.From == 0 {
			return false, &found, number
		}
	}
	return false, nil, 0
}

// keepNode keeps a node, with the edit e unless that is nil.
func (a *applier) keepNode(n *dump.ZNode, e *validate.Edit, number int) error {
	path := n.Path.Decoded()
	rerooted := false
	if r := a.edits.root[validate.Reroot]; r != nil {
		if p := reroot(path, r.Value); !bytes.Equal(p, path) {
			path, rerooted = p, true
			a.edits.use(r.number)
		}
	}
	if e == nil && !rerooted && !a.Nodes.Anew {
		a.Nodes.Keep(n)
		return nil
	}
	return a.Nodes.Replace(n, func() error {
		if e == nil {
			return a.copyEntry(path, n)
		}
		a.edits.use(number)
		return a.entry(path, e.Value, withLength(n.Stat, len(e.Value)))
	})
}

// reroot gives a path another cluster id.
func reroot(path []byte, cluster string) []byte {
	_, rest := contrail.SplitCluster(path)
	p := append([]byte(cluster+"/"), rest...)
	if bytes.HasSuffix(path, []byte{'/'}) {
		p = append(p, '/')
	}
	return p
}

// entry writes an entry, with the escapes of the string around the list.
func (a *applier) entry(path []byte, data string, stat []byte) error {
	b := contrail.AppendJSONString([]byte{'['}, path, true)
	b = contrail.AppendJSONString(append(b, ", ["...), data, true)
	b = append(append(append(b, ", "...), stat...), "]]"...)
	return a.Nodes.Entry(func() error {
		if a.Nodes.Escaped {
			a.zk.escapes = jsonscan.AppendEscaped(a.zk.escapes[:0], b)
			b = a.zk.escapes
		}
		_, err := a.Out.Write(b)
		return err
	})
}

// copyEntry writes an entry with the data and stat of a node.
func (a *applier) copyEntry(path []byte, n *dump.ZNode) error {
	head := contrail.AppendJSONString([]byte{'['}, path, true)
	data := io.Reader(strings.NewReader("null"))
	if n.Data.IsText {
		data = io.MultiReader(strings.NewReader(`"`), n.Data.Open(), strings.NewReader(`"`))
	}
	text := io.MultiReader(bytes.NewReader(append(head, ", ["...)), data, bytes.NewReader(append(append([]byte(", "), n.Stat...), "]]"...)))
	return a.Nodes.Entry(func() error {
		buf := make([]byte, 32<<10)
		for {
			k, err := io.ReadFull(text, buf)
			part := buf[:k]
			if a.Nodes.Escaped {
				// What stands between quotes was checked when it was read; bytes beyond ASCII can be cut anywhere.
				part = escapeText(a.zk.escapes[:0], part)
				a.zk.escapes = part
			}
			_, _ = a.Out.Write(part) // the splicer keeps its error
			switch {
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				return nil
			case err != nil:
				return err
			}
		}
	})
}

// escapeText escapes JSON text for a string around it. Bytes beyond ASCII stay as they are.
func escapeText(dst, text []byte) []byte {
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, ' ') // white space of the list
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// above adds the new nodes below which n is, the upper first, and finds out if n is in a tree that goes.
func (a *applier) above(n *dump.ZNode) error {
	z := &a.zk
	if !a.edits.newNodes && !a.edits.trees {
		return nil
	}
	parent := n.Normal[:max(0, bytes.LastIndexByte(n.Normal, '/'))]
	if bytes.Equal(parent, z.parent) {
		return nil
	}
	z.parent = append(z.parent[:0], parent...)
	z.treed = false
	for k := 1; k <= len(parent); k++ {
		if k < len(parent) && parent[k] != '/' {
			continue
		}
		a.key = nodeKey(a.key[:0], parent[:k])
		if !a.edits.may(a.key) {
			continue
		}
		e, number, ok := a.edits.find(a.key)
		if !ok || a.edits.done.has(number) && e.Op != validate.DropTree {
			continue
		}
		switch e.Op {
		case validate.DropTree:
			z.treed, z.tree = true, number
			return nil
		case validate.SetNode, validate.MoveNode:
			// One that is there already, but behind this one, is moved by the rule about that.
			if a.edits.met.has(number) {
				continue
			}
			if err := a.add(&e, number, func() { a.Nodes.Before(n) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// add writes a node that is new at this place, which place makes for it.
func (a *applier) add(e *validate.Edit, number int, place func()) error {
	p := a.places[number]
	if e.Op == validate.SetNode && p.found {
		return nil // it is there, somewhere behind
	}
	from, copied := a.sources[number]
	if e.Op == validate.MoveNode {
		from, copied = p.Place, p.found
		if !copied {
			return nil
		}
	}
	path := []byte(e.Path.Node)
	if r := a.edits.root[validate.Reroot]; r != nil {
		path = reroot(path, r.Value)
	} else if a.zk.slashless {
		path = bytes.TrimPrefix(path, []byte{'/'})
	}
	if !a.zk.bare {
		path = append(path, '/')
	}
	place()
	a.edits.use(number)
	if !copied {
		micro := a.time
		if micro == 0 {
			micro = a.newest
		}
		return a.entry(path, e.Value, newStat(micro, len(e.Value)))
	}
	a.one.ResetZNode(a.text, from, a.Nodes.Escaped && !a.Nodes.Anew)
	for a.one.Next() {
		if a.one.Kind() == dump.ZNodeRead {
			return a.copyEntry(path, a.one.ZNode())
		}
	}
	return errors.Join(a.one.Err(), errors.New("a node is not where it was"))
}

// EndZooKeeper adds the nodes that were not met.
func (a *applier) EndZooKeeper() error {
	if !a.edits.newNodes {
		return nil
	}
	return a.newNodes()
}

// newNodes adds the nodes that were not met.
func (a *applier) newNodes() error {
	c := a.edits.seek(nodePrefix)
	for {
		e, number, ok := c.next(nodePrefix)
		if !ok {
			return nil
		}
		if e.Op != validate.SetNode || a.edits.met.has(number) || a.edits.done.has(number) {
			continue
		}
		if err := a.add(&e, number, a.Nodes.Behind); err != nil {
			return err
		}
	}
}
