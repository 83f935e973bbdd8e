package filter

import (
	"context"
	"errors"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// Options are the ways of filtering.
type Options struct {
	// Types makes the report count objects by type, also where the selection
	// does not go by them.
	Types bool
}

// copier is one run of Apply.
type copier struct {
	sel     *Selection
	objects *objects // nil where the selection does not go by objects
	active  bool     // objects decide
	report  Report

	r    *dump.Reader
	look *splice.Cursor
	out  *splice.Splicer

	root, cassandra, keyspace, table, row splice.List

	tables       *splice.List // the list in which tables stand
	inside, flat bool         // cassandra is open; tables have no keyspace around them
	keepKeyspace bool
	keepTable    bool
	emptyTable   bool // it is kept without its rows
	tableCount   *Count
	rowState     rowState
	zk           nodes
	trees        map[uint32]bool // paths of the list that are no nodes, of which some were met
	usedNames    map[string]bool
	spoken       *spoken
	err          error
	rows         map[[2]string]int64 // of tables that are empty in what is read; nil if none is
}

// Apply writes to w what the selection keeps of a dump. An error of a selection
// that names what is not there is a *NotFoundError, one of the dump a
// *dump.Problem; what was written until then is of no use.
//
// What is kept has its bytes. A selection of keyspaces and tables is one pass
// over a dump that can be read at any place. One of objects reads it twice.
func Apply(ctx context.Context, w io.Writer, d *dump.Dump, sel Selection, o Options) (Report, error) {
	if err := sel.Check(); err != nil {
		return Report{}, err
	}
	c := newCopier(&sel)
	d.Keep()
	if c.active || o.Types || sel.List != nil {
		objs, err := newObjects(d.Options().Temp)
		if err != nil {
			return c.report, err
		}
		defer objs.close()
		if err := survey(ctx, d, &sel, objs, c.spoken); err != nil {
			return c.report, err
		}
		if sel.List != nil {
			sel.List.endNodes()
		}
		if c.report.Needs, err = objs.spread(&sel); err != nil {
			return c.report, err
		}
		c.objects = objs
	}
	text, err := randomText(ctx, d)
	if err != nil {
		return c.report, err
	}
	if c.active && c.spoken.early {
		// What the member says is decided about before what it speaks of.
		before := newCopier(&sel)
		before.objects, before.spoken = c.objects, c.spoken
		if err := before.copyTo(ctx, io.Discard, d, text); err != nil {
			return before.report, err
		}
	}
	if c.ofContainers(o) {
		if done, err := c.copyTables(ctx, w, d, text); done || err != nil {
			return c.report, err
		}
	}
	err = c.copyTo(ctx, w, d, text)
	return c.report, err
}

func newCopier(sel *Selection) *copier {
	return &copier{sel: sel, active: sel.ofObjects() || sel.List != nil && sel.List.rows,
		trees: map[uint32]bool{}, usedNames: map[string]bool{}, spoken: &spoken{},
		report: Report{Tables: map[[2]string]*Count{}, Types: map[string]*Count{}, Families: map[string]*Count{}}}
}

// copyTo reads the dump, whose text is at hand, and writes what is kept.
func (c *copier) copyTo(ctx context.Context, w io.Writer, d *dump.Dump, text io.ReaderAt) (err error) {
	o := d.Options()
	o.LateDuplicates = true // nothing is of use anyway where there is one
	if c.r, err = d.ReaderWith(ctx, o); err != nil {
		return err
	}
	defer c.r.Close()
	return c.copy(w, text, d.Name(), d.Bytes)
}

// copy copies the text that the reader reads. size is asked when that has come to its end.
func (c *copier) copy(w io.Writer, text io.ReaderAt, name string, size func() int64) error {
	c.look, c.out = splice.NewCursor(text), splice.New(w, text)
	err := c.run(name, size)
	if c.out.Err() != nil {
		err = c.out.Err()
	}
	return err
}

// randomText returns the text for reading at any place; of a stream it reads
// all.
func randomText(ctx context.Context, d *dump.Dump) (io.ReaderAt, error) {
	if text, err := d.At(); err == nil {
		return text, nil
	}
	r, err := d.Reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return d.At()
}

func (c *copier) run(name string, size func() int64) error {
	c.root = splice.NewList(c.look.Blank(c.look.Start()) + 1)
	for c.r.Next() {
		if err := errors.Join(c.step(), c.err, c.out.Err(), c.look.Err()); err != nil {
			return err
		}
	}
	if err := c.r.Err(); err != nil {
		return err
	}
	if c.sel.List != nil {
		if err := c.sel.List.unmet(name, c.trees); err != nil {
			return err
		}
	}
	if err := c.unusedNames(name); err != nil {
		return err
	}
	c.out.CopyTo(size())
	return errors.Join(c.out.Err(), c.look.Err())
}

func (c *copier) step() error {
	r := c.r
	switch r.Kind() {
	case dump.CellRead:
		c.cell(r.Cell())
	case dump.RowStart:
		c.beginRow()
		if m := c.rowState.mode; m != cutRow && m != laterRow && r.PassRow() {
			c.endRow()
		}
	case dump.RowEnd:
		c.endRow()
	case dump.TableStart:
		c.beginTable()
	case dump.TableEnd:
		c.endTable()
	case dump.KeyspaceStart:
		c.beginKeyspace()
	case dump.KeyspaceEnd:
		c.endKeyspace()
	case dump.ZooKeeperStart:
		c.beginNodes()
	case dump.ZNodeRead:
		c.node(r.ZNode())
	case dump.ZooKeeperEnd:
		c.endNodes()
	case dump.MemberRead:
		c.nextMember()
		c.root.Last = r.Member().End
		return c.member(r.Member())
	}
	return nil
}

// nextMember goes past cassandra if that is what comes next at the top level,
// or came.
func (c *copier) nextMember() (value int64) {
	if c.inside {
		c.root.Last = c.look.Blank(c.cassandra.Last) + 1
		c.inside = false
	}
	name, value := c.look.Name(c.look.Item(c.root.Last))
	if name == "cassandra" { // an empty one, of which nothing was told
		c.root.Last = c.look.Blank(value+1) + 1
		_, value = c.look.Name(c.look.Item(c.root.Last))
	}
	return value
}

func (c *copier) beginKeyspace() {
	if !c.inside {
		_, value := c.look.Name(c.look.Item(c.root.Last))
		c.cassandra = splice.NewList(value + 1)
		c.inside = true
	}
	name := c.r.Keyspace()
	c.noteNames(c.sel.Keyspaces, name)
	c.noteNames(c.sel.OmitKeyspaces, name)
	c.keepKeyspace = c.sel.KeepsKeyspace(name) && (c.sel.List == nil || c.sel.List.hasKeyspace(name))
	c.report.Keyspaces.add(c.keepKeyspace)
	at := c.look.Item(c.cassandra.Last)
	written, value := c.look.Name(at)
	c.flat = written != name || c.r.Layout()&dump.NoKeyspaceLevel != 0
	if c.flat {
		c.tables = &c.cassandra
		return
	}
	c.keyspace = splice.NewList(value + 1)
	c.tables = &c.keyspace
	c.cassandra.Comes(at)
	if c.keepKeyspace {
		c.out.Keep(&c.cassandra, at)
	} else {
		c.out.Leave(&c.cassandra, at)
	}
}

func (c *copier) endKeyspace() {
	if c.flat {
		return
	}
	c.out.Ended(&c.cassandra, c.look.Blank(c.keyspace.Last)+1)
}

func (c *copier) beginTable() {
	keyspace, table := c.r.Keyspace(), c.r.Table()
	c.tableCount = count(c.report.Tables, [2]string{keyspace, table})
	for _, names := range [][]string{c.sel.Tables, c.sel.OmitTables} {
		c.noteNames(names, table)
		c.noteNames(names, keyspace+"/"+table)
	}
	at := c.look.Item(c.tables.Last)
	_, value := c.look.Name(at)
	c.tables.Comes(at)
	c.table = splice.NewList(value + 1)
	wanted := c.sel.KeepsTable(keyspace, table) && (c.sel.List == nil || c.sel.List.hasTable(keyspace, table) || c.followsObjects())
	// The original tool needs the table of objects, though it may be empty, and
	// the layout without keyspaces is told by both of its tables.
	c.emptyTable = !wanted && c.keepKeyspace && keyspace == objectKeyspace &&
		(table == objectTable || c.r.Layout()&dump.NoKeyspaceLevel != 0)
	c.keepTable = c.keepKeyspace && (wanted || c.emptyTable)
	if c.emptyTable && c.rows != nil && c.err == nil {
		c.err = errRowsNeeded
	}
	if c.keepTable {
		c.out.Keep(c.tables, at)
	} else {
		c.out.Leave(c.tables, at)
	}
}

// followsObjects tells that tables which a list doesn't name can be kept for the
// objects of a closure.
func (c *copier) followsObjects() bool { return c.sel.List != nil && c.sel.Closure }

func (c *copier) endTable() {
	if rows := c.rows[[2]string{c.r.Keyspace(), c.r.Table()}]; c.keepTable {
		c.tableCount.Kept += rows
	} else {
		c.tableCount.Dropped += rows
	}
	_, end := c.r.Span()
	c.out.Ended(c.tables, end)
}

// noteNames notes which of the names are those of something in the dump.
func (c *copier) noteNames(patterns []string, name string) {
	for _, p := range patterns {
		if matches(p, name) {
			c.usedNames[p] = true
		}
	}
}

// unusedNames fails for a keyspace or table to keep that the dump doesn't have;
// one to leave out is only reported.
func (c *copier) unusedNames(file string) error {
	for _, x := range []struct {
		what  string
		names []string
		keep  bool
	}{
		{"keyspace", c.sel.Keyspaces, true}, {"table", c.sel.Tables, true},
		{"keyspace", c.sel.OmitKeyspaces, false}, {"table", c.sel.OmitTables, false},
	} {
		for _, name := range x.names {
			if c.usedNames[name] {
				continue
			}
			if x.keep {
				return &NotFoundError{File: file, What: x.what, Name: name}
			}
			c.report.Unused = append(c.report.Unused, x.what+" "+name)
		}
	}
	return nil
}
