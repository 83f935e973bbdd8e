package dump

import (
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// zkState is where the reader is in the zookeeper member.
type zkState struct {
	sc    *jsonscan.Scanner // of the list: the reader's own, or of the text in the string
	inner *jsonscan.Scanner // kept for the next use
	text  *unescaper        // nil if the list is not in a string
	count int64             // nodes seen
	depth int               // of sc inside of the list

	nested bool // A12
	entry  jsonscan.Entry
	names  []byte
	ends   []int // lengths of names for each open level

	path, normal, stat []byte
}

const zkText = "the text of zookeeper: "

// offset translates an offset of the list's scanner.
func (z *zkState) offset(off int64) int64 {
	if z.text != nil {
		return z.text.offset(off)
	}
	return off
}

func (r *Reader) zkFailed() bool {
	z := &r.zk
	if z.text == nil {
		return r.failed()
	}
	if r.sc.Err() != nil {
		return r.failed()
	}
	return r.scanError(z.sc.Err(), zkText, z.offset)
}

func (r *Reader) beginZooKeeper() bool {
	r.zk = zkState{inner: r.zk.inner}
	r.sc.StreamNext()
	k := r.sc.Next()
	off := r.sc.Offset()
	switch {
	case k == jsonscan.Invalid:
		return r.failed()
	case k == jsonscan.String:
		return r.beginZKText()
	case k == jsonscan.Literal && string(r.sc.Raw()) == "null":
		r.layout |= EmptyZooKeeper
		r.next = append(r.next, ZooKeeperEnd)
		r.kind = ZooKeeperStart
		return true
	case k == jsonscan.ArrayStart:
		r.layout |= BareZooKeeper
		if !r.problem(&Problem{ID: "B-STR-4", Offset: off, Message: "zookeeper is a list instead of a string that holds one"}) {
			return false
		}
	case k == jsonscan.ObjectStart:
		r.zk.nested = true
	default:
		if r.damage("B-STR-4", off, "zookeeper is neither a string nor an object") {
			r.skipValue(r.sc, k, r.failed)
		}
		return false
	}
	r.zk.sc = r.sc
	return r.beginZKList()
}

// beginZKText opens the list in the string.
func (r *Reader) beginZKText() bool {
	z := &r.zk
	z.text = newUnescaper(r.sc)
	if z.inner == nil {
		z.inner = jsonscan.New(nil, jsonscan.Options{WTF8: true, OnFlaw: func(f jsonscan.Flaw, off int64, message string) error {
			p := flawProblem(f, r.zk.offset(off), zkText+message)
			if f == jsonscan.ByteOrderMark {
				p.ID, p.Damage, p.Fatal = "B-STR-5", true, true
			}
			r.problem(p)
			return r.err
		}})
	}
	z.inner.Reset(z.text, 0)
	z.sc = z.inner
	if r.emptyZKText() {
		r.layout |= EmptyZooKeeper
		r.next = append(r.next, ZooKeeperEnd)
		r.kind = ZooKeeperStart
		return true
	}
	switch z.sc.Next() {
	case jsonscan.Invalid:
		r.state = inZooKeeper
		return r.zkFailed()
	case jsonscan.ArrayStart:
		return r.beginZKList()
	case jsonscan.ObjectStart:
		z.nested = true
		return r.beginZKList()
	}
	return r.fatal("B-STR-5", z.offset(z.sc.Offset()), zkText+"neither a list nor an object")
}

// emptyZKText tells if the string is "".
func (r *Reader) emptyZKText() bool {
	u := r.zk.text
	for len(u.raw) == 0 && !u.done {
		part, err := r.sc.NextPart()
		if err != nil {
			return false
		}
		u.raw, u.done = part, !r.sc.More()
	}
	return len(u.raw) == 0
}

func (r *Reader) beginZKList() bool {
	r.zk.depth = r.zk.sc.Depth()
	r.state = inZooKeeper
	if r.zk.nested {
		r.nestedSet(r.zk.depth).Reset()
	}
	r.kind = ZooKeeperStart
	return true
}

// endZooKeeper checks that nothing follows.
func (r *Reader) endZooKeeper() bool {
	z := &r.zk
	if z.nested {
		if z.count == 0 {
			r.layout |= EmptyZooKeeper
		} else {
			r.layout |= NestedZooKeeper
		}
	}
	if z.text != nil {
		if k := z.sc.Next(); k != jsonscan.EOF {
			return r.zkFailed()
		}
	}
	if !r.finish(r.znodes, "a path") {
		return false
	}
	r.state = inRoot
	r.kind = ZooKeeperEnd
	return true
}

// nextZNode reads the next entry.
func (r *Reader) nextZNode() bool {
	if r.zk.nested {
		return r.nextNestedZNode()
	}
	z := &r.zk
	if e := &z.entry; z.sc.NextEntry(e) {
		n := &r.node
		n.Path.Raw, n.Path.Canonical = e.Path, true
		n.Data.set(e.Data)
		n.Stat, n.Shape = e.Stat, 0
		n.Offset, n.End = z.offset(e.Start), z.offset(e.End)
		return r.zNodeRead()
	}
	k := z.sc.Next()
	off := z.sc.Offset()
	switch k {
	case jsonscan.Invalid, jsonscan.EOF:
		return r.zkFailed()
	case jsonscan.ArrayEnd:
		return r.endZooKeeper()
	case jsonscan.ArrayStart:
	default:
		return r.badZNode(off, "an entry is not [path, [data, stat]]", k)
	}
	r.node = ZNode{Offset: z.offset(off)}
	if k := z.sc.Next(); k != jsonscan.String || z.sc.More() {
		return r.badZNode(z.sc.Offset(), "the path of an entry is not a string of less than 1 MiB", k)
	}
	z.path = append(z.path[:0], z.sc.Raw()...)
	r.node.Path = Text{z.path, z.sc.Plain()}
	if k := z.sc.Next(); k != jsonscan.ArrayStart {
		return r.badZNode(z.sc.Offset(), "an entry is not [path, [data, stat]]", k)
	}
	if !r.nodeData() {
		return false
	}
	if k := z.sc.Next(); k != jsonscan.ArrayEnd {
		return r.badZNode(z.sc.Offset(), "an entry has more than path and [data, stat]", k)
	}
	r.node.End = z.offset(z.sc.InputOffset())
	return r.zNodeRead()
}

// badZNode reports an entry of the wrong shape, whose last token was of kind
// k, and skips it.
func (r *Reader) badZNode(off int64, message string, k jsonscan.Kind) bool {
	z := &r.zk
	if k == jsonscan.Invalid || k == jsonscan.EOF {
		return r.zkFailed()
	}
	if !r.damage("B-STR-10", z.offset(off), message) {
		return false
	}
	z.count++
	for z.sc.More() {
		if _, err := z.sc.NextPart(); err != nil {
			return r.zkFailed()
		}
	}
	r.skipRest(z.sc, z.depth+len(z.ends), r.zkFailed)
	return false
}

// zNodeRead completes the node.
func (r *Reader) zNodeRead() bool {
	z := &r.zk
	n := &r.node
	path := n.Path.Decoded()
	if isNormalPath(path) {
		n.Normal = path[:len(path)-1]
	} else {
		z.normal = AppendNormalPath(z.normal[:0], path)
		n.Normal = z.normal
	}
	n.Hash = hashBytes(n.Normal)
	if !r.duplicateNode() {
		return false
	}
	z.count++
	r.kind = ZNodeRead
	return true
}

// duplicateNode looks if the path of the node was there before.
func (r *Reader) duplicateNode() bool {
	n := &r.node
	switch {
	case r.opts.OthersFindDuplicates:
		return true
	case r.opts.LateDuplicates:
		return r.finished(r.znodes.AddLater(n.Hash, n.Offset, r.latePath))
	}
	first, dup, err := r.znodes.Add(n.Hash, n.Offset)
	if err == nil && dup {
		return r.damage("B-STR-12", n.Offset, "path "+pathName(n.Path.Raw)+" occurs twice, first at byte "+itoa(first))
	}
	return r.finished(err)
}

// nodeData reads [data, stat] after its opening bracket.
func (r *Reader) nodeData() bool {
	z := &r.zk
	k := z.sc.Next()
	switch {
	case k == jsonscan.String:
		if !r.textValue(z.sc, &r.node.Data, r.zkFailed) {
			return false
		}
	case k == jsonscan.Literal && string(z.sc.Raw()) == "null":
		if err := r.value.reset(); err != nil {
			r.err = err
			return false
		}
		if _, err := r.value.Write(z.sc.Raw()); err != nil {
			r.err = err
			return false
		}
		r.node.Data = r.value.value(false, false)
	default:
		return r.badZNode(z.sc.Offset(), "the data of a node is neither text nor null", k)
	}
	if k := z.sc.Next(); k != jsonscan.ArrayStart {
		return r.badZNode(z.sc.Offset(), "the stat of a node is absent or not a list", k)
	}
	if !r.nodeStat() {
		return false
	}
	if k := z.sc.Next(); k != jsonscan.ArrayEnd {
		return r.badZNode(z.sc.Offset(), "a node has more than data and stat", k)
	}
	return true
}

const statNumbers = 11

// nodeStat reads the stat after its opening bracket: eleven integers, or one
// number (A11).
func (r *Reader) nodeStat() bool {
	z := &r.zk
	z.stat = append(z.stat[:0], '[')
	off := z.sc.Offset()
	float := false
	for n := 0; ; n++ {
		switch k := z.sc.Next(); {
		case k == jsonscan.Number && n < statNumbers:
			if n > 0 {
				z.stat = append(z.stat, ", "...)
			}
			z.stat = append(z.stat, z.sc.Raw()...)
			float = float || timeShape(z.sc.Raw()) != 0
		case k == jsonscan.ArrayEnd && n == 1:
			r.node.Shape |= ShortStat
			fallthrough
		case k == jsonscan.ArrayEnd && n == statNumbers && !float:
			z.stat = append(z.stat, ']')
			r.node.Stat = z.stat
			return true
		default:
			return r.badZNode(off, "the stat of a node is not a list of eleven integers", k)
		}
	}
}

// nextNestedZNode goes through the object of A12 until it meets a leaf.
func (r *Reader) nextNestedZNode() bool {
	z := &r.zk
	for {
		k := z.sc.Next()
		switch k {
		case jsonscan.Invalid, jsonscan.EOF:
			return r.zkFailed()
		case jsonscan.ObjectEnd:
			if !r.finish(r.nestedSet(z.sc.Depth()+1), "a name") {
				return false
			}
			if len(z.ends) == 0 {
				return r.endZooKeeper()
			}
			z.ends = z.ends[:len(z.ends)-1]
			continue
		}
		name := Text{z.sc.Raw(), z.sc.Plain()}
		off := z.sc.Offset()
		if !r.duplicate(r.nestedSet(z.sc.Depth()), r.h.text(name), z.offset(off), "name "+pathName(name.Raw)) {
			return false
		}
		from := 0
		if n := len(z.ends); n > 0 {
			from = z.ends[n-1]
		}
		z.names = append(z.names[:from], name.Raw...)
		if string(name.Raw) != "/" {
			if len(name.Raw) == 0 || name.Raw[len(name.Raw)-1] != '/' {
				z.names = append(z.names, '/')
			}
		}
		switch k := z.sc.Next(); k {
		case jsonscan.ObjectStart:
			r.nestedSet(z.sc.Depth()).Reset()
			z.ends = append(z.ends, len(z.names))
		case jsonscan.ArrayStart:
			r.node = ZNode{Offset: z.offset(off), Shape: NestedZK}
			z.path = append(z.path[:0], z.names...)
			r.node.Path = Text{Raw: z.path}
			if !r.nodeData() {
				return false
			}
			r.node.End = z.offset(z.sc.InputOffset())
			return r.zNodeRead()
		default:
			return r.badZNode(z.sc.Offset(), "a node is neither an object nor [data, stat]", k)
		}
	}
}
