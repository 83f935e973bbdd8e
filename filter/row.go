package filter

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// rowMode says how a row is dealt with.
type rowMode uint8

const (
	wholeRow  rowMode = iota // it is kept
	noRow                    // it is not
	cutRow                   // each of its columns is decided about
	laterRow                 // it is decided about at its end
	hiddenRow                // its table is left out
)

// rowState is the row that is being read.
type rowState struct {
	mode    rowMode
	at      int64 // of its key
	first   int64 // where its first column begins
	begun   bool  // a column was kept
	listed  bool  // or there is no list
	index   bool  // it is one of an index table
	typ     string
	value   []byte
	columns int
}

func (c *copier) beginRow() {
	at, _ := c.r.Span()
	s := &c.rowState
	*s = rowState{at: at, value: s.value[:0]}
	if !c.keepTable {
		s.mode = hiddenRow
		c.countObject(false)
		return
	}
	c.table.Comes(at)
	if c.emptyTable {
		c.dropRow()
		return
	}
	keyspace, table := c.r.Keyspace(), c.r.Table()
	s.listed = c.sel.List == nil || c.sel.List.hasRow(keyspace, table, c.r.KeyHash())
	if !c.active {
		c.keepRow(s.listed)
		return
	}
	switch {
	case isObjects(c.r):
		id, _ := c.objects.uuids.find(c.r.KeyHash())
		if !c.objects.has(id, kept) {
			c.dropRow()
			return
		}
		c.countObject(true)
		s.mode = wholeRow
		if c.sel.Closure || len(c.sel.OmitSubtree) > 0 {
			c.cutColumns()
		} else {
			c.keepRow(true)
		}
	case keyspace == objectKeyspace && (table == nameTable || table == sharedTable):
		if !s.listed && !c.followsObjects() {
			c.dropRow()
			return
		}
		s.index = true
		s.typ = c.r.Key().String()
		c.cutColumns()
	case keyspace == agentKeyspace:
		s.mode = laterRow
	default:
		c.keepRow(c.keepsRow(c.objects.ofRow(keyspace, table, c.r.Key().Decoded(), nil)))
	}
}

// keepsRow decides about a row that belongs to an object.
func (c *copier) keepsRow(b belongs) bool {
	if !c.rowState.listed {
		return c.followsObjects() && b.found && c.keeps(b)
	}
	return c.keeps(b)
}

func (c *copier) keepRow(keep bool) {
	s := &c.rowState
	if !keep {
		c.dropRow()
		return
	}
	s.mode = wholeRow
	if isObjects(c.r) && !c.active {
		c.countObject(true)
	}
	c.tableCount.add(true)
	c.out.Keep(&c.table, s.at)
}

func (c *copier) dropRow() {
	c.rowState.mode = noRow
	c.countObject(false)
	c.tableCount.add(false)
	c.out.Leave(&c.table, c.rowState.at)
}

// countObject counts the object whose row it is, if it is one's.
func (c *copier) countObject(keep bool) {
	if c.objects == nil || !isObjects(c.r) {
		return
	}
	if id, ok := c.objects.uuids.find(c.r.KeyHash()); ok {
		count(c.report.Types, c.objects.typeOf(id)).add(keep)
	}
}

// cutColumns begins a row whose columns are decided about one by one.
func (c *copier) cutColumns() {
	_, value := c.look.Name(c.rowState.at)
	c.row = splice.NewList(value + 1)
	c.rowState.mode = cutRow
}

func (c *copier) cell(cell *dump.Cell) {
	s := &c.rowState
	switch s.mode {
	case cutRow:
	case laterRow:
		if cell.Name.Is("value") {
			s.value = text(s.value, &cell.Value)
		}
		return
	default:
		return
	}
	c.row.Comes(cell.Offset)
	if s.columns++; s.columns == 1 {
		s.first = cell.Offset
	}
	switch keep := c.keepsColumn(cell); {
	case keep && !s.begun:
		s.begun = true
		c.out.Keep(&c.table, s.at)
		c.out.CopyTo(s.first)
		c.out.Keep(&c.row, cell.Offset)
		c.row.Last = cell.End
	case keep:
		c.out.Keep(&c.row, cell.Offset)
		c.row.Last = cell.End
	case s.begun:
		c.report.Columns++
		c.out.Leave(&c.row, cell.Offset)
		c.out.Left(&c.row, cell.End)
	default:
		c.report.Columns++
		c.row.Last = cell.End
	}
}

// keepsColumn decides about a column of an object, or of an index.
func (c *copier) keepsColumn(cell *dump.Cell) bool {
	if !c.rowState.index {
		return c.keepsObjectColumn(cell.Name)
	}
	name := cell.Name.Decoded()
	uuid := name[bytes.LastIndexByte(name, ':')+1:]
	return c.keeps(c.objects.ofUUID(uuid, c.rowState.typ))
}

// keepsObjectColumn decides about a column of an object that is kept.
func (c *copier) keepsObjectColumn(column dump.Text) bool {
	if !c.sel.Closure && len(c.sel.OmitSubtree) == 0 {
		return true
	}
	switch raw := column.Raw; {
	case len(raw) == 0:
		return true
	case raw[0] == 'c', raw[0] == 'r', raw[0] == 'b', raw[0] == 'p', raw[0] == '\\':
	default:
		return true
	}
	col := contrail.ParseColumn(column.Decoded())
	if !col.Kind.IsLink() {
		return true
	}
	id, ok := c.objects.byUUID(col.Key)
	return !ok || !c.isCut(id)
}

func (c *copier) endRow() {
	_, end := c.r.Span()
	s := &c.rowState
	switch s.mode {
	case hiddenRow:
		c.tableCount.add(false)
		return
	case noRow:
		c.out.Left(&c.table, end)
		return
	case laterRow:
		c.keepRow(c.keepsRow(c.objects.ofRow(c.r.Keyspace(), c.r.Table(), c.r.Key().Decoded(), s.value)))
		c.spoken.decided(func() dump.Hash { return rowHash(c.r.Keyspace(), c.r.Table(), c.r.KeyHash()) }, s.mode == wholeRow)
		if s.mode == noRow {
			c.out.Left(&c.table, end)
			return
		}
	case cutRow:
		if !s.begun && s.columns > 0 {
			c.report.Columns -= int64(s.columns)
			c.dropRow()
			c.out.Left(&c.table, end)
			return
		}
		if !s.begun {
			c.out.Keep(&c.table, s.at)
		}
		c.tableCount.add(true)
	}
	c.table.Last = end
}
