package generate

// edit is what changes made of one object's row. An object has at most one
// primary change; the rest are links that follow from changes of others.
type edit struct {
	primary  bool // also for changes of write times only
	gone     bool
	moves    bool
	reborn   bool
	id       uuid
	created  int64
	modified int64
	parent   int
	name     string
	touched  int64      // at least how late META:latest_col_ts is, in µs
	cells    []cellEdit // no column twice
}

// cellEdit replaces, adds, drops or only re-times one column.
type cellEdit struct {
	column string
	value  value
	at     int64
	drop   bool
	retime bool
}

func (e *edit) apply(s *subject) {
	s.edit = e
	if e.reborn {
		s.id, s.created, s.modified = e.id, e.created, e.created
	}
	if e.modified != 0 {
		s.modified = e.modified
	}
	if e.moves {
		s.parent = e.parent
	}
	if e.name != "" {
		s.name = e.name
	}
}

func (e *edit) set(column string, c cellEdit) {
	c.column = column
	e.cells = append(e.cells, c)
	e.touched = max(e.touched, c.at)
}

// finder looks for the edit of a column; -1 for none. Few edits are looked
// through, many are put into a map.
func (e *edit) finder() func(column []byte) int {
	if len(e.cells) <= 8 {
		return func(column []byte) int {
			for i := range e.cells {
				if e.cells[i].column == string(column) {
					return i
				}
			}
			return -1
		}
	}
	at := make(map[string]int, len(e.cells))
	for i := range e.cells {
		at[e.cells[i].column] = i
	}
	return func(column []byte) int {
		if i, ok := at[string(column)]; ok {
			return i
		}
		return -1
	}
}
