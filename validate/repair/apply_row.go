package repair

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/validate"
)

// rowEdit is what happens to the row that is being read.
type rowEdit struct {
	active  bool
	gone    bool
	list    splice.List
	newest  int64 // timestamp
	winners map[int]winner
	renamed map[string]string
	kept    int64 // columns of the row that stay

	adds   cursor
	next   *validate.Edit // the column that is to be added next
	number int
	sorted bool
	last   []byte

	removed *Removed
}

// winner is the cell that stays of several of one name.
type winner struct{ at, time int64 }

// Removed is an object that was removed.
type Removed struct {
	Rule   *validate.Rule
	UUID   string
	Type   string
	FQName string // JSON
	// References and Children count what in the row says that others refer to it or lie below it, but for those that are
	// removed at the same time.
	References, Children int
}

// BeginRow finds out what happens to the row.
func (a *applier) BeginRow(at int64) error {
	row := &a.row
	row.active, row.gone = false, false
	a.name = a.In.Key().AppendDecoded(a.name[:0])
	a.prefix = rowPrefix(a.prefix[:0], a.In.Keyspace(), a.In.Table(), string(a.name))
	if !a.edits.may(a.prefix) {
		a.Out.Keep(&a.Table, at)
		return nil
	}
	c := a.edits.seek(a.prefix)
	e, number, ok := c.next(a.prefix)
	if !ok {
		a.Out.Keep(&a.Table, at)
		return a.edits.err
	}
	*row = rowEdit{active: true, sorted: true, last: row.last[:0], adds: a.edits.seek(a.prefix)}
	_, value := a.Look.Name(at)
	row.list = splice.NewList(value + 1)
	if e.Path.Level == dump.AtRow {
		a.edits.met.set(number)
		switch e.Op {
		case validate.DropRow:
			a.edits.use(number)
			a.leaveRow(at, &e)
			return nil
		case validate.Single:
			if p := a.places[number]; p.Start != at {
				a.edits.use(number)
				a.leaveRow(at, nil)
				return nil
			}
		}
	}
	adds, err := a.survey(value)
	if err != nil {
		return err
	}
	if row.kept == 0 && adds == 0 && e.Op != validate.RenameRow {
		a.dropAll()
		a.leaveRow(at, nil)
		return nil
	}
	a.Out.Keep(&a.Table, at)
	if e.Op == validate.RenameRow {
		a.edits.use(number)
		a.rename(at, e.Value)
	}
	a.nextAdd()
	return nil
}

// leaveRow leaves the row out. If e removes an object that is told.
func (a *applier) leaveRow(at int64, e *validate.Edit) {
	a.row.gone = true
	a.Out.Leave(&a.Table, at)
	if e != nil && e.About != "" && a.In.Keyspace()+"/"+a.In.Table() == objectTable {
		a.row.removed = &Removed{Rule: e.Rule, UUID: e.Path.Row}
	}
}

const objectTable = "config_db_uuid/obj_uuid_table"

// survey reads the row before it is written: what in it stays, which columns that are to be set it has, and how new it is.
// It returns how many columns are to be added.
func (a *applier) survey(value int64) (adds int, err error) {
	row := &a.row
	var lists []numbered
	sets := 0
	for c := a.edits.seek(a.prefix); ; {
		e, number, ok := c.next(a.prefix)
		if !ok {
			break
		}
		a.edits.met.set(number)
		switch e.Op {
		case validate.SetCell:
			sets++
		case validate.Renumber:
			lists = append(lists, numbered{prefix: e.Path.Column, number: number})
		}
	}
	a.one.ResetRow(a.text, dump.Place{Start: value, End: a.base.Bytes()})
	for a.one.Next() && a.one.Kind() == dump.CellRead {
		c := a.one.Cell()
		t, _ := c.Microseconds()
		row.newest = max(row.newest, t)
		a.name = c.Name.AppendDecoded(a.name[:0])
		for i := range lists {
			if l := &lists[i]; strings.HasPrefix(string(a.name), l.prefix) {
				l.columns = append(l.columns, string(a.name))
			}
		}
		row.kept++
		a.key = cellKey(a.key[:0], a.prefix, a.name)
		e, number, ok := a.edits.find(a.key)
		if !ok {
			continue
		}
		switch e.Op {
		case validate.SetCell:
			if !a.edits.there.has(number) {
				a.edits.there.set(number)
				sets--
			}
		case validate.DropCell:
			row.kept--
		case validate.Single:
			if w, ok := row.winners[number]; !ok || t >= w.time {
				if row.winners == nil {
					row.winners = map[int]winner{}
				}
				row.winners[number] = winner{c.Offset, t}
			}
		}
	}
	for i := range lists {
		if row.renamed == nil {
			row.renamed = map[string]string{}
		}
		if lists[i].rename(row.renamed) {
			a.edits.use(lists[i].number)
		}
	}
	return sets, a.one.Err()
}

// numbered is a list property whose elements are numbered anew.
type numbered struct {
	prefix  string
	number  int
	columns []string
}

// rename gives the columns, in the order of their names, the names with the numbers from 0, in the order of theirs.
func (l *numbered) rename(to map[string]string) (changed bool) {
	slices.Sort(l.columns)
	names := make([]string, len(l.columns))
	for i := range names {
		names[i] = fmt.Sprint(l.prefix, i)
	}
	slices.Sort(names)
	for i, c := range l.columns {
		if c != names[i] {
			to[c] = names[i]
			changed = true
		}
	}
	return changed
}

// dropAll marks the edits of a row that goes since all of its columns do.
func (a *applier) dropAll() {
	for c := a.edits.seek(a.prefix); ; {
		e, number, ok := c.next(a.prefix)
		if !ok {
			return
		}
		if e.Op == validate.DropCell {
			a.edits.use(number)
		}
	}
}

// nextAdd goes to the next column that the row lacks.
func (a *applier) nextAdd() {
	row := &a.row
	for {
		e, number, ok := row.adds.next(a.prefix)
		if !ok {
			row.next = nil
			return
		}
		if e.Op != validate.SetCell || a.edits.there.has(number) {
			continue
		}
		if e.From > 0 {
			if _, ok := a.source(e.From); !ok {
				continue // no text: that is mended first
			}
		}
		row.next, row.number = &e, number
		return
	}
}

// addNext writes the column that is next.
func (a *applier) addNext() {
	row := &a.row
	a.Out.Put(quote(row.next.Path.Column) + ": ")
	a.writeCell(row.next, a.timeFor(row.newest))
	a.edits.use(row.number)
	a.nextAdd()
}

// Cell deals with a cell, if its row has edits.
func (a *applier) Cell(c *dump.Cell) error {
	row := &a.row
	if !row.active {
		return nil
	}
	row.list.Comes(c.Offset)
	a.name = c.Name.AppendDecoded(a.name[:0])
	if row.gone {
		if row.removed != nil {
			a.noteRemoved(c)
		}
		return nil
	}
	a.addBefore(c)
	a.key = cellKey(a.key[:0], a.prefix, a.name)
	e, number, ok := a.edits.find(a.key)
	if to, renamed := row.renamed[string(a.name)]; renamed && !ok {
		a.Out.Keep(&row.list, c.Offset)
		a.rename(c.Offset, to)
		row.list.Last = c.End
		return nil
	}
	if !ok {
		a.Out.Keep(&row.list, c.Offset)
		row.list.Last = c.End
		return a.edits.err
	}
	switch e.Op {
	case validate.DropCell:
		a.leaveCell(c, number)
		return nil
	case validate.Single:
		if row.winners[number].at != c.Offset {
			a.leaveCell(c, number)
			return nil
		}
	}
	a.Out.Keep(&row.list, c.Offset)
	row.list.Last = c.End
	switch e.Op {
	case validate.SetTime:
		return a.setTime(c, &e, number)
	case validate.SetCell:
		return a.setCell(c, &e, number)
	}
	return nil
}

func (a *applier) leaveCell(c *dump.Cell, number int) {
	a.edits.use(number)
	a.Out.Leave(&a.row.list, c.Offset)
	a.Out.Left(&a.row.list, c.End)
}

// setCell writes another value for a cell.
func (a *applier) setCell(c *dump.Cell, e *validate.Edit, number int) error {
	if e.IfAbsent {
		return nil
	}
	if e.From == c.Offset {
		return a.encode(c, number)
	}
	if e.From > 0 {
		if _, ok := a.source(e.From); !ok {
			return nil
		}
	}
	_, value := a.Look.Name(c.Offset)
	a.Out.CopyTo(value)
	a.writeCell(e, a.timeFor(a.row.newest))
	a.Out.SkipTo(c.End)
	a.edits.use(number)
	return nil
}

// encode makes the JSON of a value that is no text a text.
func (a *applier) encode(c *dump.Cell, number int) error {
	if c.Value.IsText {
		return nil
	}
	raw, err := io.ReadAll(c.Value.Open())
	if err != nil {
		return err
	}
	a.Out.CopyTo(c.ValueOffset)
	a.Out.Put(quote(string(raw)))
	a.Out.SkipTo(c.ValueOffset + int64(len(raw)))
	a.edits.use(number)
	return nil
}

// setTime writes another timestamp for a cell.
func (a *applier) setTime(c *dump.Cell, e *validate.Edit, number int) error {
	end := c.ValueOffset + c.Value.Size()
	if c.Value.IsText {
		end += int64(len(`""`))
	}
	at := a.Look.Item(end)
	old := a.number(at)
	if old != string(c.Time) {
		return nil
	}
	a.Out.CopyTo(at)
	a.Out.Put(e.Value)
	a.Out.SkipTo(at + int64(len(old)))
	a.edits.use(number)
	return nil
}

// addBefore adds the columns whose place is before c.
func (a *applier) addBefore(c *dump.Cell) {
	row := &a.row
	if row.next == nil || !row.sorted {
		return
	}
	if row.list.Items > 1 && string(a.name) < string(row.last) {
		row.sorted = false
		return
	}
	row.last = append(row.last[:0], a.name...)
	for row.next != nil && row.next.Path.Column < string(a.name) {
		a.Out.Before(&row.list, c.Offset)
		a.addNext()
	}
}

// noteRemoved keeps what is told of an object that goes.
func (a *applier) noteRemoved(c *dump.Cell) {
	x := a.row.removed
	column := contrail.ParseColumn(a.name)
	switch column.Kind {
	case contrail.ColumnType:
		if c.Value.IsText && !c.Value.Long() {
			x.Type = gjson.ParseBytes(c.Value.Text().Decoded()).String()
		}
	case contrail.ColumnFQName:
		if c.Value.IsText && !c.Value.Long() && gjson.ValidBytes(c.Value.Text().Decoded()) {
			x.FQName = string(c.Value.Text().Decoded())
		}
	case contrail.ColumnBackref, contrail.ColumnChild:
		other := rowPrefix(nil, "config_db_uuid", "obj_uuid_table", string(column.Key))
		if a.edits.may(other) {
			if e, _, ok := a.edits.find(append(other, 0)); ok && e.Op == validate.DropRow {
				return
			}
		}
		if column.Kind == contrail.ColumnChild {
			x.Children++
		} else {
			x.References++
		}
	}
}

// EndRow adds the columns that belong behind all others.
func (a *applier) EndRow() error {
	row := &a.row
	if !row.active {
		return nil
	}
	row.active = false
	if row.gone {
		if row.removed != nil {
			return a.removed(row.removed)
		}
		return nil
	}
	for row.next != nil {
		a.Out.Behind(&row.list)
		a.addNext()
	}
	return a.edits.err
}
