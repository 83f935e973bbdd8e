package patch

import (
	"bytes"
	"errors"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// zkEdit is what happens to the nodes.
type zkEdit struct {
	active  bool // the patch has something about nodes
	form    zkForm
	value   int64 // where the value begins
	list    splice.List
	escaped bool   // the list is in a string
	parent  []byte // of the node before, below the same one as many others
	entry   bytes.Buffer
	text    []byte
}

// zkForm is how the nodes stand in the base.
type zkForm uint8

const (
	unknownForm zkForm = iota
	listForm           // in the string, or bare
	otherForm          // anything else: written anew as a list in a string (A10, A12)
)

func (a *applier) beginZooKeeper() {
	a.zkSeen = true
	at := a.look.Item(a.root.Last)
	_, value := a.look.Name(at)
	a.root.Comes(at)
	a.out.Keep(&a.root, at)
	a.zk = zkEdit{active: a.p.nodes.n > 0, value: value, list: splice.NewList(value), escaped: a.look.Byte(value) == '"'}
}

// form finds out, by the first node, or nil if there is none, how the nodes
// stand there.
func (a *applier) form(n *dump.ZNode) {
	z := &a.zk
	switch {
	case z.form != unknownForm:
		return
	case n != nil && n.Shape&dump.NestedZK == 0:
		z.form = listForm
		return
	case n == nil && !z.escaped && a.look.Byte(z.value) == '[':
		z.form = listForm
		z.list = splice.NewList(z.value + 1)
		return
	case n == nil && z.escaped:
		if raw, _ := a.look.Quoted(z.value); string(raw) == "[]" {
			z.form = listForm
			z.list = splice.NewList(z.value + 2)
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
	if !z.active {
		z.list.Items++
		z.list.Last = n.End
		return nil
	}
	a.form(n)
	z.list.Comes(n.Offset)
	if err := a.parentsBefore(n); err != nil {
		return err
	}
	e, ok, err := a.p.nodes.find(n.Hash)
	if err != nil {
		return err
	}
	var l *line
	if ok {
		if l, err = a.p.lineAt(e.offset); err != nil {
			return err
		}
		same, err := a.nodeIs(n, &l.old)
		if err != nil {
			return err
		}
		done := false
		if !same && a.o.ThreeWay {
			// A stat alone is no reason not to agree.
			if done, err = a.dataIs(n, &l.new); err != nil {
				return err
			}
			if !done {
				if same, err = a.dataIs(n, &l.old); err != nil {
					return err
				}
			}
			if !done && !same {
				// The patch has it written again, and nothing else.
				if done, err = a.writtenAgain(l); err != nil {
					return err
				}
			}
		}
		if !same && !done {
			a.conflict(l.path(nil), reasonOf(l.op, "is not what it was"))
		}
		if a.p.nodes.use(e); !same {
			l = nil
		}
	}
	switch {
	case l != nil && l.op == removed:
		if z.form == listForm {
			a.out.Leave(&z.list, n.Offset)
			a.out.Left(&z.list, n.End)
		}
		z.list.Last = n.End
		a.stats.Nodes++
		return nil
	case l != nil:
		a.keepNode(n.Offset)
		a.out.CopyTo(n.Offset)
		if err := a.writeNode(l); err != nil {
			return err
		}
		a.out.SkipTo(n.End)
	default:
		a.keepNode(n.Offset)
		if z.form == otherForm {
			if err := a.entry(n); err != nil {
				return err
			}
		}
	}
	z.list.Last = n.End
	return nil
}

// keepNode keeps a node; where all are written anew it writes what is before.
func (a *applier) keepNode(at int64) {
	if a.zk.form == listForm {
		a.out.Keep(&a.zk.list, at)
		return
	}
	a.separateNode()
}

// separateNode writes a comma between nodes that are written anew.
func (a *applier) separateNode() {
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

// entry writes an entry, with the escapes of the string around the list.
func (a *applier) entry(n *dump.ZNode) (err error) {
	a.unmuted(func() {
		switch {
		case !a.zk.escaped:
			err = writeEntry(a.out, n)
		case n.Data.Long():
			err = a.longEntry(n)
		default:
			a.zk.entry.Reset()
			err = writeEntry(&a.zk.entry, n)
			a.zk.text = jsonscan.AppendEscaped(a.zk.text[:0], a.zk.entry.Bytes())
			_, _ = a.out.Write(a.zk.text) // the splicer keeps its error
		}
	})
	return err
}

// longEntry is entry for a node that is not held.
func (a *applier) longEntry(n *dump.ZNode) error {
	pipe, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := writeEntry(w, n)
		w.CloseWithError(err)
		done <- err
	}()
	err := writeEscaped(a.out, pipe)
	pipe.CloseWithError(err)
	return errors.Join(err, <-done)
}

// writeNode writes the new entry of a node, if it is one.
func (a *applier) writeNode(l *line) error {
	n, err := a.nodeOf(&l.new)
	if err != nil {
		return err
	}
	if string(n.Normal) != l.names[0] {
		return a.p.one.bad(l.start, "an entry with another path than that of the node")
	}
	a.stats.Nodes++
	return a.entry(n)
}

// nodeOf reads one side of a line as a node.
func (a *applier) nodeOf(s *stored) (*dump.ZNode, error) {
	a.one.ResetZNode(a.p.text, s.text(), false)
	return readNode(a.one, a.p.file)
}

func (a *applier) nodeIs(n *dump.ZNode, s *stored) (bool, error) {
	if !s.set() {
		return false, nil
	}
	m, err := a.nodeOf(s)
	if err != nil {
		return false, err
	}
	return sameNode(n, m, a.temp())
}

// dataIs is nodeIs without the stat.
func (a *applier) dataIs(n *dump.ZNode, s *stored) (bool, error) {
	if !s.set() {
		return false, nil
	}
	m, err := a.nodeOf(s)
	if err != nil {
		return false, err
	}
	return sameValue(&n.Data, &m.Data, false, a.temp())
}

// writtenAgain tells of a node that the patch gives it another stat alone.
func (a *applier) writtenAgain(l *line) (bool, error) {
	if !l.old.set() {
		return false, nil
	}
	old, err := a.nodeOf(&l.old)
	if err != nil {
		return false, err
	}
	if old.Data.Long() {
		return false, nil // it is gone when the other one is read
	}
	copied := *old
	if old.Data.IsText {
		raw := bytes.Clone(old.Data.Raw())
		copied.Data = dump.TextValue(dump.Text{Raw: raw, Canonical: old.Data.Text().Canonical})
	}
	return a.dataIs(&copied, &l.new)
}

// parentsBefore adds the new nodes below which n is, the upper first.
func (a *applier) parentsBefore(n *dump.ZNode) error {
	z := &a.zk
	if a.p.newNodes.n == 0 {
		return nil
	}
	parent := n.Normal[:max(0, bytes.LastIndexByte(n.Normal, '/'))]
	if bytes.Equal(parent, z.parent) {
		return nil
	}
	z.parent = append(z.parent[:0], parent...)
	for k := 0; k <= len(parent); k++ {
		if k < len(parent) && parent[k] != '/' {
			continue
		}
		path := parent[:k]
		if k == 0 {
			path = []byte("/")
		}
		e, ok, err := a.p.nodes.find(hashBytes(path))
		if err != nil {
			return err
		}
		if !ok || e.op != added || a.p.nodes.isUsed(e) || bytes.Equal(path, n.Normal) {
			continue
		}
		a.p.nodes.use(e)
		l, err := a.p.lineAt(e.offset)
		if err != nil {
			return err
		}
		if z.form == listForm {
			a.out.Before(&z.list, n.Offset)
		} else {
			a.separateNode()
		}
		if err := a.writeNode(l); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) endZooKeeper() error {
	z := &a.zk
	if z.active && a.p.newNodes.n > 0 {
		a.form(nil)
		if err := a.newNodes(func(bool) {
			if z.form == listForm {
				a.out.Behind(&z.list)
			} else {
				a.separateNode()
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

// endOfZooKeeper returns where the value ends. Behind the last node of a list
// in a string there is no quote but the closing one.
func (a *applier) endOfZooKeeper() int64 {
	z := &a.zk
	if a.look.Byte(z.value) != '"' {
		return a.r.InputOffset()
	}
	if z.list.Items > 0 {
		off := z.list.Last
		for a.look.Err() == nil && a.look.Byte(off) != '"' {
			off++
		}
		return off + 1
	}
	_, end := a.look.Quoted(z.value)
	return end
}

// newNodes writes the added nodes that are not in the result yet; before is
// called before each.
func (a *applier) newNodes(before func(first bool)) error {
	r := a.p.lines(a.p.newNodes.first)
	first := true
	for r.off <= a.p.newNodes.last {
		l, err := r.next()
		if err != nil {
			return err
		}
		if l.kind != nodeLine || l.op != added {
			continue
		}
		e, ok, err := a.p.nodes.find(hashBytes([]byte(l.names[0])))
		if err != nil {
			return err
		}
		if !ok || a.p.nodes.isUsed(e) {
			continue
		}
		a.p.nodes.use(e)
		before(first)
		first = false
		if err := a.writeNode(l); err != nil {
			return err
		}
	}
	return nil
}
