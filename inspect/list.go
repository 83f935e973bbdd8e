package inspect

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/nearest"
)

// EntryKind says what a listing has found.
type EntryKind string

// The kinds of entries.
const (
	EntryKeyspace EntryKind = "keyspace"
	EntryTable    EntryKind = "table"
	EntryRow      EntryKind = "row"
	EntryColumn   EntryKind = "column"
	EntryZNode    EntryKind = "znode"
	EntryType     EntryKind = "type"
	EntryObject   EntryKind = "object" // a row, listed by its type
)

// Entry is one thing of a listing. Fields that say nothing about its kind are
// zero.
type Entry struct {
	Kind EntryKind
	Path dump.Path // not of EntryType

	Tables  int64 // of a keyspace
	Rows    int64 // of a keyspace or table
	Columns int64 // of a keyspace, table or row
	// Bytes is the length of the JSON text of a row or table, of all tables of
	// a keyspace, of the stored value of a column, of the data of a znode.
	Bytes int64
	// Oldest and Newest are the bounds of the timestamps in it; of a column both
	// are its own. nil if there are none.
	Oldest, Newest *json.Number

	Type    string   // of a type, an object, and a row of obj_uuid_table
	FQName  []string // of an object, and a row of obj_uuid_table
	Objects int64    // of a type

	Nodes int64  // znode: how many there are in the dump at this path and below it
	Leaf  bool   // znode: the dump has it as a node; otherwise it only has nodes below it
	Stat  string // of a leaf: the JSON text of the stat
}

// Listing says what to list.
type Listing struct {
	Path dump.Path
	// Types lists types of objects instead, or the objects of Type.
	Types bool
	Type  string
	// Recursive goes below what one level shows: down to rows and znodes, or
	// to the columns of a row; with Types to the objects of all types.
	Recursive bool
	// Memory is what sorting may take; zero means that of the dump's options.
	Memory int64
}

// ParseListing reads what can be listed: a dump.Path, "type:", or "type:TYPE".
func ParseListing(text string) (Listing, error) {
	if typ, ok := cutType(text); ok {
		return Listing{Types: true, Type: typ}, nil
	}
	p, err := dump.ParsePath(text)
	return Listing{Path: p}, err
}

// List calls emit for each entry of the listing. An entry is valid during the
// call. Keyspaces, tables, rows and columns come in the order of the dump, and
// so do znodes if the listing is recursive; types, objects of a type and one
// level of znodes come sorted. The whole dump is read and checked, or with an
// index the part of it that is listed. The error is a *NotFound if the dump has
// no such place.
//
// Memory: that of a Reader, names of keyspaces, tables and types, and what
// sorting is given.
func List(ctx context.Context, d *dump.Dump, what Listing, emit func(*Entry) error) error {
	if done, err := listIndex(d, what, emit); done || err != nil {
		return err
	}
	if what.Memory == 0 {
		what.Memory = memoryOf(d)
	}
	if done, err := listPart(ctx, d, what, emit); done || err != nil {
		return err
	}
	opts := listingOptions(d)
	r, err := d.ReaderWith(ctx, opts)
	if err != nil {
		return err
	}
	defer r.Close()
	l := lister{what: what, r: r, opts: opts, emit: emit}
	switch {
	case what.Types:
		return l.types()
	case what.Path.Level == dump.AtZNode && !what.Recursive:
		return l.nodes()
	}
	return l.tables()
}

// listingOptions are those of a reading that lists.
func listingOptions(d *dump.Dump) dump.Options {
	o := d.Options()
	o.DropLong, o.LateDuplicates = true, true
	return o
}

// lister makes a listing.
type lister struct {
	what  Listing
	r     *dump.Reader
	opts  dump.Options
	emit  func(*Entry) error
	found bool
}

// tables lists everything that comes in the order of the dump.
func (l *lister) tables() error {
	what, r := l.what, l.r
	at := what.Path
	var (
		keyspaces []*Entry // in order, of the levels above rows
		places    = map[dump.Path]*Entry{}
		row       Entry
		all, own  times
		about     head
		objects   bool
		inside    bool // of the row that is asked for
		zk        Entry
	)
	container := func(kind EntryKind, p dump.Path) *Entry {
		e := places[p]
		if e == nil {
			e = &Entry{Kind: kind, Path: p}
			places[p] = e
			keyspaces = append(keyspaces, e)
		}
		return e
	}
	var keyspace, table *Entry
	var keyspaceTimes = map[*Entry]*times{}
	for r.Next() {
		switch r.Kind() {
		case dump.KeyspaceStart:
			keyspace = container(EntryKeyspace, dump.Path{Level: dump.AtKeyspace, Keyspace: r.Keyspace()})
			if keyspaceTimes[keyspace] == nil {
				keyspaceTimes[keyspace] = new(times)
			}
		case dump.TableStart:
			keyspace.Tables++
			table = container(EntryTable, dump.Path{Level: dump.AtTable, Keyspace: r.Keyspace(), Table: r.Table()})
			all = times{}
			objects = isObjects(r)
		case dump.RowStart:
			own = times{}
			about.reset()
			row = Entry{Kind: EntryRow}
			inside = at.Level >= dump.AtRow && at.Keyspace == r.Keyspace() && at.Table == r.Table() && r.Key().String() == at.Row
			l.found = l.found || inside && at.Level == dump.AtRow
		case dump.CellRead:
			c := r.Cell()
			own.Add(c)
			all.Add(c)
			if objects {
				about.add(c)
			}
			if inside {
				if err := l.column(at, c); err != nil {
					return err
				}
			}
		case dump.RowEnd:
			table.Rows++
			table.Columns += r.Cells()
			if l.listsRows(at, r) {
				row.Path = dump.Path{Level: dump.AtRow, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String()}
				row.Columns = r.Cells()
				start, end := r.Span()
				row.Bytes = end - start
				row.Oldest, row.Newest = own.bounds()
				row.Type, row.FQName = about.typ, about.fqName
				if err := l.emit(&row); err != nil {
					return err
				}
			}
		case dump.TableEnd:
			start, end := r.Span()
			table.Bytes = end - start
			table.Oldest, table.Newest = all.bounds()
			keyspace.Rows += table.Rows
			keyspace.Columns += table.Columns
			keyspace.Bytes += table.Bytes
			keyspaceTimes[keyspace].Merge(&all.TimeRange)
			if what.Recursive && table.Rows == 0 && covers(at, table.Path) {
				if err := l.emit(table); err != nil {
					return err
				}
			}
		case dump.KeyspaceEnd:
			keyspace.Oldest, keyspace.Newest = keyspaceTimes[keyspace].bounds()
			if what.Recursive && keyspace.Tables == 0 && covers(at, keyspace.Path) {
				if err := l.emit(keyspace); err != nil {
					return err
				}
			}
		case dump.ZNodeRead:
			z := r.ZNode()
			zk.Nodes++
			if what.Recursive && (at.Level == dump.AtRoot || at.Level == dump.AtZNode && nodeCovers(at.Node, z.Normal)) {
				l.found = true
				if err := l.emit(leafEntry(z)); err != nil {
					return err
				}
			}
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	for _, e := range keyspaces {
		l.found = l.found || covers(e.Path, at) && e.Path.Level == at.Level
		if !what.Recursive && covers(at, e.Path) && e.Path.Level == at.Level+1 {
			if err := l.emit(e); err != nil {
				return err
			}
		}
	}
	switch {
	case at.Level == dump.AtRoot:
		if !what.Recursive && zk.Nodes > 0 {
			zk.Kind, zk.Path = EntryZNode, dump.Path{Level: dump.AtZNode, Node: "/"}
			return l.emit(&zk)
		}
		return nil
	case at.Level == dump.AtZNode && at.Node == "/", l.found:
		return nil
	}
	return &NotFound{What: at.String(), Near: nearContainers(at, keyspaces)}
}

// listsRows tells if the row that r has come to the end of is an entry.
func (l *lister) listsRows(at dump.Path, r *dump.Reader) bool {
	switch at.Level {
	case dump.AtRoot:
		return l.what.Recursive
	case dump.AtKeyspace:
		return l.what.Recursive && at.Keyspace == r.Keyspace()
	case dump.AtTable:
		return at.Keyspace == r.Keyspace() && at.Table == r.Table()
	}
	return false
}

// column lists a column of the row at.
func (l *lister) column(at dump.Path, c *dump.Cell) error {
	name := c.Name.String()
	if at.Level == dump.AtColumn && name != at.Column {
		return nil
	}
	l.found = true
	e := Entry{Kind: EntryColumn, Path: at, Bytes: c.Value.Size()}
	e.Path.Level, e.Path.Column = dump.AtColumn, name
	if c.Time != nil {
		t := json.Number(c.Time)
		e.Oldest, e.Newest = &t, &t
	}
	return l.emit(&e)
}

// nearContainers returns keyspaces or tables, whichever is the first part of at
// that is not among the containers.
func nearContainers(at dump.Path, containers []*Entry) []string {
	var keyspaces, tables []string
	for _, e := range containers {
		switch {
		case e.Kind == EntryKeyspace && e.Path.Keyspace == at.Keyspace:
			keyspaces = nil
			tables = append(tables, "") // the keyspace is there
		case e.Kind == EntryKeyspace && tables == nil:
			keyspaces = append(keyspaces, e.Path.Keyspace)
		case e.Kind == EntryTable && e.Path.Keyspace == at.Keyspace:
			tables = append(tables, e.Path.Table)
			if e.Path.Table == at.Table {
				return nil
			}
		}
	}
	var near []string
	if tables == nil {
		for _, name := range nearest.Names(at.Keyspace, keyspaces) {
			near = append(near, dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String())
		}
		return near
	}
	for _, name := range nearest.Names(at.Table, tables[1:]) {
		near = append(near, dump.Path{Level: dump.AtTable, Keyspace: at.Keyspace, Table: name}.String())
	}
	return near
}

// covers tells if p is q or above it; both are no paths of nodes.
func covers(p, q dump.Path) bool {
	if p.Level == dump.AtZNode || q.Level == dump.AtZNode || p.Level > q.Level {
		return false
	}
	return (p.Level < dump.AtKeyspace || p.Keyspace == q.Keyspace) &&
		(p.Level < dump.AtTable || p.Table == q.Table) &&
		(p.Level < dump.AtRow || p.Row == q.Row) &&
		(p.Level < dump.AtColumn || p.Column == q.Column)
}

// NotFound is the error for something that the dump has not got.
type NotFound struct {
	What string
	Near []string // what may have been meant
}

func (e *NotFound) Error() string { return fmt.Sprintf("there is no %s in the dump", e.What) }

// nearTypes returns types that a mistyped name may have meant: those of the
// dump before those of the model.
func nearTypes(name string, have []string) []string {
	if near := nearest.Names(contrail.NormalizeType(name), have); len(near) > 0 {
		return near
	}
	return contrail.SuggestTypes(name)
}
