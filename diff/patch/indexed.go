package patch

import (
	"errors"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// Where both dumps have an index only what differs is read.

// useIndexes finds the indexes; false if there aren't two that say enough.
func (m *maker) useIndexes() (bool, error) {
	for _, s := range m.sides {
		x, err := index.Of(s.d)
		if errors.Is(err, index.ErrNone) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		layout, err := x.Layout()
		if err != nil {
			return false, err
		}
		if layout&dump.NestedZooKeeper != 0 {
			return false, nil // its nodes can't be read alone
		}
		s.index, s.escaped = x, layout&dump.BareZooKeeper == 0
	}
	return true, nil
}

// readIndex is what read is without an index.
func (s *side) readIndex() error {
	var err error
	if s.text, err = s.d.At(); err != nil {
		return err
	}
	keyspaces, err := s.index.Keyspaces()
	if err != nil {
		return err
	}
	for _, name := range keyspaces {
		s.keyspaces[name] = true
	}
	tables, err := s.index.Tables()
	if err != nil {
		return err
	}
	for _, t := range tables {
		s.keyspaces[t.Keyspace] = true
		s.tables[[2]string{t.Keyspace, t.Name}] = true
	}
	s.members, err = s.index.Members()
	return err
}

// indexedRows finds the rows that differ.
func (m *maker) indexedRows(changed *spill.Sorter) error {
	for pair, err := range index.DifferingRows(m.sides[0].index, m.sides[1].index, true) {
		if err == nil {
			err = m.ctx.Err()
		}
		if err != nil {
			return err
		}
		var row *index.Row
		var places [2]*dump.Place
		key := ""
		for i, r := range []*index.Row{pair.A, pair.B} {
			if r == nil {
				continue
			}
			row, places[i] = r, &r.Place
			key = string(r.Key)
			if r.Cut() {
				if key, err = readString(m.sides[i].text, r.KeyAt, r.Place.Start, m.sides[i].d.Name()); err != nil {
					return err
				}
			}
		}
		if err := m.addRow(changed, row.Keyspace, row.Table, key, places); err != nil {
			return err
		}
	}
	return nil
}

// indexedNodes finds the nodes that differ.
func (m *maker) indexedNodes(changed *spill.Sorter) error {
	for pair, err := range index.DifferingZNodes(m.sides[0].index, m.sides[1].index, true) {
		if err == nil {
			err = m.ctx.Err()
		}
		if err != nil {
			return err
		}
		var recs [2][]byte
		for i, n := range []*index.ZNode{pair.A, pair.B} {
			if n != nil {
				recs[i] = appendPlace(make([]byte, nodePlace), n.Place)
			}
		}
		if err := m.addNode(changed, recs[0], recs[1]); err != nil {
			return err
		}
	}
	return nil
}

// manyCells is the length of a row from which on it may be worth while to ask
// which parts of it differ.
const manyCells = 64 << 10

// blocks returns the parts of two rows in which they differ, if the indexes say
// so.
func (m *maker) blocks(keyspace, table, key string, places [2]*dump.Place) (parts [2][]index.Block, ok bool, err error) {
	if !m.indexed || places[0] == nil || places[1] == nil ||
		max(places[0].End-places[0].Start, places[1].End-places[1].Start) < manyCells {
		return parts, false, nil
	}
	var rows [2]index.Row
	for i, s := range m.sides {
		found := false
		if rows[i], found, err = s.index.Row(keyspace, table, []byte(key)); err != nil || !found {
			return parts, false, err
		}
	}
	pair, ok, err := index.DifferingBlocks(m.sides[0].index, m.sides[1].index, &rows[0], &rows[1], true)
	return [2][]index.Block{pair.A, pair.B}, ok, err
}
