package diff

import (
	"errors"

	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// Where both dumps have an index, nothing is read but what differs: the indexes
// say which rows and nodes that are, and where to look for what they derive
// from. From there on all is as without an index.

// useIndexes finds the indexes. It returns false if they don't say enough.
func (c *comparison) useIndexes() (bool, error) {
	if c.o.Thorough {
		return false, nil
	}
	for i := range 2 {
		s := c.side(i)
		x, err := index.Of(s.d)
		if errors.Is(err, index.ErrNone) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		objects, err := objindex.Of(x)
		if errors.Is(err, objindex.ErrNone) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if s.layout, err = x.Layout(); err != nil {
			return false, err
		}
		if s.layout&dump.NestedZooKeeper != 0 {
			return false, nil // its nodes can't be read alone
		}
		s.index, s.objects = x, objects
	}
	return true, nil
}

// readIndexes is what read is without an index.
func (c *comparison) readIndexes() error {
	for i := range 2 {
		s := c.side(i)
		var err error
		if s.text, err = s.d.At(); err != nil {
			return err
		}
		s.source.text, s.source.nodes = s.text, s.layout&dump.BareZooKeeper == 0
		keyspaces, err := s.index.Keyspaces()
		if err != nil {
			return err
		}
		for _, ks := range keyspaces {
			if c.o.keyspace(ks) {
				s.keyspaces[ks] = false
			}
		}
		tables, err := s.index.Tables()
		if err != nil {
			return err
		}
		for _, t := range tables {
			if c.o.keyspace(t.Keyspace) {
				s.keyspaces[t.Keyspace] = true
				s.tables[c.tables.id(t.Keyspace, t.Name)] = t.Rows > 0
			}
		}
		if s.members, err = s.index.Members(); err != nil {
			return err
		}
		if err := s.wanted.lookUp(s); err != nil {
			return err
		}
	}
	return nil
}

// compareIndexedRows compares the rows that differ by their hashes.
func (c *comparison) compareIndexedRows() error {
	for pair, err := range c.ahead(index.DifferingRows(c.a.index, c.b.index, true)) {
		if err == nil {
			err = c.ctx.Err()
		}
		if err != nil {
			return err
		}
		any := pair.A
		if any == nil {
			any = pair.B
		}
		if !c.o.keyspace(any.Keyspace) {
			continue
		}
		var recs [2]*rowRecord
		for i, row := range []*index.Row{pair.A, pair.B} {
			if row == nil {
				continue
			}
			if recs[i], err = c.side(i).indexedRow(c.tables, row); err != nil {
				return err
			}
			if c.tables.infos[recs[i].table].kind == objectTable {
				c.side(i).cache.note(recs[i])
			}
		}
		if pair.A != nil && pair.B != nil {
			blocks, ok, err := index.DifferingBlocks(c.a.index, c.b.index, pair.A, pair.B, true)
			if err != nil {
				return err
			}
			if ok {
				recs[0].blocks, recs[1].blocks = blocks.A, blocks.B
				recs[0].wide, recs[1].wide = true, true
			}
		}
		if err := c.row(recs[0], recs[1]); err != nil {
			return err
		}
	}
	return nil
}

// blockCells is cellsThatDiffer for two wide rows of which the indexes know
// where they differ: only those parts are read.
func (c *comparison) blockCells(a, b *rowRecord, head func(a, b *rowView) error, each func(a, b *cell) error) error {
	var views [2]rowView
	var sorters [2]*spill.Sorter
	for i, rec := range []*rowRecord{a, b} {
		s, v := c.side(i), &views[i]
		v.exists = true
		sorters[i] = spill.NewSorter(c.temp, c.memory/20)
		defer sorters[i].Close()
		hash := s.hashCell(sorters[i], v)
		for _, block := range rec.blocks {
			if err := s.blockCells(block.Place, hash); err != nil {
				return err
			}
		}
		if c.tables.infos[rec.table].kind == objectTable {
			if err := s.seeNames(rec, v); err != nil {
				return err
			}
		}
		v.cells = max(v.cells, 1) // a wide row is not empty
	}
	if err := head(&views[0], &views[1]); err != nil {
		return err
	}
	return c.mergeCells(sorters, each)
}

// blockCells calls f for each cell of a block.
func (s *side) blockCells(p dump.Place, f func(*dump.Cell) error) error {
	r := s.reader()
	r.ResetCell(s.text, p)
	for r.Next() {
		if r.Kind() == dump.CellRead {
			if err := f(r.Cell()); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// seeNames finds type and fq_name of an object in the blocks that can hold
// them.
func (s *side) seeNames(rec *rowRecord, v *rowView) error {
	for block, err := range s.index.Blocks(rec.known) {
		if err != nil {
			return err
		}
		if v.typ != "" && v.fqName != nil {
			return nil
		}
		if !block.MayHold([]byte("type")) && !block.MayHold([]byte("fq_name")) {
			continue
		}
		err := s.blockCells(block.Place, func(d *dump.Cell) error {
			if !d.Name.Is("type") && !d.Name.Is("fq_name") {
				return nil
			}
			h, err := holdCell(d)
			v.see(&h)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// indexedRow makes the record of a row that the index has found.
func (s *side) indexedRow(t *tables, row *index.Row) (*rowRecord, error) {
	rec := &rowRecord{table: t.id(row.Keyspace, row.Table), keyAt: row.KeyAt, place: row.Place}
	name := string(row.Key)
	if row.Cut() {
		var err error
		if name, err = s.rowKey(rec); err != nil {
			return nil, err
		}
	}
	rec.key, rec.name, rec.known = textHash(name), name, row
	return rec, nil
}

// compareIndexedNodes compares the nodes that differ by their hashes.
func (c *comparison) compareIndexedNodes() error {
	for pair, err := range index.DifferingZNodes(c.a.index, c.b.index, true) {
		if err == nil {
			err = c.ctx.Err()
		}
		if err != nil {
			return err
		}
		var recs [2]*nodeRecord
		for i, n := range []*index.ZNode{pair.A, pair.B} {
			if n == nil {
				continue
			}
			// The hashes of the two sides differ: both are read again.
			recs[i] = &nodeRecord{place: n.Place, data: uint64(i)}
			if n.Flags&index.EphemeralNode != 0 {
				recs[i].flags |= ephemeralNode
			}
		}
		if err := c.node(recs[0], recs[1]); err != nil {
			return err
		}
	}
	return nil
}

// objectRow looks up the row of an object; nil if there is none.
func (s *side) objectRow(t *tables, uuid string) (*rowRecord, error) {
	if rec := s.cache.rows[uuid]; rec != nil {
		return rec, nil
	}
	row, found, err := s.index.Row(configKeyspace, "obj_uuid_table", []byte(uuid))
	if err != nil || !found {
		return nil, err
	}
	return s.indexedRow(t, &row)
}

// resolveIndexedNames is resolveNames with an index.
func (c *comparison) resolveIndexedNames(i int) error {
	p, s := &c.pending, c.side(i)
	asked, err := p.byName[i].Sort()
	if err != nil {
		return err
	}
	for asked.Next() {
		rec := asked.Record()
		var q question
		d := decoder{b: rec[24:]}
		q.decode(&d)
		if err := d.err(); err != nil {
			return err
		}
		uuid, found := "", false
		for o, err := range s.objects.ByName(q.typ, q.owner) {
			if err != nil {
				return err
			}
			found = true
			if q.kind == askName {
				break
			}
			row, err := s.objects.Row(o)
			if err != nil {
				return err
			}
			uuid = string(row.Key)
			break
		}
		if !found || q.kind == askName {
			err = p.answer(rec[16:24], found == q.present)
		} else {
			q.key = uuid
			e := encoder{b: append(appendHash(nil, textHash(uuid)), rec[16:24]...)}
			q.encode(&e)
			err = p.byRow[i].Add(e.b)
		}
		if err != nil {
			return err
		}
	}
	return asked.Err()
}

// resolveIndexedRows is resolveRows with an index.
func (c *comparison) resolveIndexedRows(i int) error {
	p, s := &c.pending, c.side(i)
	asked, err := p.byRow[i].Sort()
	if err != nil {
		return err
	}
	var b batch
	var key string
	flush := func() error {
		if len(b.numbers) == 0 {
			return nil
		}
		rec, err := s.objectRow(c.tables, key)
		if err != nil {
			return err
		}
		return c.answerBatch(s, rec, &b)
	}
	for asked.Next() {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		before := len(b.numbers)
		if err := b.add(asked.Record()); err != nil {
			return err
		}
		if q := b.questions[before]; q.key != key || before == maxBatch {
			// The new question is the first of the next batch.
			next := batch{b.numbers[before:], b.questions[before:]}
			b = batch{b.numbers[:before], b.questions[:before]}
			if err := flush(); err != nil {
				return err
			}
			b, key = next, q.key
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return asked.Err()
}

// findIndexedNames is findNames with an index.
func (s *side) findIndexedNames(t *tables, l *linked) error {
	for uuid := range l.uuids {
		if l.names[uuid] != nil {
			continue
		}
		rec, err := s.objectRow(t, uuid)
		if err != nil {
			return err
		}
		if rec == nil {
			continue
		}
		if err := s.nameOf(rec, uuid, l); err != nil {
			return err
		}
	}
	return nil
}
