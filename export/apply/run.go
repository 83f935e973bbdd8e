package apply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/export/internal/limits"
)

// Stats counts what a run has done.
type Stats struct {
	Cells   int64 `json:"cells"`   // written or deleted
	Nodes   int64 `json:"nodes"`   // made, written or deleted
	Before  int64 `json:"before"`  // edits that were as wanted already, from an earlier run
	Checked int64 `json:"checked"` // edits that were read back
	// Left are those that Undo has left alone since somebody else has changed them, and Unsure how many of them may have
	// been written by the run before that.
	Left   []Conflict `json:"left,omitempty"`
	Unsure int64      `json:"unsure,omitempty"`
}

// WrittenError tells that a run ended after it had begun to write. The journal knows how to go on or back.
type WrittenError struct{ Err error }

func (e *WrittenError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *WrittenError) Unwrap() error { return e.Err }

// DifferenceError tells that reading back has found something else than was written.
type DifferenceError struct{ *ConflictError }

// Unwrap returns what differs.
func (e *DifferenceError) Unwrap() error { return e.ConflictError }

// side is what becomes of edits.
type side struct {
	run    *Run
	target Target
	o      Options
	back   bool // they are taken back
	now    int64
	stats  *Stats

	tables    map[[2]string]*LiveTable
	conflicts conflicts
	dealt     atomic.Int64
	others    map[int64]Conflict // edits that somebody else has changed, when they are taken back
}

// Finish makes all edits that are not made yet: first everything is compared once more, so that nothing is written if
// something has changed; then each piece is compared and written; in the end everything is read back, and the journal says
// so. It may be called again after an interruption.
//
// The error is a *ConflictError if something has changed before the first write of this call, a *WrittenError around one if
// it was found later, a *DifferenceError if reading back finds something else. A *WrittenError is every error after the
// first write.
func (r *Run) Finish(ctx context.Context, t Target, o Options) (*Stats, error) {
	if r.Undoing {
		return nil, errors.New("its taking back was begun: it has to be ended")
	}
	s := r.side(t, o, false)
	s.now = 0 // each edit has its own
	if err := s.makeTables(ctx); err != nil {
		return s.stats, err
	}
	if err := s.compare(ctx); err != nil {
		return s.stats, err
	}
	if err := s.cells(ctx, true); err != nil {
		return s.stats, &WrittenError{err}
	}
	if err := s.nodes(ctx, true); err != nil {
		return s.stats, &WrittenError{err}
	}
	return s.stats, s.end(ctx, &r.Done, &line{Done: true})
}

// Undo takes back what a run has written, whether it has ended or not. What is not as the run has left it was changed by
// somebody else: then a run that had ended is not touched, the error being a *ConflictError; of one that had not, those
// edits are left alone and named in Stats.Left. It may be called again after an interruption.
func (r *Run) Undo(ctx context.Context, t Target, o Options) (*Stats, error) {
	s := r.side(t, o, true)
	if err := s.compare(ctx); err != nil {
		return s.stats, err
	}
	if r.undo == 0 {
		r.undo = s.o.Clock().UnixMicro()
		if err := r.note(&line{Undo: r.undo}); err != nil {
			return s.stats, err
		}
		r.Undoing = true
	}
	s.now = r.undo
	if err := s.nodes(ctx, true); err != nil {
		return s.stats, &WrittenError{err}
	}
	if err := s.cells(ctx, true); err != nil {
		return s.stats, &WrittenError{err}
	}
	return s.stats, s.end(ctx, &r.Undone, &line{Undone: true})
}

// end reads everything back after the last write, and lets the journal say with l that this is done, if it does not yet.
func (s *side) end(ctx context.Context, done *bool, l *line) error {
	err := s.readBack(ctx)
	if err == nil && !*done {
		err = s.run.note(l)
	}
	if err != nil {
		return &WrittenError{err}
	}
	*done = true
	return nil
}

func (r *Run) side(t Target, o Options, back bool) *side {
	o.fill()
	return &side{run: r, target: t, o: o, back: back, stats: new(Stats), tables: map[[2]string]*LiveTable{}, others: map[int64]Conflict{}}
}

// tolerant tells that what somebody else has changed is left alone.
func (s *side) tolerant() bool { return s.back && (!s.run.Done || s.run.Undoing) }

// makeTables makes the tables that were not there.
func (s *side) makeTables(ctx context.Context) error {
	return s.run.lines(s.run.begin, s.run.nodesAt, func(l *line, _, _ int64) error {
		if l.Table == nil {
			return nil
		}
		err := s.o.patiently(ctx, func() error {
			return s.target.Cassandra.CreateTable(ctx, s.target.keyspace(l.Table.Keyspace), l.Table.Name)
		})
		if err != nil {
			return fmt.Errorf("make the table %s/%s: %w", l.Table.Keyspace, l.Table.Name, err)
		}
		return nil
	})
}

// compare compares everything and writes nothing.
func (s *side) compare(ctx context.Context) error {
	if err := s.cells(ctx, false); err != nil {
		return err
	}
	if err := s.nodes(ctx, false); err != nil {
		return err
	}
	if s.tolerant() {
		for n, c := range s.others {
			s.stats.Left = append(s.stats.Left, c)
			if !s.run.refused[n] {
				s.stats.Unsure++
			}
		}
		slices.SortFunc(s.stats.Left, func(a, b Conflict) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	}
	s.stats.Before = 0 // counted again when writing
	return nil
}

// doing says what conflicts of a side mean.
func (s *side) doing() string {
	if s.back {
		return "it can't be taken back, somebody has changed it since"
	}
	return "somebody has changed the databases meanwhile"
}

// from and to are what a cell is to be changed from and to.
func (s *side) from(c *cellLine) *Value {
	if s.back {
		return c.New
	}
	return c.Old
}

func (s *side) to(c *cellLine) *Value {
	if s.back {
		return c.Old
	}
	return c.New
}

// placed is a cell with the place of its line.
type placed struct {
	cellLine
	n int64
}

// cells goes over the cells of the journal, some rows at once.
func (s *side) cells(ctx context.Context, write bool) error {
	var window [][]placed
	size := 0
	flush := func() error {
		g, workCtx := errgroup.WithContext(ctx)
		g.SetLimit(s.o.Workers)
		for _, w := range window {
			g.Go(func() error { return s.row(workCtx, w, write) })
		}
		err := g.Wait()
		window, size = window[:0], 0
		s.o.Progress(s.dealt.Load())
		return err
	}
	bytesOfLast := 0
	err := s.run.lines(s.run.begin, s.run.nodesAt, func(l *line, n, _ int64) error {
		if l.Cell == nil {
			return nil
		}
		k := len(window)
		c := placed{*l.Cell, n}
		if k > 0 && bytesOfLast+c.size() <= groupBytes && len(window[k-1]) < groupCells {
			if last := &window[k-1][0]; last.Keyspace == c.Keyspace && last.Table == c.Table && bytes.Equal(last.Key, c.Key) {
				window[k-1] = append(window[k-1], c)
				bytesOfLast += c.size()
				size += c.size()
				return nil
			}
		}
		if size > windowBytes || k >= 4*s.o.Workers {
			if err := flush(); err != nil {
				return err
			}
			if write {
				if err := s.stop(); err != nil {
					return err
				}
			}
		}
		window = append(window, []placed{c})
		bytesOfLast = c.size()
		size += c.size()
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return s.stop()
}

// stop returns the conflicts that were found.
func (s *side) stop() error { return s.conflicts.err(s.doing()) }

// conflict takes note of an edit that somebody else has changed.
func (s *side) conflict(n int64, path string) {
	s.conflicts.mu.Lock()
	_, known := s.others[n]
	s.others[n] = Conflict{path, "was changed by somebody else"}
	s.conflicts.mu.Unlock()
	if !known && !s.tolerant() {
		s.conflicts.add(path, "was changed by somebody else")
	}
}

// table finds a table, which is known to be there.
func (s *side) table(ctx context.Context, keyspace, name string) (*LiveTable, error) {
	key := [2]string{keyspace, name}
	s.conflicts.mu.Lock()
	t := s.tables[key]
	s.conflicts.mu.Unlock()
	if t != nil {
		return t, nil
	}
	err := s.o.patiently(ctx, func() (err error) {
		t, _, err = s.target.Cassandra.Table(ctx, s.target.keyspace(keyspace), name)
		return err
	})
	for tries := 0; err == nil && t == nil && tries < 50; tries++ {
		// A driver may be late to hear of a table that was made.
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
			t, _, err = s.target.Cassandra.Table(ctx, s.target.keyspace(keyspace), name)
		}
	}
	if err == nil && (t == nil || !t.Fits) {
		err = errors.New("it is gone")
	}
	if err != nil {
		return nil, fmt.Errorf("look at the table %s/%s: %w", keyspace, name, err)
	}
	s.conflicts.mu.Lock()
	s.tables[key] = t
	s.conflicts.mu.Unlock()
	return t, nil
}

// state is how a live cell or node stands to an edit.
type state uint8

const (
	before state = iota // as it was
	after               // as it is to be
	other               // somebody else's
)

// stateOf returns the state of a cell.
func (s *side) stateOf(c *cellLine, live *Value) state {
	now := s.o.Clock().Unix()
	is := func(v *Value) bool {
		if v == nil || live == nil {
			return v == live || live == nil && v.Expires != 0 && v.Expires <= now
		}
		return bytes.Equal(v.Data, live.Data)
	}
	// Where only the time to live changes, the time of writing tells.
	written := live == nil || live.Time > c.Time || live.Time == c.Time && !s.back
	switch {
	case is(s.to(c)) && (written || !is(s.from(c))):
		return after
	case is(s.from(c)):
		return before
	}
	return other
}

// row compares cells of a row, and writes them.
func (s *side) row(ctx context.Context, cells []placed, write bool) error {
	first := &cells[0]
	t, err := s.table(ctx, first.Keyspace, first.Table)
	if err != nil {
		return err
	}
	names := make([][]byte, 0, len(cells))
	for i := range cells {
		names = append(names, cells[i].Column)
	}
	var live []LiveCell
	err = s.o.patiently(ctx, func() (err error) {
		live, err = s.target.Cassandra.Cells(ctx, t, first.Key, names)
		return err
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", first.path(), err)
	}
	var writes []Write
	clean := true
	var refused []int64
	for i := range cells {
		c := &cells[i]
		var is *Value
		if k := slices.IndexFunc(live, func(l LiveCell) bool { return bytes.Equal(l.Column, c.Column) }); k >= 0 {
			is = &live[k].Value
		}
		switch s.stateOf(&c.cellLine, is) {
		case after:
			s.conflicts.mu.Lock()
			s.stats.Before++
			s.conflicts.mu.Unlock()
		case before:
			writes = append(writes, s.write(&c.cellLine, is))
		default:
			s.conflict(c.n, c.path())
			refused = append(refused, c.n)
			clean = false
		}
	}
	if !write {
		return nil
	}
	s.dealt.Add(int64(len(cells)))
	if !clean && !s.tolerant() {
		s.conflicts.mu.Lock()
		defer s.conflicts.mu.Unlock()
		if s.back {
			return nil
		}
		return s.run.note(&line{Refused: refused}) // none of this row is written
	}
	if len(writes) == 0 {
		return nil
	}
	err = s.o.patiently(ctx, func() error { return s.target.Cassandra.Write(ctx, t, first.Key, writes) })
	if err != nil {
		return fmt.Errorf("write %s: %w", first.path(), err)
	}
	s.conflicts.mu.Lock()
	s.stats.Cells += int64(len(writes))
	s.conflicts.mu.Unlock()
	return nil
}

// write returns what is written to a cell.
func (s *side) write(c *cellLine, live *Value) Write {
	w := Write{Column: c.Column, Value: s.to(c), Time: c.Time}
	if s.back {
		w.Time = max(s.now, c.Time+1)
	}
	if live != nil {
		w.Time = max(w.Time, live.Time+1)
	}
	if w.Value != nil && w.Value.Expires != 0 {
		left := w.Value.Expires - s.o.Clock().Unix()
		if left <= 0 {
			w.Value = nil
		} else {
			w.TTL = int(min(left, limits.TTL))
		}
	}
	return w
}

// readBack reads everything and compares it with what it is to be.
func (s *side) readBack(ctx context.Context) error {
	wrong := &side{run: s.run, target: s.target, o: s.o, back: s.back, stats: new(Stats), tables: s.tables, others: map[int64]Conflict{}}
	if err := wrong.readCells(ctx, s.others); err != nil {
		return err
	}
	if err := wrong.readNodes(ctx, s.others); err != nil {
		return err
	}
	s.stats.Checked = wrong.stats.Checked
	if err := wrong.conflicts.err("read back: not as it was written"); err != nil {
		var e *ConflictError
		errors.As(err, &e)
		return &DifferenceError{e}
	}
	return nil
}

// readCells reads cells back, but for those that are somebody else's.
func (s *side) readCells(ctx context.Context, others map[int64]Conflict) error {
	var window [][]placed
	var gone []*rowLine
	flush := func() error {
		g, workCtx := errgroup.WithContext(ctx)
		g.SetLimit(s.o.Workers)
		for _, w := range window {
			g.Go(func() error { return s.readRow(workCtx, w, others) })
		}
		for _, r := range gone {
			g.Go(func() error { return s.readGone(workCtx, r) })
		}
		err := g.Wait()
		window, gone = window[:0], gone[:0]
		return err
	}
	size := 0
	err := s.run.lines(s.run.begin, s.run.nodesAt, func(l *line, n, _ int64) error {
		if l.Row != nil && l.Row.Gone && !s.back {
			gone = append(gone, l.Row)
		}
		if l.Cell == nil {
			return nil
		}
		k := len(window)
		c := placed{*l.Cell, n}
		size += c.size()
		if k > 0 && len(window[k-1]) < groupCells {
			if last := &window[k-1][0]; last.Keyspace == c.Keyspace && last.Table == c.Table && bytes.Equal(last.Key, c.Key) {
				window[k-1] = append(window[k-1], c)
				return nil
			}
		}
		if size > windowBytes || k >= 4*s.o.Workers {
			size = c.size()
			if err := flush(); err != nil {
				return err
			}
		}
		window = append(window, []placed{c})
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

func (s *side) readRow(ctx context.Context, cells []placed, others map[int64]Conflict) error {
	first := &cells[0]
	t, err := s.table(ctx, first.Keyspace, first.Table)
	if err != nil {
		return err
	}
	names := make([][]byte, 0, len(cells))
	for i := range cells {
		names = append(names, cells[i].Column)
	}
	var live []LiveCell
	err = s.o.patiently(ctx, func() (err error) {
		live, err = s.target.Cassandra.Cells(ctx, t, first.Key, names)
		return err
	})
	if err != nil {
		return fmt.Errorf("read %s back: %w", first.path(), err)
	}
	for i := range cells {
		c := &cells[i]
		if _, theirs := others[c.n]; theirs {
			continue
		}
		var is *Value
		if k := slices.IndexFunc(live, func(l LiveCell) bool { return bytes.Equal(l.Column, c.Column) }); k >= 0 {
			is = &live[k].Value
		}
		s.conflicts.mu.Lock()
		s.stats.Checked++
		s.conflicts.mu.Unlock()
		switch {
		case s.stateOf(&c.cellLine, is) == after:
		case is == nil:
			s.conflicts.add(c.path(), "is not there")
		case s.to(&c.cellLine) == nil:
			s.conflicts.add(c.path(), "is still there")
		default:
			s.conflicts.add(c.path(), "has another value")
		}
	}
	return nil
}

// readGone looks whether a row that was removed has something in it.
func (s *side) readGone(ctx context.Context, r *rowLine) error {
	t, err := s.table(ctx, r.Keyspace, r.Table)
	if err != nil {
		return err
	}
	columns := 0
	err = s.o.patiently(ctx, func() (err error) {
		columns, err = s.target.Cassandra.CountColumns(ctx, t, r.Key, 1)
		return err
	})
	if err != nil {
		return fmt.Errorf("read %s back: %w", cellPath(r.Keyspace, r.Table, r.Key, nil), err)
	}
	if columns > 0 {
		s.conflicts.add(cellPath(r.Keyspace, r.Table, r.Key, nil), "has a column that was not removed with it")
	}
	return nil
}
