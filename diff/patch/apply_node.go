package patch

import (
	"bytes"
	"errors"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// zkEdit is what happens to the nodes.
type zkEdit struct {
	parent []byte // of the node before, below the same one as many others
	entry  bytes.Buffer
	text   []byte
}

// BeginZooKeeper tells if the patch has something about nodes.
func (a *applier) BeginZooKeeper() bool {
	a.zk = zkEdit{}
	return a.p.nodes.n > 0
}

// Node deals with a node.
func (a *applier) Node(n *dump.ZNode) error {
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
		a.Nodes.Leave(n)
		a.stats.Nodes++
	case l != nil:
		return a.Nodes.Replace(n, func() error { return a.writeNode(l) })
	default:
		a.Nodes.Keep(n)
		if a.Nodes.Anew {
			return a.entry(n)
		}
	}
	return nil
}

// entry writes an entry, with the escapes of the string around the list.
func (a *applier) entry(n *dump.ZNode) error {
	return a.Nodes.Entry(func() error {
		switch {
		case !a.Nodes.Escaped:
			return writeEntry(a.Out, n)
		case n.Data.Long():
			return a.longEntry(n)
		}
		a.zk.entry.Reset()
		err := writeEntry(&a.zk.entry, n)
		a.zk.text = jsonscan.AppendEscaped(a.zk.text[:0], a.zk.entry.Bytes())
		_, _ = a.Out.Write(a.zk.text) // the splicer keeps its error
		return err
	})
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
	err := writeEscaped(a.Out, pipe)
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
		a.Nodes.Before(n)
		if err := a.writeNode(l); err != nil {
			return err
		}
	}
	return nil
}

// EndZooKeeper adds the nodes that are new and below none that is there.
func (a *applier) EndZooKeeper() error {
	if a.p.newNodes.n == 0 {
		return nil
	}
	return a.newNodes()
}

// newNodes writes the added nodes that are not in the result yet.
func (a *applier) newNodes() error {
	r := a.p.lines(a.p.newNodes.first)
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
		a.Nodes.Behind()
		if err := a.writeNode(l); err != nil {
			return err
		}
	}
	return nil
}
