package filter

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
	"github.com/dumptool/dumptool/dump/splice"
)

// spoken are nodes and rows that the member of an export speaks of and about
// which can't be decided by their names alone.
//
// Memory: 28 to 39 bytes for each of them.
type spoken struct {
	ids   ids
	kept  []bool
	seen  bool // the member came
	early bool // and something of what it speaks of may have come behind it
}

func (s *spoken) add(h dump.Hash) {
	s.ids.intern(h)
	for uint32(len(s.kept)) < s.ids.n {
		s.kept = append(s.kept, false)
	}
}

// decided notes what was decided about something, if the member speaks of it.
func (s *spoken) decided(h func() dump.Hash, keep bool) {
	if s.ids.n == 0 {
		return
	}
	if id, ok := s.ids.find(h()); ok {
		s.kept[id] = keep
	}
}

func (s *spoken) keeps(h dump.Hash) bool {
	id, ok := s.ids.find(h)
	return ok && s.kept[id]
}

// Begin does nothing: lists don't matter here.
func (s *spoken) Begin(int64) error { return nil }

// Other does nothing.
func (s *spoken) Other(dump.Place) error { return nil }

// Item notes what has to be remembered.
func (s *spoken) Item(m *livemeta.Item) error {
	switch {
	case !m.Cell:
		s.add(nodeHash(contrail.NormalizePath(m.Path.Decoded())))
	case m.Keyspace == agentKeyspace:
		s.add(rowHash(m.Keyspace, m.Table, dump.HashText(m.Key)))
	}
	return nil
}

// agentKeyspace is where whose a row is can be told by its value only.
const agentKeyspace = "useragent"

// pruner leaves out what the member of an export says of what is left out.
type pruner struct {
	c    *copier
	list splice.List
}

// member goes over a member of the top level.
func (c *copier) member(m *dump.Member) error {
	_, err := livemeta.Walk(m, &pruner{c: c})
	return err
}

// Begin begins a list.
func (p *pruner) Begin(open int64) error {
	p.list = splice.NewList(open)
	return nil
}

// Other keeps what isn't understood.
func (p *pruner) Other(at dump.Place) error {
	p.put(at, true)
	return nil
}

// Item keeps what is said of something that is kept.
func (p *pruner) Item(m *livemeta.Item) error {
	keep := false
	if m.Cell {
		keep = p.c.keepsSpokenCell(m)
	} else {
		keep = p.c.keepsSpokenNode(m)
	}
	p.put(m.Place, keep)
	return nil
}

func (p *pruner) put(at dump.Place, keep bool) {
	p.list.Comes(at.Start)
	if keep {
		p.c.out.Keep(&p.list, at.Start)
		p.list.Last = at.End
		return
	}
	p.c.out.Leave(&p.list, at.Start)
	p.c.out.Left(&p.list, at.End)
}

func (c *copier) keepsSpokenNode(m *livemeta.Item) bool {
	normal := contrail.NormalizePath(m.Path.Decoded())
	if !c.active {
		return c.wantsNode(normal) && (c.sel.List == nil || c.sel.List.hasNode(normal, c.trees))
	}
	return c.spoken.keeps(nodeHash(normal))
}

// keepsSpokenCell decides as is decided where the cell itself stands.
func (c *copier) keepsSpokenCell(m *livemeta.Item) bool {
	if !c.sel.KeepsKeyspace(m.Keyspace) || !c.sel.KeepsTable(m.Keyspace, m.Table) {
		return false
	}
	key := dump.HashText(m.Key)
	listed := c.sel.List == nil || c.sel.List.hasRow(m.Keyspace, m.Table, key)
	if !c.active {
		return listed
	}
	switch {
	case m.Keyspace == objectKeyspace && m.Table == objectTable:
		id, ok := c.objects.uuids.find(key)
		return ok && c.objects.has(id, kept) && c.keepsObjectColumn(m.Column)
	case m.Keyspace == objectKeyspace && (m.Table == nameTable || m.Table == sharedTable):
		if !listed && !c.followsObjects() {
			return false
		}
		name := m.Column.Decoded()
		return c.keeps(c.objects.ofUUID(name[bytes.LastIndexByte(name, ':')+1:], m.Key.String()))
	case m.Keyspace == agentKeyspace:
		return c.spoken.keeps(rowHash(m.Keyspace, m.Table, key))
	}
	b := c.objects.ofRow(m.Keyspace, m.Table, m.Key.Decoded(), nil)
	if !listed {
		return c.followsObjects() && b.found && c.keeps(b)
	}
	return c.keeps(b)
}
