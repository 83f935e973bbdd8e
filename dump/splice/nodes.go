package splice

import "github.com/dumptool/dumptool/dump"

// Nodes are the nodes of the member zookeeper, while they are gone through.
//
// The first of them shows in which form they stand. Where that is no list they
// are written anew as a list in a string (Anew), for which the Splicer is muted
// but in Entry.
type Nodes struct {
	Escaped bool // the list is in a string
	// Anew tells that the entries of nodes that are kept have to be written too.
	Anew bool

	look  *Cursor
	out   *Splicer
	value int64 // where the member's value begins
	known bool  // the form is
	list  List
}

func (w *Walk) beginZooKeeper() error {
	if err := w.nextMember(); err != nil {
		return err
	}
	value := w.keepMember()
	w.Nodes = Nodes{look: w.Look, out: w.Out, value: value, list: NewList(value), Escaped: w.Look.Byte(value) == '"'}
	w.HasZooKeeper = true
	w.edited = w.edit.BeginZooKeeper()
	return nil
}

func (w *Walk) node(n *dump.ZNode) error {
	if !w.edited {
		return nil
	}
	z := &w.Nodes
	z.settle(n)
	z.list.Comes(n.Offset)
	err := w.edit.Node(n)
	z.list.Last = n.End
	return err
}

func (w *Walk) endZooKeeper() (err error) {
	if w.edited {
		err = w.edit.EndZooKeeper()
	}
	end := w.In.InputOffset()
	w.Nodes.end(end)
	w.Out.Ended(&w.Root, end)
	return err
}

// AddZooKeeper adds the member to a dump that has none, with the nodes that add
// puts Behind.
func (w *Walk) AddZooKeeper(add func() error) error {
	w.Out.Behind(&w.Root)
	w.Out.Put(`"zookeeper": `)
	w.Nodes = Nodes{look: w.Look, out: w.Out}
	w.Nodes.writeAnew()
	err := add()
	w.Nodes.end(0)
	return err
}

// settle finds out by the first node, or nil if there is none, in which form the
// nodes stand.
func (z *Nodes) settle(first *dump.ZNode) {
	if z.known {
		return
	}
	z.known = true
	if first != nil {
		if first.Shape&dump.NestedZK == 0 {
			return
		}
	} else if open := z.emptyList(); open > 0 {
		z.list = NewList(open)
		return
	}
	z.out.CopyTo(z.value)
	z.writeAnew()
}

// emptyList returns what is behind the opening bracket of a list without nodes,
// or 0 where the value is another one.
func (z *Nodes) emptyList() int64 {
	if !z.Escaped {
		if z.look.Byte(z.value) == '[' {
			return z.value + 1
		}
		return 0
	}
	if raw, _ := z.look.Quoted(z.value); string(raw) == "[]" {
		return z.value + 2
	}
	return 0
}

// writeAnew begins the list that stands for what is in the text.
func (z *Nodes) writeAnew() {
	z.known, z.Anew, z.Escaped = true, true, true
	z.out.Put(`"[`)
	z.out.Mute()
}

// end ends the value, behind which is end.
func (z *Nodes) end(end int64) {
	if z.Anew {
		z.out.Unmute()
		z.out.Put(`]"`)
		z.out.SkipTo(end)
	}
}

// Keep keeps a node. Where all are written anew its entry has to be written.
func (z *Nodes) Keep(n *dump.ZNode) {
	if z.Anew {
		z.separate()
		return
	}
	z.out.Keep(&z.list, n.Offset)
}

// Leave leaves a node out.
func (z *Nodes) Leave(n *dump.ZNode) {
	if !z.Anew {
		z.out.Leave(&z.list, n.Offset)
		z.out.Left(&z.list, n.End)
	}
}

// Replace keeps a node with the entry that write writes.
func (z *Nodes) Replace(n *dump.ZNode, write func() error) error {
	z.Keep(n)
	z.out.CopyTo(n.Offset)
	err := write()
	z.out.SkipTo(n.End)
	return err
}

// Before makes place for an entry in front of a node about which nothing was
// said yet.
func (z *Nodes) Before(n *dump.ZNode) {
	if z.Anew {
		z.separate()
		return
	}
	z.out.Before(&z.list, n.Offset)
}

// Behind makes place for an entry behind all nodes.
func (z *Nodes) Behind() {
	if z.settle(nil); z.Anew {
		z.separate()
		return
	}
	z.out.Behind(&z.list)
}

// separate writes a comma between entries that are written anew.
func (z *Nodes) separate() {
	if z.list.Kept > 0 {
		z.out.Unmute()
		z.out.Put(", ")
		z.out.Mute()
	}
	z.list.Kept++
}

// Entry lets write write an entry.
func (z *Nodes) Entry(write func() error) error {
	if z.Anew {
		z.out.Unmute()
		defer z.out.Mute()
	}
	return write()
}
