package diff

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// Two plain dumps of one system, written by the same program, have nearly all of
// their rows in common byte by byte. Then one of them is read with all checks, and
// of the other only where its rows begin and end: what is the same text as a row
// that was checked is right and equal, everything else is read and compared as
// ever. Where this is not so, both are read as a whole instead.

// readVerbatim reads both dumps so. It returns false if they have to be read as a
// whole, because of what they are or because too little of them is the same.
func (c *comparison) readVerbatim(ctx context.Context) (bool, error) {
	if !c.mayBeVerbatim() {
		return false, nil
	}
	c.a.hashes, c.b.hashes = newTextHasher(c.a.text), newTextHasher(c.b.text)
	c.b.outlined = make(chan *dump.Place, 1)
	c.a.sameNodes = c.sameNodes
	g, gctx := errgroup.WithContext(ctx)
	var found dump.Outlined
	g.Go(func() (err error) {
		defer close(c.b.outlined)
		found, err = c.b.outline(gctx, c.tables)
		if err == nil {
			c.b.outlined <- &found.ZooKeeper
		}
		return err
	})
	g.Go(func() error { return c.a.read(gctx, c.tables, c.o) })
	err := g.Wait()
	ok := err == nil
	if ok {
		if ok, err = c.restOfB(&found); ok && err == nil {
			ok, err = c.mostlyVerbatim()
		}
	}
	if ok && err == nil {
		c.verbatim = true
		return true, nil
	}
	if err != nil && !errors.Is(err, dump.ErrNoOutline) {
		return false, err
	}
	// From the beginning.
	for _, s := range []*side{c.a, c.b} {
		s.close()
		s.source.kept.close()
		*s = *newSide(s.source.number, s.d, c.temp, c.memory)
		s.wanted = newWanted(c.o.Objects)
	}
	return false, nil
}

// mayBeVerbatim tells if it is worth a try, and lets the sides be read at any place.
func (c *comparison) mayBeVerbatim() bool {
	o := c.o
	if o.Thorough || o.MatchByName || len(o.Keyspaces)+len(o.OmitKeyspaces)+len(o.Objects) > 0 {
		return false
	}
	var styles [2]string
	for i := range 2 {
		s := c.side(i)
		if s.d.Encoding() != dump.Plain || s.d.Bytes() < 0 {
			return false
		}
		text, err := s.d.At()
		if err != nil {
			return false
		}
		s.text = text
		styles[i] = styleOf(text)
	}
	return styles[0] == styles[1] && styles[0] != ""
}

// styleOf is what stands between the first names of a text: two texts with other
// white space have no row in common.
func styleOf(text io.ReaderAt) string {
	b := make([]byte, 4<<10)
	n, err := text.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return ""
	}
	var style []byte
	for parts := bytes.Split(b[:n], []byte{'"'}); len(parts) > 3 && len(style) < 40; parts = parts[2:] {
		style = append(append(style, parts[2]...), '"')
	}
	return string(style)
}

// textHasher hashes parts of a text, given in the order of the text.
type textHasher struct {
	text  io.ReaderAt
	buf   []byte // what stands at start
	start int64
}

const textWindow = 1 << 20

func newTextHasher(text io.ReaderAt) *textHasher { return &textHasher{text: text} }

func (h *textHasher) sum(p dump.Place) (uint64, error) {
	size := p.End - p.Start
	if size > textWindow {
		x := xxh3.New()
		n, err := io.Copy(x, io.NewSectionReader(h.text, p.Start, size))
		if err == nil && n < size {
			err = io.ErrUnexpectedEOF
		}
		return x.Sum64(), err
	}
	if p.Start < h.start || p.End > h.start+int64(len(h.buf)) {
		if h.buf == nil {
			h.buf = make([]byte, textWindow)
		}
		n, err := h.text.ReadAt(h.buf[:textWindow], p.Start)
		if err != nil && err != io.EOF {
			return 0, err
		}
		h.buf, h.start = h.buf[:n], p.Start
		if int64(n) < size {
			return 0, io.ErrUnexpectedEOF
		}
	}
	at := p.Start - h.start
	return xxh3.Hash(h.buf[at : at+size]), nil
}

// outline notes the rows and containers of B.
func (s *side) outline(ctx context.Context, t *tables) (dump.Outlined, error) {
	var rec rowRecord
	var buf []byte
	var keyspace, table string
	known := false
	found, err := s.d.Outline(ctx, func(r *dump.OutlineRow) (err error) {
		if !known || r.Keyspace != keyspace || r.Table != table {
			keyspace, table, known = r.Keyspace, r.Table, true
			rec.table = t.id(keyspace, table)
			s.tables[rec.table] = true
		}
		rec.key, rec.keyAt, rec.place = dump.HashText(r.Key), r.KeyAt, r.Place
		if rec.sum, err = s.hashes.sum(r.Place); err != nil {
			return err
		}
		buf = rec.append(buf[:0])
		return s.rows.Add(buf)
	})
	if err != nil {
		return found, err
	}
	for _, name := range found.Keyspaces {
		s.keyspaces[name] = false
	}
	for _, x := range found.Tables {
		s.keyspaces[x.Keyspace] = true
		if id := t.id(x.Keyspace, x.Name); !s.tables[id] {
			s.tables[id] = false
		}
	}
	s.members = found.Members
	if found.ZooKeeper.End == 0 {
		return found, dump.ErrNoOutline
	}
	return found, nil
}

// sameNodes tells, when A's reading comes to the nodes, if the text of both is the
// same, so that none of them has to be noted. name is the end of the member's name.
func (c *comparison) sameNodes(name int64) (bool, error) {
	there, ok := <-c.b.outlined
	if !ok {
		return false, nil
	}
	head := make([]byte, 64)
	n, err := c.a.text.ReadAt(head, name)
	if err != nil && err != io.EOF {
		return false, err
	}
	k := bytes.IndexByte(head[:n], '"')
	if k < 0 || string(bytes.TrimSpace(head[:k])) != ":" {
		return false, nil
	}
	here := dump.Place{Start: name + int64(k), End: name + int64(k) + there.End - there.Start}
	if here.End > c.a.d.Bytes() {
		return false, nil
	}
	x, err := newTextHasher(c.a.text).sum(here)
	if err != nil {
		return false, err
	}
	y, err := newTextHasher(c.b.text).sum(*there)
	return x == y, err
}

// nodeLayouts are the deviations that say how the nodes are written.
const nodeLayouts = dump.EmptyZooKeeper | dump.NestedZooKeeper | dump.BareZooKeeper | dump.NoZooKeeper

// restOfB reads what B has beside rows. It returns false if a member of B is another
// than that of A: nobody has looked into it yet.
func (c *comparison) restOfB(found *dump.Outlined) (bool, error) {
	a, b := c.a, c.b
	b.source.text = b.text
	for name, p := range found.Members {
		q, ok := a.members[name]
		if !ok || q.End-q.Start != p.End-p.Start {
			return false, nil
		}
		x, err := newTextHasher(a.text).sum(q)
		if err != nil {
			return false, err
		}
		if y, err := newTextHasher(b.text).sum(p); x != y || err != nil {
			return false, err
		}
	}
	if a.hasSameNodes {
		b.layout = a.layout & nodeLayouts
	} else if err := b.readNodes(c.ctx, found.ZooKeeper); err != nil {
		return false, err
	}
	b.source.nodes = b.layout&dump.BareZooKeeper == 0
	b.findsDuplicates = true
	return true, nil
}

// readNodes notes the nodes in the member zookeeper, whose value stands at p.
func (s *side) readNodes(ctx context.Context, p dump.Place) error {
	options := s.d.Options()
	options.OthersFindDuplicates = true
	r := dump.RowReader(s.text, dump.Place{}, s.d.Name(), options)
	defer r.Close()
	r.ResetZooKeeper(s.text, p)
	var hasher cellHasher
	for r.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.Kind() == dump.ZNodeRead {
			if err := s.addNode(r.ZNode(), &hasher); err != nil {
				return err
			}
		}
	}
	s.layout = r.Layout() & nodeLayouts
	return r.Err()
}

// mostlyVerbatim goes over the rows and tells if few enough differ. It remembers
// the objects of A that B doesn't have as they are.
func (c *comparison) mostlyVerbatim() (bool, error) {
	pairs, err := spill.NewPairs(c.a.rows, c.b.rows, func(rec []byte) []byte { return rec[:rowKeyLen] })
	if err != nil {
		return false, err
	}
	c.others = map[dump.Hash]bool{}
	objects := c.tables.id(configKeyspace, "obj_uuid_table")
	var a, b rowRecord
	rows, differ := 0, 0
	for pairs.Next() {
		if err := c.ctx.Err(); err != nil {
			return false, err
		}
		x, y := pairs.Record(0), pairs.Record(1)
		if x != nil {
			a.parse(x)
		}
		if y != nil {
			b.parse(y)
		}
		rows++
		if x == nil || y == nil || a.sum != b.sum {
			differ++
			if x != nil && a.table == objects {
				c.others[a.key] = true
			}
		}
		if len(c.others) > mostOthers {
			return false, nil
		}
	}
	return differ < 1000 || differ < rows/10, pairs.Err()
}

// mostOthers bounds the objects that mostlyVerbatim remembers.
const mostOthers = 100_000

// nameRecords are records of names in order.
type nameRecords interface {
	Next() bool
	Record() []byte
	Err() error
}

// namesOf returns the names of the objects of a side. Those of B that it has in
// common with A were noted there.
func (c *comparison) namesOf(i int) (nameRecords, error) {
	own, err := c.side(i).names.Sort()
	if i == 0 || !c.verbatim || err != nil {
		return own, err
	}
	shared, err := c.a.names.Sort()
	if err != nil {
		return nil, err
	}
	m := &sharedNames{lists: [2]*spill.Iterator{own, shared}, others: c.others}
	m.next(0)
	m.next(1)
	return m, nil
}

// sharedNames merges the names of B alone with those of A, without those of objects
// that B doesn't have as they are in A.
type sharedNames struct {
	lists  [2]*spill.Iterator
	others map[dump.Hash]bool
	ok     [2]bool
	at     int // the list that Record is from; 2 before the first
	begun  bool
}

func (m *sharedNames) next(i int) {
	for m.ok[i] = m.lists[i].Next(); i == 1 && m.ok[i] && m.others[parseHash(m.lists[i].Record()[16:])]; {
		m.ok[i] = m.lists[i].Next()
	}
}

func (m *sharedNames) Next() bool {
	if m.begun {
		m.next(m.at)
	}
	m.begun = true
	m.at = 0
	if !m.ok[0] || m.ok[1] && bytes.Compare(m.lists[1].Record(), m.lists[0].Record()) < 0 {
		m.at = 1
	}
	return m.ok[m.at]
}

func (m *sharedNames) Record() []byte { return m.lists[m.at].Record() }

func (m *sharedNames) Err() error { return errors.Join(m.lists[0].Err(), m.lists[1].Err()) }

// noteName notes the name of an object of B that A doesn't have as it is.
func (c *comparison) noteName(rec *rowRecord, v *rowView) error {
	if !c.verbatim || !v.exists || v.typ == "" || v.fqName == nil {
		return nil
	}
	h := joinedHash(v.typ, contrail.JoinName(v.fqName))
	return c.b.names.Add(appendHash(appendHash(nil, h), rec.key))
}
