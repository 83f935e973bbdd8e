package dump

import (
	"bytes"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// nextCell reads the next member of a row.
func (r *Reader) nextCell() bool {
	if !r.sc.NextPair(&r.pair) {
		return r.otherCell()
	}
	p := &r.pair
	r.path.column, r.path.inColumn = p.Name, true
	r.cellOf(p)
	if !r.duplicateColumn(p.Name, p.Start) {
		return false
	}
	r.cells++
	r.kind = CellRead
	return true
}

// PassRow goes to the end of the row that was begun, without a stop at its cells.
// They are checked as by Next, several times as fast; Cells counts them. It
// returns false on an error; see Err.
func (r *Reader) PassRow() bool { return r.PassRowWith(nil, "", nil) }

// PassRowWith is PassRow, but the timestamps of the cells are added to times,
// unless that is nil, and found is called for the one cell whose name is column.
// The cell is valid during the call.
func (r *Reader) PassRowWith(times *TimeRange, column string, found func(*Cell)) bool {
	for r.err == nil && r.state == inRow {
		if last, ascending := r.columns.Last(); ascending {
			r.sc.SkipPairs(&r.pairs, last)
			r.cells += int64(r.pairs.Count)
			if times != nil {
				r.timesOfPairs(times)
			}
			if column != "" {
				r.findPair(column, found)
			}
			if !r.sc.AtObjectEnd() && r.pairs.Count > 0 {
				// The names are needed for what follows.
				if !r.finished(r.pairs.Names(r.passColumn)) {
					return false
				}
			}
		}
		if !r.Next() {
			return false
		}
		if r.kind == RowEnd {
			return true
		}
		if times != nil {
			times.Add(&r.cell)
		}
		if column != "" && r.cell.Name.Is(column) {
			found(&r.cell)
		}
	}
	return false
}

// timesOfPairs adds the timestamps of the cells that were passed.
func (r *Reader) timesOfPairs(times *TimeRange) {
	for i := range r.pairs.Count {
		if number := r.pairs.Number(i); len(number) == usualDigits {
			times.addUsual(number)
		} else {
			times.AddText(number)
		}
	}
}

// findPair looks for a column among the cells that were passed. The one that is
// looked for most, type, comes last in most rows.
func (r *Reader) findPair(column string, found func(*Cell)) {
	for i := r.pairs.Count - 1; i >= 0; i-- {
		if string(r.pairs.Name(i)) == column {
			r.pairs.Pair(i, &r.pair)
			r.cellOf(&r.pair)
			found(&r.cell)
			return
		}
	}
}

func (r *Reader) notePassed(name []byte, off int64) error {
	_, _, err := r.columns.Add(name, off) // it comes behind the one before, so there is none like it
	return err
}

// cellOf makes p the cell.
func (r *Reader) cellOf(p *jsonscan.Pair) {
	c := &r.cell
	c.Name = Text{p.Name, true}
	c.Value.set(p.Text)
	c.Time = p.Number
	c.Extra = nil
	c.Shape = 0
	if !p.Integer {
		c.Shape = timeShape(p.Number)
	}
	c.Offset, c.End = p.Start, p.End
	c.ValueOffset = p.TextStart
}

// timeShape tells if a number is a timestamp of the ordinary form.
func timeShape(number []byte) Shape {
	for _, c := range number {
		if c == '.' || c|0x20 == 'e' {
			return FloatTime
		}
	}
	return 0
}

// otherCell reads a member that is not of the most ordinary form, and the end
// of the row.
func (r *Reader) otherCell() bool {
	r.path.inColumn = false
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectEnd:
		if !r.finishColumns() {
			return false
		}
		r.start, r.end = r.rowValue, r.sc.End()
		r.state = inTable
		if r.single {
			r.state = atEnd
		}
		r.kind = RowEnd
		return true
	}
	c := &r.cell
	*c = Cell{Offset: r.sc.Offset()}
	r.nameBuf = append(r.nameBuf[:0], r.sc.Raw()...)
	c.Name = Text{r.nameBuf, r.sc.Plain()}
	r.path.column, r.path.inColumn = r.nameBuf, true
	if !r.duplicateColumn(r.h.canonical(c.Name), c.Offset) {
		return false
	}
	k := r.sc.Next()
	switch k {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.String:
		c.Shape |= BareText
		c.ValueOffset = r.sc.Offset()
		if !r.textValue(r.sc, &c.Value, r.failed) {
			return false
		}
	case jsonscan.ArrayStart:
		if !r.cellArray() {
			return false
		}
	default:
		if r.damage("B-STR-7", r.sc.Offset(), "a cell is not an array of value and timestamp") {
			r.skipValue(r.sc, k, r.failed)
		}
		return false
	}
	c.End = r.sc.InputOffset()
	r.cells++
	r.kind = CellRead
	return true
}

// textValue takes the string that sc was just read, or its first part.
func (r *Reader) textValue(sc *jsonscan.Scanner, v *Value, failed func() bool) bool {
	if err := r.value.reset(); err != nil {
		r.err = err
		return false
	}
	canonical := sc.Plain()
	if !sc.More() {
		r.value.mem = append(r.value.mem, sc.Raw()...)
		r.value.size = int64(len(r.value.mem))
		*v = r.value.value(true, canonical)
		return true
	}
	for sc.More() {
		part, err := sc.NextPart()
		if err != nil {
			return failed()
		}
		canonical = canonical && sc.Plain()
		if r.opts.DropLong {
			r.value.size += int64(len(part))
		} else if _, err := r.value.Write(part); err != nil {
			r.err = err
			return false
		}
	}
	*v = r.value.value(true, canonical)
	return true
}

// cellArray reads the elements of a cell after the opening bracket.
func (r *Reader) cellArray() bool {
	c := &r.cell
	depth := r.sc.Depth()
	k := r.sc.Next()
	c.ValueOffset = r.sc.Offset()
	switch k {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ArrayEnd:
		r.damage("B-STR-7", c.ValueOffset, "a cell is an empty array")
		return false
	case jsonscan.String:
		if !r.textValue(r.sc, &c.Value, r.failed) {
			return false
		}
	default:
		c.Shape |= NotText
		if !r.recordValue(k, &r.value) {
			return false
		}
		c.Value = r.value.value(false, false)
	}
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.Number:
		r.timeBuf = append(r.timeBuf[:0], r.sc.Raw()...)
		c.Time = r.timeBuf
		c.Shape |= timeShape(c.Time)
	default:
		if r.damage("B-STR-7", r.sc.Offset(), "the timestamp of a cell is absent or not a number") {
			r.skipRest(r.sc, depth-1, r.failed)
		}
		return false
	}
	return r.extraElements(depth)
}

// extraElements reads what follows the timestamp (A15).
func (r *Reader) extraElements(depth int) bool {
	k := r.sc.Next()
	if k == jsonscan.Invalid {
		return r.failed()
	}
	if k == jsonscan.ArrayEnd && r.sc.Depth() < depth {
		return true
	}
	c := &r.cell
	c.Shape |= ExtraData
	if err := r.extra.reset(); err != nil {
		r.err = err
		return false
	}
	off := r.sc.Offset()
	r.sc.Record(&r.extra)
	if !r.skipValue(r.sc, k, r.failed) || !r.skipRest(r.sc, depth-1, r.failed) {
		return false
	}
	if err := r.sc.StopRecord(); err != nil {
		r.err = err
		return false
	}
	if r.extra.file != nil && r.extra.file.Size() > 0 {
		r.damage("B-STR-7", off, "a cell has more than 1 MiB behind its timestamp")
		return false
	}
	r.extraBuf = append(r.extraBuf[:0], bytes.TrimSuffix(r.extra.mem, []byte{']'})...)
	c.Extra = bytes.TrimRight(r.extraBuf, " \t\r\n")
	return true
}
