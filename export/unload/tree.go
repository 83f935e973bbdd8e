package unload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// ErrNoAccess is the error of ZooKeeper.Node and Children for a node that may not
// be read.
var ErrNoAccess = errors.New("it may not be read")

// outsideFamilies stand at the real root even if there is a cluster id
// (dump-format 6.3).
var outsideFamilies = []string{"/validation", "/id/service-chain", "/id/pnf", "/id/f5-lb", "/job-manager"}

// walker reads the nodes below a root.
type walker struct {
	u     *unloader
	ctx   context.Context
	slots chan struct{} // for subtrees that are read at the same time
}

// Bounds of what is asked at the same time.
const (
	nodesAtOnce    = 64
	subtreesAtOnce = 8
)

// readNodes reads all of ZooKeeper into part.
func (u *unloader) readNodes(ctx context.Context, part *Part) error {
	w := &walker{u: u, ctx: ctx, slots: make(chan struct{}, subtreesAtOnce)}
	return w.root(part)
}

// root reads what is below the cluster's root, and what always stands at the
// real one.
func (w *walker) root(part *Part) error {
	o := &w.u.o
	root, shown := "", ""
	if o.ClusterID != "" {
		root, shown = "/"+o.ClusterID, o.ClusterID
	}
	if err := w.below(part, root, shown, func(name string) bool { return contrail.IsIgnored([]byte(name)) }); err != nil {
		return err
	}
	if o.ClusterID == "" || o.ZKCompat {
		return nil
	}
	for _, path := range outsideFamilies {
		if err := w.subtree(part, path, path); err != nil {
			return err
		}
	}
	return nil
}

// subtree reads a node and all below it, if it is there.
func (w *walker) subtree(part *Part, path, shown string) error {
	n, err := w.node(part, path)
	if err != nil || n == nil {
		return err
	}
	return w.tree(part, path, shown, n)
}

// node reads a node; nil if it is gone, or can't be read and is to be skipped.
func (w *walker) node(part *Part, path string) (*Node, error) {
	n, err := w.u.zookeeper.Node(w.ctx, path)
	return n, w.refused(part, path, err)
}

// refused is the error of a node, nil if the node is to be skipped.
func (w *walker) refused(part *Part, path string, err error) error {
	if errors.Is(err, ErrNoAccess) && w.u.o.SkipUnreadable {
		part.Counts.Skipped++
		w.u.note(fmt.Sprintf("zk:%s is left out: it may not be read", path))
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the ZooKeeper node %s: %w", path, err)
	}
	return nil
}

// tree writes a node that was read, and all below it.
func (w *walker) tree(part *Part, path, shown string, n *Node) error {
	inner := n.Stat.NumChildren > 0
	if !inner || (len(n.Data) > 0 || !open(n.ACL)) && !w.u.o.ZKCompat {
		if err := w.write(part, shown, n); err != nil {
			return err
		}
	}
	if !inner {
		return nil
	}
	skip := func(string) bool { return false }
	if w.u.o.ZKCompat {
		skip = func(name string) bool { return contrail.IsIgnored([]byte(name)) }
	}
	return w.below(part, path, shown, skip)
}

// below writes all below a node. Children are asked for ahead, and their
// subtrees gone through at the same time as far as there are slots.
func (w *walker) below(part *Part, path, shown string, skip func(name string) bool) error {
	real := path
	if real == "" {
		real = "/"
	}
	names, _, err := w.u.zookeeper.Children(w.ctx, real)
	if err = w.refused(part, real, err); err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return path == "" && name == "zookeeper" || skip(name) })
	slices.Sort(names)
	return w.all(part, path, shown, names)
}

// child is a node that was asked for.
type child struct {
	name string
	done chan struct{} // closed when the rest is there
	node *Node
	tree *Part // it and all below it, if that was read already
	// skipped counts the node if it can't be read.
	skipped Part
	err     error
}

// all writes children in their order, while those behind them are asked for.
func (w *walker) all(part *Part, path, shown string, names []string) (err error) {
	ahead := make(chan *child, nodesAtOnce)
	stop := make(chan struct{})
	go func() {
		defer close(ahead)
		for _, name := range names {
			c := &child{name: name, done: make(chan struct{})}
			select {
			case <-stop:
				return
			case ahead <- c:
			}
			go func() {
				defer close(c.done)
				w.ask(c, path, shown)
			}()
		}
	}()
	defer func() {
		close(stop)
		for c := range ahead {
			<-c.done
			if c.tree != nil {
				c.tree.Close()
			}
		}
	}()
	for c := range ahead {
		<-c.done
		part.Counts.Skipped += c.skipped.Counts.Skipped
		switch {
		case c.err != nil:
			err = c.err
		case c.tree != nil:
			err = part.join(c.tree)
		case c.node != nil:
			err = w.tree(part, path+"/"+c.name, shown+"/"+c.name, c.node)
		}
		if c.tree != nil {
			c.tree.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask reads a child, and what is below it if there is a slot.
func (w *walker) ask(c *child, path, shown string) {
	if c.node, c.err = w.node(&c.skipped, path+"/"+c.name); c.err != nil || c.node == nil || c.node.Stat.NumChildren == 0 {
		return
	}
	select {
	case w.slots <- struct{}{}:
		defer func() { <-w.slots }()
		tree := newPart(w.u.o.Temp)
		if c.err = w.tree(tree, path+"/"+c.name, shown+"/"+c.name, c.node); c.err != nil {
			tree.Close()
			return
		}
		c.tree = tree
	default:
	}
}

// join appends another part.
func (p *Part) join(q *Part) error {
	for _, s := range []struct{ to, from *Stream }{{&p.Text, &q.Text}, {&p.Extras, &q.Extras}} {
		if s.from.Size() == 0 {
			continue
		}
		if s.to.Size() > 0 {
			if _, err := s.to.Write([]byte(", ")); err != nil {
				return err
			}
		}
		if _, err := s.from.WriteTo(s.to); err != nil {
			return err
		}
	}
	p.Counts.add(&q.Counts)
	return nil
}

// write writes an entry of the list of nodes, as it stands in the string.
func (w *walker) write(part *Part, shown string, n *Node) error {
	shownPath, pathIsText := dump.AppendBytes(nil, []byte(shown+"/"))
	entry := append(append([]byte("["), shownPath...), ", ["...)
	dataIsText := true
	if n.Data == nil {
		entry = append(entry, "null"...)
	} else {
		entry, dataIsText = dump.AppendBytes(entry, n.Data)
	}
	entry = append(entry, ", "...)
	entry = append(n.Stat.append(entry), "]]"...)
	var b []byte
	if part.Text.Size() > 0 {
		b = append(b, ", "...)
	}
	b = appendEscaped(b, entry)
	if _, err := part.Text.Write(b); err != nil {
		return err
	}
	part.Counts.Nodes++
	if hidden(n.ACL) {
		part.Counts.HiddenACLs++
	}
	if n.Stat.EphemeralOwner != 0 || !open(n.ACL) || !dataIsText || !pathIsText {
		if err := part.nodeExtra(shownPath, n, dataIsText); err != nil {
			return err
		}
	}
	return w.u.pace.spend(w.ctx, len(b))
}

// hidden tells of an ACL that ZooKeeper does not show the hashes of its passwords
// to who may not administer the node: in their place stands an x.
func hidden(acl []ACL) bool {
	for _, a := range acl {
		if a.Scheme == "digest" && strings.HasSuffix(a.ID, ":x") {
			return true
		}
	}
	return false
}

func (p *Part) nodeExtra(path []byte, n *Node, dataIsText bool) error {
	var b []byte
	if p.Extras.Size() > 0 {
		b = append(b, ", "...)
	}
	b = append(append(append(b, '['), path...), ", {"...)
	sep := ""
	if n.Stat.EphemeralOwner != 0 {
		b = append(b, `"ephemeral": true`...)
		sep = ", "
	}
	if !open(n.ACL) {
		b = append(b, sep+`"acl": [`...)
		for i, a := range n.ACL {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = strconv.AppendInt(append(b, '['), int64(a.Perms), 10)
			b, _ = dump.AppendBytes(append(b, ", "...), []byte(a.Scheme))
			b, _ = dump.AppendBytes(append(b, ", "...), []byte(a.ID))
			b = append(b, ']')
		}
		b = append(b, ']')
		sep = ", "
		if hidden(n.ACL) {
			b = append(b, `, "acl_hidden": true`...)
		}
	}
	if !dataIsText {
		b = append(b, sep+`"data": "bytes"`...)
	}
	b = append(b, "}]"...)
	_, err := p.Extras.Write(b)
	return err
}
