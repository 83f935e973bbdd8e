package patch

import (
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// rowEdit is what happens to the row that is being read.
type rowEdit struct {
	active bool
	hash   dump.Hash
	op     op
	line   line
	// next is a column to be added, sorted by name, and lines is behind it.
	lines  *lineReader
	next   *line
	sorted bool // the columns so far are sorted
	last   []byte
}

// BeginRow finds out what happens to the row.
func (a *applier) BeginRow(at int64) error {
	hash := within(a.tableHash, a.In.KeyHash())
	e, ok, err := a.p.rows.find(hash)
	if err != nil {
		return err
	}
	if !ok {
		a.Out.Keep(&a.Table, at)
		return nil
	}
	a.p.rows.use(e)
	l, err := a.p.lineAt(e.offset)
	if err != nil {
		return err
	}
	edit := &a.rowEdit
	*edit = rowEdit{active: true, hash: hash, op: e.op, line: *l, lines: edit.lines, sorted: true, last: edit.last[:0]}
	_, value := a.Look.Name(at)
	a.row = splice.NewList(value + 1)
	if e.op == removed {
		a.Out.Leave(&a.Table, at)
		return nil
	}
	if e.op == added && !a.o.ThreeWay {
		a.conflict(l.path(nil), "is there already")
	}
	a.Out.Keep(&a.Table, at)
	if edit.lines == nil {
		edit.lines = newLineReader(a.p.file, a.p.text, a.p.reverse, 64<<10)
	}
	edit.lines.seek(e.offset)
	if _, err := edit.lines.next(); err != nil {
		return err
	}
	return a.nextColumn()
}

// nextColumn goes to the next column that the patch adds to the row.
func (a *applier) nextColumn() error {
	edit := &a.rowEdit
	for {
		l, err := edit.lines.next()
		if err != nil {
			return err
		}
		if l == nil || l.kind != cellLine {
			edit.next = nil
			return nil
		}
		if l.op != added {
			continue
		}
		e, ok, err := a.p.cells.find(within(edit.hash, nameHash(l.names[0])))
		if err != nil {
			return err
		}
		if ok && !a.p.cells.isUsed(e) {
			edit.next = l
			return nil
		}
	}
}

// EndRow adds the columns that are new and belong behind all others.
func (a *applier) EndRow() error {
	edit := &a.rowEdit
	if !edit.active {
		return nil
	}
	edit.active = false
	a.stats.Rows++
	if edit.op == removed {
		if a.row.Kept > 0 {
			a.conflict(edit.line.path(nil), "has a column that the patch does not know")
		}
		return nil
	}
	for {
		if due, err := a.due(); err != nil || !due {
			return err
		}
		a.Out.Behind(&a.row)
		if err := a.addColumn(); err != nil {
			return err
		}
	}
}

// due tells if there is a column to add, and passes over those that the row
// turned out to have.
func (a *applier) due() (bool, error) {
	edit := &a.rowEdit
	for edit.next != nil {
		e, _, err := a.p.cells.find(within(edit.hash, nameHash(edit.next.names[0])))
		if err != nil {
			return false, err
		}
		if !a.p.cells.isUsed(e) {
			return true, nil
		}
		if err := a.nextColumn(); err != nil {
			return false, err
		}
	}
	return false, nil
}

// addColumn writes the column that is next.
func (a *applier) addColumn() error {
	edit := &a.rowEdit
	e, _, err := a.p.cells.find(within(edit.hash, nameHash(edit.next.names[0])))
	if err != nil {
		return err
	}
	a.p.cells.use(e)
	if err := a.writeCell(edit.next); err != nil {
		return err
	}
	return a.nextColumn()
}

// writeCell writes a new column with its name.
func (a *applier) writeCell(l *line) error {
	a.Out.Section(a.p.text, l.name)
	a.Out.Put(": ")
	return a.writeNew(l)
}

// writeNew writes the new value of a cell, if it is one.
func (a *applier) writeNew(l *line) error {
	if _, err := a.cellOf(&l.new); err != nil {
		return err
	}
	a.Out.Section(a.p.text, l.new.text())
	a.stats.Cells++
	return nil
}

// cellOf reads one side of a line as a cell; its name means nothing.
func (a *applier) cellOf(s *stored) (*dump.Cell, error) {
	a.one.ResetCell(a.p.text, s.member)
	return readCell(a.one, a.p.file)
}

// cellIs tells if a cell is what one side of a line says.
func (a *applier) cellIs(c *dump.Cell, s *stored) (bool, error) {
	if !s.set() {
		return false, nil
	}
	d, err := a.cellOf(s)
	if err != nil {
		return false, err
	}
	return sameCell(c, d, byMeaning(a.In.Keyspace(), a.In.Table()), a.temp())
}

// Cell deals with a cell, if the patch touches its row.
func (a *applier) Cell(c *dump.Cell) error {
	edit := &a.rowEdit
	if !edit.active {
		return nil
	}
	a.row.Comes(c.Offset)
	e, ok, err := a.p.cells.find(within(edit.hash, c.NameHash()))
	if err != nil {
		return err
	}
	if edit.op != removed {
		if err := a.columnsBefore(c); err != nil {
			return err
		}
	}
	var l *line
	var merged []byte
	if ok {
		if l, err = a.p.lineAt(e.offset); err != nil {
			return err
		}
		same, err := a.cellIs(c, &l.old)
		if err != nil {
			return err
		}
		done := false
		if !same && a.o.ThreeWay {
			var m merge3
			if m, err = a.mergeCell(c, l); err != nil {
				return err
			}
			switch done = true; {
			case m.conflict != "":
				a.conflict(l.path(&edit.line), m.conflict)
			case m.takeNew:
				same = true
			case m.text != nil:
				merged = m.text
			}
		}
		if !same && !done {
			a.conflict(l.path(&edit.line), reasonOf(l.op, "is not what it was"))
		}
		if a.p.cells.use(e); !same {
			l = nil
		}
	}
	switch {
	case merged != nil:
		a.Out.Keep(&a.row, c.Offset)
		_, value := a.Look.Name(c.Offset)
		a.Out.CopyTo(value)
		_, _ = a.Out.Write(merged) // the splicer keeps its error
		a.stats.Cells++
		a.Out.SkipTo(c.End)
	case l == nil:
		a.Out.Keep(&a.row, c.Offset)
	case l.op == removed:
		a.Out.Leave(&a.row, c.Offset)
		a.Out.Left(&a.row, c.End)
		a.stats.Cells++
		return nil
	default:
		a.Out.Keep(&a.row, c.Offset)
		_, value := a.Look.Name(c.Offset)
		a.Out.CopyTo(value)
		if err := a.writeNew(l); err != nil {
			return err
		}
		a.Out.SkipTo(c.End)
	}
	a.row.Last = c.End
	return nil
}

// columnsBefore adds the columns whose place is before c.
func (a *applier) columnsBefore(c *dump.Cell) error {
	edit := &a.rowEdit
	if !edit.sorted || edit.next == nil {
		return nil
	}
	name := c.Name.AppendDecoded(a.nameBuffer[:0])
	a.nameBuffer = name
	if a.row.Items > 1 && string(name) < string(edit.last) {
		edit.sorted = false
		return nil
	}
	edit.last = append(edit.last[:0], name...)
	for {
		if due, err := a.due(); err != nil || !due || edit.next.names[0] >= string(name) {
			return err
		}
		a.Out.Before(&a.row, c.Offset)
		if err := a.addColumn(); err != nil {
			return err
		}
	}
}

// newRows adds the rows that are new in a table.
func (a *applier) newRows(key [2]string, t *tableEdits, l *splice.List) error {
	if t.newRows.n == 0 {
		return nil
	}
	r := a.p.lines(t.newRows.first)
	table := tableHash(key[0], key[1])
	cells := -1 // of the row that is being written
	var row dump.Hash
	end := func() {
		if cells >= 0 {
			a.Out.Put("}")
		}
		cells = -1
	}
	for {
		last := r.off > t.newRows.last
		n, err := r.next()
		if err != nil {
			return err
		}
		if n == nil || n.kind != cellLine {
			end()
			if n == nil || last {
				return nil
			}
		}
		switch {
		case n.kind == rowLine && n.op == added && n.names[0] == key[0] && n.names[1] == key[1]:
			row = within(table, nameHash(n.names[2]))
			e, ok, err := a.p.rows.find(row)
			if err != nil {
				return err
			}
			if !ok || a.p.rows.isUsed(e) {
				continue
			}
			a.p.rows.use(e)
			a.stats.Rows++
			a.Out.Behind(l)
			a.Out.Section(a.p.text, n.name)
			a.Out.Put(": {")
			cells = 0
		case n.kind == cellLine && cells >= 0:
			if n.op != added {
				return r.bad(n.start, "a new row with a column that is not new")
			}
			e, _, err := a.p.cells.find(within(row, nameHash(n.names[0])))
			if err != nil {
				return err
			}
			a.p.cells.use(e)
			if cells > 0 {
				a.Out.Put(", ")
			}
			cells++
			if err := a.writeCell(n); err != nil {
				return err
			}
		}
	}
}
