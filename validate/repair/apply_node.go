package repair

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/validate"
)

// zkEdit is what happens to the nodes.
type zkEdit struct {
	value     int64 // where the member's value begins
	list      splice.List
	escaped   bool // the list is in a string
	slashless bool // paths have no leading slash
	bare      bool // nor one at the end
	any       bool // there was a node
	form      zkForm
	parent    []byte // of the node before, below the same one as many others
	treed     bool   // it is in a tree that goes, with the number of that edit
	tree      int
	escapes   []byte
}

// zkForm is how the nodes stand in the base.
type zkForm uint8

const (
	unknownForm zkForm = iota
	listForm           // in the string, or bare
	otherForm          // anything else: written anew as a list in a string (A10, A12)
)

// active tells if there are edits of nodes.
func (a *applier) active() bool {
	c := a.edits.seek(nodePrefix)
	_, _, ok := c.next(nodePrefix)
	return ok || a.edits.root[validate.Reroot] != nil
}

var nodePrefix = func() []byte {
	k := nodeKey(nil, nil)
	return k[:len(k)-1]
}()

func (a *applier) beginZooKeeper() {
	a.zkSeen = true
	at := a.look.Item(a.root.Last)
	_, value := a.look.Name(at)
	a.root.Comes(at)
	a.out.Keep(&a.root, at)
	a.zk = zkEdit{value: value, list: splice.NewList(value), escaped: a.look.Byte(value) == '"'}
	if !a.active() {
		a.zk.form = listForm // nothing will be done
	}
}

// decide finds out, by the first node, or nil if there is none, how the nodes stand there.
func (a *applier) decide(n *dump.ZNode) {
	z := &a.zk
	switch {
	case z.form != unknownForm:
		return
	case n != nil && n.Shape&dump.NestedZK == 0:
		z.form = listForm
		return
	case n == nil && !z.escaped && a.look.Byte(z.value) == '[':
		z.form, z.list = listForm, splice.NewList(z.value+1)
		return
	case n == nil && z.escaped:
		if raw, _ := a.look.Quoted(z.value); string(raw) == "[]" {
			z.form, z.list = listForm, splice.NewList(z.value+2)
			return
		}
	}
	z.form, z.escaped = otherForm, true
	a.out.CopyTo(z.value)
	a.out.Put(`"[`)
	a.out.Mute()
}

// node deals with a node.
func (a *applier) node(n *dump.ZNode) error {
	z := &a.zk
	a.decide(n)
	z.list.Comes(n.Offset)
	if !z.any {
		z.any = true
		z.slashless = !bytes.HasPrefix(n.Path.Raw, []byte{'/'}) && n.Shape&dump.NestedZK == 0
		z.bare = !bytes.HasSuffix(n.Path.Raw, []byte{'/'}) && n.Shape&dump.NestedZK == 0
	}
	if err := a.above(n); err != nil {
		return err
	}
	drop, e, number := a.decideNode(n)
	switch {
	case drop:
		if z.form == listForm {
			a.out.Leave(&z.list, n.Offset)
			a.out.Left(&z.list, n.End)
		}
	default:
		a.keepNode(n.Offset)
		if err := a.writeKept(n, e, number); err != nil {
			return err
		}
	}
	z.list.Last = n.End
	return nil
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

// keepNode keeps a node; where all are written anew it writes what is before.
func (a *applier) keepNode(at int64) {
	if a.zk.form == listForm {
		a.out.Keep(&a.zk.list, at)
		return
	}
	a.separate()
}

// separate writes a comma between nodes that are written anew.
func (a *applier) separate() {
	if a.zk.list.Kept > 0 {
		a.unmuted(func() { a.out.Put(", ") })
	}
	a.zk.list.Kept++
}

// unmuted lets f write while the base's own form is left out.
func (a *applier) unmuted(f func()) {
	if a.zk.form == otherForm {
		a.out.Unmute()
		defer func() { a.out.Mute() }()
	}
	f()
}

// writeKept writes a node that stays, if it isn't copied.
func (a *applier) writeKept(n *dump.ZNode, e *validate.Edit, number int) error {
	path := n.Path.Decoded()
	rerooted := false
	if r := a.edits.root[validate.Reroot]; r != nil {
		if p := reroot(path, r.Value); !bytes.Equal(p, path) {
			path, rerooted = p, true
			a.edits.use(r.number)
		}
	}
	if e == nil && !rerooted && a.zk.form == listForm {
		return nil
	}
	if a.zk.form == listForm {
		a.out.CopyTo(n.Offset)
	}
	var err error
	if e != nil {
		a.entry(path, e.Value, withLength(n.Stat, len(e.Value)))
		a.edits.use(number)
	} else {
		err = a.copyEntry(path, n)
	}
	if a.zk.form == listForm {
		a.out.SkipTo(n.End)
	}
	return err
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
func (a *applier) entry(path []byte, data string, stat []byte) {
	b := contrail.AppendJSONString([]byte{'['}, path, true)
	b = contrail.AppendJSONString(append(b, ", ["...), data, true)
	b = append(append(append(b, ", "...), stat...), "]]"...)
	a.unmuted(func() {
		if a.zk.escaped {
			a.zk.escapes = jsonscan.AppendEscaped(a.zk.escapes[:0], b)
			b = a.zk.escapes
		}
		_, _ = a.out.Write(b) // the splicer keeps its error
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
	var err error
	a.unmuted(func() {
		buf := make([]byte, 32<<10)
		for err == nil {
			var k int
			k, err = io.ReadFull(text, buf)
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF
			}
			part := buf[:k]
			if a.zk.escaped {
				// What stands between quotes was checked when it was read; bytes beyond ASCII can be cut anywhere.
				part = escapeText(a.zk.escapes[:0], part)
				a.zk.escapes = part
			}
			_, _ = a.out.Write(part) // the splicer keeps its error
		}
	})
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
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
			if err := a.add(&e, number, func() {
				if z.form == listForm {
					a.out.Before(&z.list, n.Offset)
				} else {
					a.separate()
				}
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// add writes a node that is new at this place.
func (a *applier) add(e *validate.Edit, number int, before func()) error {
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
	before()
	a.edits.use(number)
	if !copied {
		micro := a.time
		if micro == 0 {
			micro = a.newest
		}
		a.entry(path, e.Value, newStat(micro, len(e.Value)))
		return nil
	}
	a.one.ResetZNode(a.text, from, a.zk.escaped && a.zk.form == listForm)
	for a.one.Next() {
		if a.one.Kind() == dump.ZNodeRead {
			return a.copyEntry(path, a.one.ZNode())
		}
	}
	return errors.Join(a.one.Err(), errors.New("a node is not where it was"))
}

func (a *applier) endZooKeeper() error {
	z := &a.zk
	if a.edits.newNodes {
		a.decide(nil)
		if err := a.newNodes(func() {
			if z.form == listForm {
				a.out.Behind(&z.list)
			} else {
				a.separate()
			}
		}); err != nil {
			return err
		}
	}
	end := a.endOfZooKeeper()
	if z.form == otherForm {
		a.out.Unmute()
		a.out.Put(`]"`)
		a.out.SkipTo(end)
	}
	a.root.Last = end
	return nil
}

// newNodes adds the nodes that were not met.
func (a *applier) newNodes(before func()) error {
	c := a.edits.seek(nodePrefix)
	for {
		e, number, ok := c.next(nodePrefix)
		if !ok {
			return nil
		}
		if e.Op != validate.SetNode || a.edits.met.has(number) || a.edits.done.has(number) {
			continue
		}
		if err := a.add(&e, number, before); err != nil {
			return err
		}
	}
}

// endOfZooKeeper returns where the value ends. Behind the last node of a list in a string there is no quote but the closing
// one.
func (a *applier) endOfZooKeeper() int64 {
	z := &a.zk
	if a.look.Byte(z.value) != '"' {
		return a.r.InputOffset()
	}
	if z.list.Items > 0 && z.form != unknownForm {
		off := z.list.Last
		for a.look.Err() == nil && a.look.Byte(off) != '"' {
			off++
		}
		return off + 1
	}
	return a.behindString(z.value)
}
