package apply

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/dumptool/dumptool/internal/spill"
)

// Backwards returns the edits that take back what a run has done, with the exact values that were there: those of cells in the
// order in which they were made, those of nodes by path. What is not said of a row by a Row was there before and after. The
// sequence ends with an error.
func (r *Run) Backwards(o Options) iter.Seq2[Edit, error] {
	o.fill()
	return func(yield func(Edit, error) bool) {
		err := r.lines(r.begin, r.nodesAt, func(l *line, _, _ int64) error {
			var e Edit
			switch {
			case l.Row != nil:
				e.Row = &Row{l.Row.Keyspace, l.Row.Table, l.Row.Key, l.Row.Gone, l.Row.New}
			case l.Cell != nil:
				c := l.Cell
				e.Cell = &Cell{Keyspace: c.Keyspace, Table: c.Table, Key: c.Key, Column: c.Column, Old: c.New, New: c.Old}
				if c.New != nil {
					c.New.Time = c.Time
				}
			default:
				return nil
			}
			if !yield(e, nil) {
				return errEnough
			}
			return nil
		})
		if err == nil {
			err = r.nodesBackwards(&o, yield)
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(Edit{}, err)
		}
	}
}

func (r *Run) nodesBackwards(o *Options, yield func(Edit, error) bool) error {
	byPath := spill.NewSorter(o.Temp, o.Memory)
	defer byPath.Close()
	err := r.lines(r.nodesAt, r.end, func(l *line, at, end int64) error {
		if l.Node == nil {
			return nil
		}
		rec := append([]byte(l.Node.Path), 0)
		rec = binary.BigEndian.AppendUint64(rec, uint64(at))
		return byPath.Add(binary.BigEndian.AppendUint64(rec, uint64(end)))
	})
	if err != nil {
		return err
	}
	it, err := byPath.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		rec := it.Record()
		l, err := r.lineAt(int64(binary.BigEndian.Uint64(rec[len(rec)-16:])), int64(binary.BigEndian.Uint64(rec[len(rec)-8:])))
		if err != nil {
			return err
		}
		n := l.Node
		if n.New != nil && n.New.ACL == nil && n.Old != nil {
			n.New.ACL = n.Old.ACL // it stayed
		}
		if !yield(Edit{Node: &Node{Path: n.Path, Old: n.New, New: n.Old}}, nil) {
			return errEnough
		}
	}
	return it.Err()
}

// lineAt reads one line.
func (r *Run) lineAt(from, to int64) (*line, error) {
	text := make([]byte, to-from)
	if _, err := r.journal.ReadAt(text, from); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	l := new(line)
	if err := json.Unmarshal(text, l); err != nil {
		return nil, fmt.Errorf("read the journal at byte %d: %w", from, err)
	}
	return l, nil
}
