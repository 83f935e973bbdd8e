package diff

import (
	"bytes"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// mostNames bounds the names of other objects that are looked up for a result.
const mostNames = 20_000

// linked collects the objects that shown link columns lead to.
type linked struct {
	uuids map[string]dump.Hash
	names map[string][]string
	known map[string][]string // of objects of B that were read anyway
}

// know remembers the name of an object of B.
func (l *linked) know(uuid string, name []string) {
	if len(l.known) >= mostNames || name == nil {
		return
	}
	if l.known == nil {
		l.known = map[string][]string{}
	}
	l.known[uuid] = name
}

// note remembers the objects that a change refers to.
func (l *linked) note(ch *Change) error {
	if ch.Kind == ZNode {
		for _, data := range []*string{ch.OldData, ch.NewData} {
			if data != nil && contrail.ValidUUID([]byte(*data)) {
				l.uuid(*data)
			}
		}
	}
	if ch.Kind != Object {
		return nil
	}
	for f, err := range ch.stored() {
		if err != nil || len(l.uuids) >= mostNames {
			return err
		}
		if col := contrail.ParseColumn([]byte(f.Name)); col.Kind.IsLink() {
			l.uuid(string(col.Key))
		}
	}
	return nil
}

func (l *linked) uuid(uuid string) {
	if len(l.uuids) >= mostNames {
		return
	}
	if l.uuids == nil {
		l.uuids = map[string]dump.Hash{}
	}
	l.uuids[uuid] = textHash(uuid)
}

// findNames looks up the names of the objects that the changes refer to, in B
// and, for those that are not there, in A.
func (c *comparison) findNames() error {
	l := &c.linked
	l.names = map[string][]string{}
	for uuid := range l.uuids {
		if name := l.known[uuid]; name != nil {
			l.names[uuid] = name
		}
	}
	for i := 1; i >= 0; i-- {
		if c.indexed {
			if err := c.side(i).findIndexedNames(c.tables, l); err != nil {
				return err
			}
			continue
		}
		if err := c.side(i).findNames(c.tables.id(configKeyspace, "obj_uuid_table"), l); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) findNames(table uint32, l *linked) error {
	type target struct {
		key  []byte
		uuid string
	}
	var wanted []target
	for uuid, h := range l.uuids {
		if l.names[uuid] == nil {
			k := draftKey(table, h)
			wanted = append(wanted, target{k[:], uuid})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	slices.SortFunc(wanted, func(a, b target) int { return bytes.Compare(a.key, b.key) })
	it, err := s.rows.Sort()
	if err != nil {
		return err
	}
	more := it.Next()
	for _, w := range wanted {
		for more && bytes.Compare(it.Record()[:rowKeyLen], w.key) < 0 {
			more = it.Next()
		}
		if !more {
			break
		}
		if !bytes.Equal(it.Record()[:rowKeyLen], w.key) {
			continue
		}
		var rec rowRecord
		rec.parse(it.Record())
		if err := s.nameOf(&rec, w.uuid, l); err != nil {
			return err
		}
	}
	return it.Err()
}

// nameOf reads the name of the object in a row.
func (s *side) nameOf(rec *rowRecord, uuid string, l *linked) error {
	var v rowView
	err := s.cells(rec.place, func(d *dump.Cell) error {
		if !d.Name.Is("fq_name") {
			return nil
		}
		h, err := holdCell(d)
		v.see(&h)
		return err
	})
	if v.fqName != nil {
		l.names[uuid] = v.fqName
	}
	return err
}

// NameOf returns the fq_name of an object that a link column or the data of a
// node leads to, in B or else in A; nil if neither has it, or if there are very many.
func (r *Result) NameOf(uuid string) []string { return r.names[uuid] }
