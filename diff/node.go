package diff

import (
	"fmt"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// znode is a node in memory.
type znode struct {
	path   string // as it stands there, decoded
	normal string
	data   *string
	long   *LongText // instead of data
	stat   string
}

// keepNested copies a node that has no entry of its own in the text.
func (s *side) keepNested(n *dump.ZNode, rec *nodeRecord) error {
	z, err := s.holdNode(n)
	if err != nil {
		return err
	}
	kept := &s.source.kept
	if z.long != nil {
		z.long.kind = keptText
		z.long.place.Start = kept.size
		if _, err := io.Copy(kept, n.Data.OpenDecoded()); err != nil {
			return err
		}
		z.long.place.End = kept.size
	}
	var e encoder
	e.str(z.path)
	e.str(z.normal)
	e.ptr(z.data)
	e.long(z.long)
	e.str(z.stat)
	rec.flags |= nestedNode
	rec.place.Start = kept.size
	if _, err := kept.Write(e.b); err != nil {
		return err
	}
	rec.place.End = kept.size
	return nil
}

// holdNode copies a node into memory, but for data that is too long for that.
func (s *side) holdNode(n *dump.ZNode) (*znode, error) {
	z := &znode{path: n.Path.String(), normal: string(n.Normal), stat: string(n.Stat)}
	switch {
	case !n.Data.IsText:
	case n.Data.Long() || n.Data.Size() > dump.LongValue:
		var hasher dump.CellHasher
		h, err := hasher.Value(&n.Data)
		if err != nil {
			return nil, err
		}
		z.long = &LongText{Size: n.Data.Size(), kind: longNode, hash: string(appendHash(nil, h)), source: s.source,
			place: dump.Place{Start: n.Offset, End: n.End}}
	default:
		text := string(n.Data.Text().Decoded())
		z.data = &text
	}
	return z, nil
}

// sameData compares the data of two nodes.
func sameData(a, b *znode) bool {
	if a.long == nil && b.long == nil {
		return a.data == nil && b.data == nil || a.data != nil && b.data != nil && *a.data == *b.data
	}
	return a.dataHash() == b.dataHash()
}

func (z *znode) dataHash() string {
	switch {
	case z.long != nil:
		return z.long.hash
	case z.data != nil:
		return string(appendHash(nil, textHash(*z.data)))
	}
	return ""
}

// readNode reads a node again.
func (s *side) readNode(rec *nodeRecord) (*znode, error) {
	if rec.flags&nestedNode != 0 {
		b, err := s.source.kept.read(rec.place)
		if err != nil {
			return nil, err
		}
		d := decoder{b: b}
		d.sources[s.source.number] = s.source
		z := &znode{path: d.str(), normal: d.str(), data: d.ptr(), long: d.long(), stat: d.str()}
		return z, d.err()
	}
	r := s.reader()
	r.ResetZNode(s.text, rec.place, s.source.nodes)
	var z *znode
	for r.Next() {
		if r.Kind() == dump.ZNodeRead {
			var err error
			if z, err = s.holdNode(r.ZNode()); err != nil {
				return nil, err
			}
			if z.long != nil {
				z.long.place = rec.place
			}
		}
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	if z == nil {
		return nil, fmt.Errorf("%s changed while it was read", s.d.Name())
	}
	return z, nil
}

func (s *side) reader() *dump.Reader {
	if s.one == nil {
		s.one = dump.RowReader(s.text, dump.Place{}, s.d.Name(), s.d.Options())
	}
	return s.one
}

// compareNodes merges the nodes of both sides.
func (c *comparison) compareNodes() error {
	a, b := c.a, c.b
	if err := a.firstNode(); err != nil {
		return err
	}
	if err := b.firstNode(); err != nil {
		return err
	}
	for a.hasSameNodes && a.nodeOK { // B's are the same; a path can still occur twice
		if err := a.nextNode(); err != nil {
			return err
		}
	}
	for a.nodeOK || b.nodeOK {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		order := 0
		switch {
		case !a.nodeOK:
			order = 1
		case !b.nodeOK:
			order = -1
		default:
			order = compareHash(a.node.path, b.node.path)
		}
		var x, y *nodeRecord
		if order <= 0 {
			x = &a.node
		}
		if order >= 0 {
			y = &b.node
		}
		if err := c.node(x, y); err != nil {
			return err
		}
		if x != nil {
			if err := a.nextNode(); err != nil {
				return err
			}
		}
		if y != nil {
			if err := b.nextNode(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *side) firstNode() (err error) {
	if s.nodeIt, err = s.nodes.Sort(); err != nil {
		return err
	}
	if s.nodeOK = s.nodeIt.Next(); s.nodeOK {
		s.node.parse(s.nodeIt.Record())
	}
	return nil
}

// nextNode goes to the next node. One with the same path is damage, and passed
// over if whoever is told of it says so.
func (s *side) nextNode() error {
	for {
		last := s.node
		if s.nodeOK = s.nodeIt.Next(); !s.nodeOK {
			return s.nodeIt.Err()
		}
		s.node.parse(s.nodeIt.Record())
		if s.node.path != last.path {
			return nil
		}
		if s.node.place.Start < last.place.Start {
			s.node, last = last, s.node
		}
		z, err := s.readNode(&s.node)
		if err != nil {
			return err
		}
		offset, message := s.node.place.Start, "path occurs twice"
		if s.node.flags&nestedNode != 0 {
			offset = -1
		} else {
			message += fmt.Sprintf(", first at byte %d", last.place.Start)
		}
		if err := s.damage("B-STR-12", offset, message, "zookeeper:"+z.path); err != nil {
			return err
		}
		s.node = last
	}
}

// node compares a node; one side can be absent.
func (c *comparison) node(x, y *nodeRecord) error {
	if x != nil && y != nil {
		if x.written != y.written {
			c.ignore(Spelling)
		}
		if x.data == y.data && !c.o.Thorough {
			if x.stat == y.stat {
				return nil
			}
			reason := ZKStat
			if (x.flags|y.flags)&ephemeralNode != 0 {
				reason = Ephemeral
			}
			if !c.o.Show[reason] {
				c.ignore(reason)
				return nil
			}
		}
	}
	var old, new *znode
	var err error
	if x != nil {
		if old, err = c.a.readNode(x); err != nil {
			return err
		}
	}
	if y != nil {
		if new, err = c.b.readNode(y); err != nil {
			return err
		}
	}
	any := old
	if new != nil {
		any = new
	}
	ch := &Change{Kind: ZNode, Op: Modified, Path: any.normal, Family: string(contrail.Family([]byte(any.path)))}
	switch {
	case old == nil:
		ch.Op = Added
		ch.NewData, ch.NewLong, ch.NewStat = new.data, new.long, new.stat
	case new == nil:
		ch.Op = Removed
		ch.OldData, ch.OldLong, ch.OldStat = old.data, old.long, old.stat
	default:
		ch.OldData, ch.NewData, ch.OldLong, ch.NewLong = old.data, new.data, old.long, new.long
		if old.stat != new.stat {
			ch.OldStat, ch.NewStat = old.stat, new.stat
		}
		if sameData(old, new) {
			if old.stat == new.stat {
				return nil
			}
			reason := ZKStat
			if (x.flags|y.flags)&ephemeralNode != 0 {
				reason = Ephemeral
			}
			if !c.o.Show[reason] {
				c.ignore(reason)
				return nil
			}
			return c.emit(ch)
		}
	}
	if (x != nil && x.flags&ephemeralNode != 0 || y != nil && y.flags&ephemeralNode != 0) && !c.o.Show[Ephemeral] {
		c.ignore(Ephemeral)
		return nil
	}
	if !c.o.Show[DerivedZK] {
		pending, err := c.derivedNode(ch, old, new)
		if pending || err != nil {
			return err
		}
	}
	return c.emit(ch)
}
