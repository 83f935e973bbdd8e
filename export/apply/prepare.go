package apply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/export/internal/limits"
	"github.com/dumptool/dumptool/internal/jsontree"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/internal/wtf8"
)

// What is read or written together.
const (
	groupCells  = 100      // of one row, by one request
	groupBytes  = 32 << 10 // likewise; old servers refuse batches of 50 KiB
	windowBytes = 4 << 20  // of requests that are under way at once
	nodesAtOnce = 64
)

// Plan are edits that were compared with the databases. Close it.
type Plan struct {
	Counts Counts

	target  Target
	options Options
	file    *spill.File // lines of a journal without times
}

// Close gives the temporary file back.
func (p *Plan) Close() error { return p.file.Close() }

// Prepare reads everything that the edits are about and compares it with what they expect. The error is a *ConflictError
// if it is not as they expect. It writes nothing.
func Prepare(ctx context.Context, t Target, edits iter.Seq2[Edit, error], o Options) (*Plan, error) {
	o.fill()
	file, err := o.Temp.Create()
	if err != nil {
		return nil, err
	}
	p := &preparer{Plan: &Plan{target: t, options: o, file: file}, tables: map[[2]string]*LiveTable{}, planned: map[[2]string]bool{}}
	if err := p.all(ctx, edits); err != nil {
		file.Close()
		return nil, err
	}
	return p.Plan, nil
}

// Begin writes the journal. Nothing is written to the databases before it is on disk.
func (p *Plan) Begin(j Journal, about About) error {
	about.ClusterID = p.target.ClusterID
	now := p.options.Clock().UnixMicro()
	w := &buffered{w: j}
	if err := put(w, &line{Schema: JournalSchema, About: &about, Now: now}); err != nil {
		return err
	}
	r := &Run{journal: fileJournal{p.file}}
	nodesAt := int64(0)
	err := r.lines(0, p.file.Size(), func(l *line, _, _ int64) error {
		if l.Node != nil && nodesAt == 0 {
			nodesAt = w.written
		}
		if c := l.Cell; c != nil {
			c.Time = now
			if c.Old != nil {
				c.Time = max(c.Time, c.Old.Time+1)
			}
			if c.New != nil {
				c.Time = max(c.Time, c.New.Time+1)
			}
		}
		return put(w, l)
	})
	if nodesAt == 0 {
		nodesAt = w.written
	}
	if err == nil {
		err = put(w, &line{Begun: &p.Counts, NodesAt: nodesAt})
	}
	if err == nil {
		err = w.flush()
	}
	if err == nil {
		err = j.Sync()
	}
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}

// buffered collects lines into larger pieces.
type buffered struct {
	w       io.Writer
	buf     []byte
	written int64 // bytes that were given to it
}

func (b *buffered) Write(p []byte) (int, error) {
	b.buf = append(b.buf, p...)
	b.written += int64(len(p))
	if len(b.buf) < 256<<10 {
		return len(p), nil
	}
	return len(p), b.flush()
}

func (b *buffered) flush() error {
	_, err := b.w.Write(b.buf)
	b.buf = b.buf[:0]
	return err
}

// fileJournal lets the lines of a temporary file be read as those of a journal.
type fileJournal struct{ *spill.File }

func (fileJournal) Sync() error { return nil }

// preparer compares edits with the databases.
type preparer struct {
	*Plan
	tables    map[[2]string]*LiveTable // nil: to be made
	planned   map[[2]string]bool
	conflicts conflicts
	seen      int64 // edits

	row    *Row // that the cells to come belong to
	cells  int  // of the row, that are there before
	last   *group
	window []*group
	bytes  int

	nodes *nodePlan
	some  []Node
}

// group are cells of one row that are dealt with together.
type group struct {
	table *LiveTable // nil: it is not there yet
	key   []byte
	cells []Cell
	lines []cellLine
	bytes int
	row   *Row // that begins with the group, if it is known whether it is all of it
	isNew *Row // nothing of the row may be there
	gone  *Row // nothing of the row may be left: it has as many columns as
	have  int
}

func (p *preparer) all(ctx context.Context, edits iter.Seq2[Edit, error]) error {
	var err error
	if p.nodes, err = newNodePlan(p.target.ZooKeeper, &p.options); err != nil {
		return err
	}
	defer p.nodes.close()
	for e, err := range edits {
		if err != nil {
			return err
		}
		p.seen++
		if p.seen%1024 == 0 {
			p.options.Progress(p.seen)
		}
		switch {
		case e.Table != nil:
			p.endRow()
			_, err = p.table(ctx, e.Table.Keyspace, e.Table.Name, true)
		case e.Row != nil:
			p.endRow()
			r := *e.Row
			r.Key = bytes.Clone(r.Key)
			p.row = &r
		case e.Cell != nil:
			err = p.cell(ctx, e.Cell)
		case e.Node != nil:
			err = p.node(ctx, e.Node)
		}
		if err != nil {
			return err
		}
	}
	p.endRow()
	if err := p.compare(ctx); err != nil {
		return err
	}
	if err := p.someNodes(ctx); err != nil {
		return err
	}
	if err := p.conflicts.err("the databases are not as expected, nothing is written"); err != nil {
		return err
	}
	nodes, err := p.nodes.arrange(ctx, func(n *nodeLine) error { return put(p.file, &line{Node: n}) })
	p.Counts.Nodes = nodes
	if err == nil {
		err = p.conflicts.err("the databases are not as expected, nothing is written")
	}
	return err
}

// table finds a table. It is planned if it is not there and something is to be in it.
func (p *preparer) table(ctx context.Context, keyspace, name string, wanted bool) (*LiveTable, error) {
	key := [2]string{keyspace, name}
	t, known := p.tables[key]
	if !known {
		var found bool
		err := p.options.patiently(ctx, func() (err error) {
			t, found, err = p.target.Cassandra.Table(ctx, p.target.keyspace(keyspace), name)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("look at the table %s/%s: %w", keyspace, name, err)
		}
		switch {
		case !found:
			return nil, fmt.Errorf("there is no keyspace %s: an import makes it", p.target.keyspace(keyspace))
		case t != nil && !t.Fits:
			return nil, fmt.Errorf("the table %s/%s has the columns %s: a dump has no place for them", keyspace, name, t.Columns)
		}
		p.tables[key] = t
	}
	if t == nil && wanted && !p.planned[key] {
		p.planned[key] = true
		p.Counts.Tables++
		if err := p.compare(ctx); err != nil { // lines stand in order
			return nil, err
		}
		return nil, put(p.file, &line{Table: &tableLine{keyspace, name}})
	}
	return t, nil
}

// keyspace returns the live name of a keyspace.
func (t *Target) keyspace(name string) string {
	if t.ClusterID == "" {
		return name
	}
	return t.ClusterID + "_" + name
}

func (p *preparer) cell(ctx context.Context, c *Cell) error {
	if p.row != nil && (p.row.Keyspace != c.Keyspace || p.row.Table != c.Table || !bytes.Equal(p.row.Key, c.Key)) {
		p.endRow()
	}
	table, err := p.table(ctx, c.Keyspace, c.Table, c.New != nil)
	if err != nil {
		return err
	}
	g := p.last
	size := len(c.Key) + len(c.Column)
	if c.New != nil {
		size += len(c.New.Data)
	}
	if g != nil && (g.cells[0].Keyspace != c.Keyspace || g.cells[0].Table != c.Table || !bytes.Equal(g.key, c.Key)) {
		p.endRow()
		g = nil
	}
	if g == nil {
		p.Counts.Rows++
	}
	if g == nil || len(g.cells) >= groupCells || g.bytes+size > groupBytes {
		if p.bytes > windowBytes || len(p.window) >= p.options.Workers {
			if err := p.compare(ctx); err != nil {
				return err
			}
		}
		g = &group{table: table, key: bytes.Clone(c.Key)}
		if p.last == nil && p.row != nil && (p.row.New || p.row.Gone) {
			g.row = p.row
			if p.row.New {
				g.isNew = p.row
			}
		}
		p.window = append(p.window, g)
		p.last = g
	}
	own := *c
	own.Key, own.Column, own.Old, own.New = g.key, bytes.Clone(c.Column), c.Old.clone(), c.New.clone()
	g.cells = append(g.cells, own)
	g.bytes += size
	p.bytes += size
	if own.Old != nil {
		p.cells++
	}
	return nil
}

func (v *Value) clone() *Value {
	if v == nil {
		return nil
	}
	w := *v
	w.Data = bytes.Clone(v.Data)
	return &w
}

// endRow ends the row that cells were of.
func (p *preparer) endRow() {
	if p.last != nil && p.row != nil && p.row.Gone {
		p.last.gone, p.last.have = p.row, p.cells
	}
	p.last, p.row, p.cells = nil, nil, 0
}

// compare compares what was collected with the databases, and writes it down. The row that is being collected goes on.
func (p *preparer) compare(ctx context.Context) error {
	// The group that may still grow stays.
	var open *group
	if n := len(p.window); n > 0 && p.window[n-1] == p.last {
		open = p.last
		p.window = p.window[:n-1]
	}
	g, workCtx := errgroup.WithContext(ctx)
	g.SetLimit(p.options.Workers)
	for _, w := range p.window {
		g.Go(func() error { return p.look(workCtx, w) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, w := range p.window {
		if r := w.row; r != nil {
			if err := put(p.file, &line{Row: &rowLine{r.Keyspace, r.Table, r.Key, r.New, r.Gone}}); err != nil {
				return err
			}
		}
		for i := range w.lines {
			c := &w.lines[i]
			if c.New == nil {
				p.Counts.Deleted++
			} else {
				p.Counts.Cells++
			}
			if err := put(p.file, &line{Cell: c}); err != nil {
				return err
			}
		}
		p.Counts.Same += int64(len(w.cells) - len(w.lines))
	}
	p.window, p.bytes = p.window[:0], 0
	if open != nil {
		p.window = append(p.window, open)
		p.bytes = open.bytes
	}
	return nil
}

// look compares the cells of a group.
func (p *preparer) look(ctx context.Context, w *group) error {
	first := &w.cells[0]
	place := cellPath(first.Keyspace, first.Table, w.key, nil)
	var live []LiveCell
	columns := 0
	count := w.isNew != nil || w.gone != nil
	if w.table != nil {
		err := p.options.patiently(ctx, func() (err error) {
			names := make([][]byte, 0, len(w.cells))
			for i := range w.cells {
				names = append(names, w.cells[i].Column)
			}
			if live, err = p.target.Cassandra.Cells(ctx, w.table, w.key, names); err == nil && count {
				columns, err = p.target.Cassandra.CountColumns(ctx, w.table, w.key, w.have+1)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", place, err)
		}
	}
	switch {
	case w.isNew != nil && columns > 0:
		p.conflicts.add(place, "is there already")
		return nil
	case w.gone != nil && columns > w.have:
		p.conflicts.add(place, "has a column that is not to be removed with it")
		return nil
	}
	for i := range w.cells {
		c := &w.cells[i]
		var old *Value
		if k := slices.IndexFunc(live, func(l LiveCell) bool { return bytes.Equal(l.Column, c.Column) }); k >= 0 {
			old = &live[k].Value
		}
		if reason := p.misfit(c, old, w.table); reason != "" {
			p.conflicts.add(cellPath(c.Keyspace, c.Table, c.Key, c.Column), reason)
			continue
		}
		if c.New != nil && c.New.Expires < 0 {
			c.New.Expires = 0
			if old != nil {
				c.New.Expires = old.Expires
			}
		}
		if c.New != nil && c.New.Expires != 0 && c.New.Expires <= p.options.Clock().Unix() {
			c.New = nil // it has expired
		}
		if same(old, c.New) {
			continue
		}
		w.lines = append(w.lines, cellLine{Keyspace: c.Keyspace, Table: c.Table, Key: c.Key, Column: c.Column, Old: old, New: c.New})
	}
	return nil
}

// misfit returns why an edit can't be made; "" if it can.
func (p *preparer) misfit(c *Cell, live *Value, t *LiveTable) string {
	if live != nil && c.New != nil && !wtf8.Valid(live.Data) && wtf8.Valid(c.New.Data) {
		// What is known of the old value only by its looks in a dump is known of the new one likewise.
		if c.Old != nil && wtf8.Valid(c.Old.Data) && bytes.Equal(c.Old.Data, wtf8.Spell(live.Data)) {
			c.New.Data = wtf8.Bytes(c.New.Data)
		}
	}
	switch {
	case !c.AnyOld && c.Old == nil && live != nil:
		if same(live, c.New) {
			return "is there already, as it is to be"
		}
		return "is there already"
	case !c.AnyOld && c.Old != nil && live == nil:
		if c.Old.Expires != 0 && c.Old.Expires <= p.options.Clock().Unix() {
			return "" // it has expired meanwhile, as it should
		}
		return "is not there"
	case !c.AnyOld && c.Old != nil && !equal(c.Keyspace, c.Table, live, c.Old):
		if same(live, c.New) {
			return "is already as it is to be"
		}
		return "is not what it was"
	case len(c.Key) == 0 || len(c.Key) > limits.Name:
		return fmt.Sprintf("has a row key that is not of 1 to %d bytes", limits.Name)
	case len(c.Column) == 0 || len(c.Column) > limits.Name:
		return fmt.Sprintf("has a name that is not of 1 to %d bytes", limits.Name)
	case c.New == nil:
		return ""
	case int64(len(c.New.Data)) > p.options.MaxValue:
		return fmt.Sprintf("would have a value of more than %d bytes", p.options.MaxValue)
	case (t == nil || !t.Blob) && !wtf8.Valid(c.New.Data):
		return "would have a value that is not UTF-8, which the table does not take"
	case c.New.Expires-p.options.Clock().Unix() > limits.TTL:
		return "would expire in more than 20 years, which Cassandra does not take"
	}
	return ""
}

// same tells if two values are the same but for their times. What expires at another time is not the same.
func same(a, b *Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	const tolerance = 2 // seconds: times to live are counted from when they are read
	d := a.Expires - b.Expires
	return bytes.Equal(a.Data, b.Data) && (a.Expires == 0) == (b.Expires == 0) && -tolerance <= d && d <= tolerance
}

// equal tells if a live value is the one that is expected. Bytes that are not text may be expected as they are spelled in a
// dump.
func equal(keyspace, table string, live, want *Value) bool {
	if bytes.Equal(live.Data, want.Data) {
		return true
	}
	if !wtf8.Valid(live.Data) {
		return bytes.Equal(wtf8.Spell(live.Data), want.Data)
	}
	return keyspace == "config_db_uuid" && (table == "obj_uuid_table" || table == "obj_fq_name_table" || table == "obj_shared_table") &&
		jsontree.EqualText(live.Data, want.Data)
}

// Change is what a plan does to a cell or node.
type Change struct {
	Op   string `json:"op"`   // added, removed or modified; of a table that is made: added
	Path string `json:"path"` // as dump.Path writes it
}

// Changes goes over what the plan does, in the order in which it is done.
func (p *Plan) Changes() iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		r := &Run{journal: fileJournal{p.file}}
		err := r.lines(0, p.file.Size(), func(l *line, _, _ int64) error {
			var c Change
			switch {
			case l.Table != nil:
				c = Change{"added", l.Table.Keyspace + "/" + l.Table.Name}
			case l.Cell != nil:
				c = Change{opOf(l.Cell.Old != nil, l.Cell.New != nil), l.Cell.path()}
			case l.Node != nil && l.Node.changes():
				c = Change{opOf(l.Node.Old != nil, l.Node.New != nil), nodePath(l.Node.Path)}
			default:
				return nil
			}
			if !yield(c, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(Change{}, err)
		}
	}
}

var errEnough = errors.New("enough")

func opOf(old, new bool) string {
	switch {
	case !old:
		return "added"
	case !new:
		return "removed"
	}
	return "modified"
}
