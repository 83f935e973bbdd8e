package patch

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/spill"
)

// ApplyOptions are the ways of applying.
type ApplyOptions struct {
	// ThreeWay lets the base have what the patch makes already, as it is where
	// others have changed the same. Without it that is a conflict.
	ThreeWay bool
}

// applier is one run of Apply.
type applier struct {
	ctx   context.Context
	o     ApplyOptions
	p     *Patch
	base  *dump.Dump
	r     *dump.Reader
	one   *dump.Reader // of values of the patch
	look  *splice.Cursor
	out   *splice.Splicer
	stats Stats

	conflicts ConflictError

	root, cassandra, keyspace, table, row splice.List

	members    map[string]bool // of the base
	inside     bool            // cassandra is open
	seen       bool            // cassandra was met
	keyspaces  map[string]bool // of the base
	written    map[string]bool // of the result
	layout     keyspaceLayout
	goneKS     bool // the keyspace is left out
	goneTable  bool
	tables     *splice.List // in which the tables stand: keyspace or cassandra
	edits      *tableEdits
	tableHash  dump.Hash
	rowEdit    rowEdit
	zk         zkEdit
	zkSeen     bool
	flatKept   map[string]bool // keyspaces of flatKeyspace of which tables are kept
	nameBuffer []byte
}

// keyspaceLayout is how a keyspace stands in the base.
type keyspaceLayout uint8

const (
	ordinaryKeyspace keyspaceLayout = iota
	flatKeyspace                    // its tables stand in cassandra (A3)
	noKeyspace                      // so do all tables (A2)
	newKeyspace                     // so they did, and get a keyspace
)

// Apply writes base, changed by the patch, to w. Where the base is not what the
// patch expects the error is a *ConflictError, and what was written until then
// is of no use. What is not touched keeps its order and its bytes; new columns
// go where their row is sorted, other new things to the end of what they are
// in.
func Apply(ctx context.Context, w io.Writer, base *dump.Dump, p *Patch, o ApplyOptions) (Stats, error) {
	text, err := randomText(ctx, base)
	if err != nil {
		return Stats{}, err
	}
	r, err := base.Reader(ctx)
	if err != nil {
		return Stats{}, err
	}
	defer r.Close()
	a := &applier{ctx: ctx, o: o, p: p, base: base, r: r, look: splice.NewCursor(text), out: splice.New(w, text),
		members: map[string]bool{}, keyspaces: map[string]bool{}, flatKept: map[string]bool{}, written: map[string]bool{},
		one: dump.RowReader(p.text, dump.Place{}, p.file, quiet(base.Options()))}
	a.conflicts.File = base.Name()
	defer a.one.Close()
	if o.ThreeWay {
		err = a.findPresent()
	}
	if err == nil {
		err = a.run()
	}
	if a.out.Err() != nil {
		err = a.out.Err()
	} else if err == nil && a.conflicts.Total > 0 {
		err = &a.conflicts
	}
	return a.stats, err
}

// conflict notes that the base is not as expected. The rest is gone through
// only to find others.
func (a *applier) conflict(path, reason string) {
	if a.conflicts.Total == 0 {
		a.out.Mute()
	}
	a.conflicts.add(path, reason)
}

// findPresent marks the columns and nodes that the patch adds and the base has,
// wherever they stand in it, so that they are not added in front of that place.
func (a *applier) findPresent() error {
	r, err := a.base.Reader(a.ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var table, row dump.Hash
	touched := false
	mark := func(x *lookup, h dump.Hash) error {
		e, ok, err := x.find(h)
		if ok && e.op == added {
			x.use(e)
		}
		return err
	}
	for r.Next() {
		switch r.Kind() {
		case dump.TableStart:
			table = tableHash(r.Keyspace(), r.Table())
		case dump.RowStart:
			row = within(table, r.KeyHash())
			if _, touched, err = a.p.rows.find(row); err != nil {
				return err
			}
		case dump.CellRead:
			if touched {
				err = mark(a.p.cells, within(row, r.Cell().NameHash()))
			}
		case dump.ZNodeRead:
			err = mark(a.p.nodes, r.ZNode().Hash)
		}
		if err != nil {
			return err
		}
	}
	return r.Err()
}

func (a *applier) run() error {
	start := int64(0)
	if a.look.Byte(0) == 0xef {
		start = int64(len("\ufeff"))
	}
	a.root = splice.NewList(a.look.Blank(start) + 1)
	for a.r.Next() {
		if err := a.step(); err != nil {
			return err
		}
		switch {
		case a.out.Err() != nil:
			return a.out.Err()
		case a.look.Err() != nil:
			return a.look.Err()
		}
	}
	if err := a.r.Err(); err != nil {
		return err
	}
	if err := a.finish(); err != nil {
		return err
	}
	a.out.CopyTo(a.base.Bytes())
	return errors.Join(a.look.Err(), a.unused())
}

func (a *applier) step() error {
	r := a.r
	switch r.Kind() {
	case dump.CellRead:
		if a.rowEdit.active {
			return a.cell(r.Cell())
		}
	case dump.RowStart:
		return a.beginRow()
	case dump.RowEnd:
		return a.endRow()
	case dump.TableStart:
		a.beginTable()
	case dump.TableEnd:
		return a.endTable()
	case dump.KeyspaceStart:
		a.beginKeyspace()
	case dump.KeyspaceEnd:
		return a.endKeyspace()
	case dump.ZooKeeperStart:
		if err := a.nextMember(); err != nil {
			return err
		}
		a.beginZooKeeper()
	case dump.ZNodeRead:
		return a.node(r.ZNode())
	case dump.ZooKeeperEnd:
		return a.endZooKeeper()
	case dump.MemberRead:
		if err := a.nextMember(); err != nil {
			return err
		}
		return a.member(r.Member())
	}
	return nil
}

// nextMember is called before a member of the top level other than cassandra.
// It ends cassandra, of which nothing is heard if it is empty.
func (a *applier) nextMember() error {
	if !a.inside && !a.seen {
		at := a.look.Item(a.root.Last)
		if a.look.Byte(at) != '"' {
			return nil
		}
		if name, _ := a.look.Name(at); name == "cassandra" {
			a.beginCassandra()
		}
	}
	if !a.inside {
		return nil
	}
	if err := a.endCassandra(); err != nil {
		return err
	}
	end := a.look.Blank(a.cassandra.Last) + 1
	a.inside = false
	a.root.Last = end
	return nil
}

func (a *applier) beginCassandra() {
	at := a.look.Item(a.root.Last)
	_, value := a.look.Name(at)
	a.root.Comes(at)
	a.out.Keep(&a.root, at)
	a.cassandra = splice.NewList(value + 1)
	a.inside, a.seen = true, true
}

// member deals with an unknown member of the top level.
func (a *applier) member(m *dump.Member) error {
	name := m.Name.String()
	a.members[name] = true
	at := a.look.Item(a.root.Last)
	a.root.Comes(at)
	l, ok := a.p.members[name]
	if ok {
		same, err := a.memberIs(m, &l.old)
		if err != nil {
			return err
		}
		if !same && a.o.ThreeWay {
			if done, err := a.memberIs(m, &l.new); err != nil {
				return err
			} else if done {
				ok, same = false, true
			}
		}
		if !same {
			a.conflict(name, reasonOf(l.op, "is not what it was"))
			ok = false
		}
	}
	switch {
	case !ok:
		a.out.Keep(&a.root, at)
		a.root.Last = m.End
		return nil
	case l.op == removed:
		a.out.Leave(&a.root, at)
		a.out.Left(&a.root, m.End)
	default:
		a.out.Keep(&a.root, at)
		a.out.CopyTo(m.Offset)
		a.out.Section(a.p.text, l.new.text())
		a.out.SkipTo(m.End)
		a.root.Last = m.End
	}
	a.stats.Members++
	return nil
}

// temp is where temporary files go.
func (a *applier) temp() spill.Dir { return a.p.rows.temp }

// memberIs tells if a member is what one side of a line says.
func (a *applier) memberIs(m *dump.Member, s *stored) (bool, error) {
	if !s.set() {
		return false, nil
	}
	section := func(text io.ReaderAt, p dump.Place) *io.SectionReader {
		return io.NewSectionReader(text, p.Start, p.End-p.Start)
	}
	return sameMember(section(a.look.Text(), dump.Place{Start: m.Offset, End: m.End}), section(a.p.text, s.text()), a.temp())
}

// reasonOf says what is wrong with something that is there.
func reasonOf(o op, otherwise string) string {
	if o == added {
		return "is there already"
	}
	return otherwise
}

// finish adds what is missing at the end of the top level.
func (a *applier) finish() error {
	if err := a.nextMember(); err != nil {
		return err
	}
	if !a.zkSeen && a.p.newNodes.n > 0 {
		a.out.Behind(&a.root)
		a.out.Put(`"zookeeper": "[`)
		a.zk.escaped = true
		if err := a.newNodes(func(first bool) {
			if !first {
				a.out.Put(", ")
			}
		}); err != nil {
			return err
		}
		a.out.Put(`]"`)
	}
	for _, name := range sortedNames(a.p.members) {
		l := a.p.members[name]
		switch {
		case a.members[name]:
		case l.op == added:
			a.out.Behind(&a.root)
			a.out.Section(a.p.text, l.name)
			a.out.Put(": ")
			a.out.Section(a.p.text, l.new.text())
			a.stats.Members++
		case l.op == removed && a.o.ThreeWay:
		default:
			a.conflict(name, "is absent")
		}
	}
	return nil
}

func sortedNames[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// unused finds the lines that should have met something and did not.
func (a *applier) unused() error {
	missing := func(e entry) bool { return !a.o.ThreeWay || e.op != removed }
	for _, x := range []*lookup{a.p.rows, a.p.nodes} {
		if err := x.unused(func(e entry) (bool, error) {
			if !missing(e) {
				return true, nil
			}
			l, err := a.p.lineAt(e.offset)
			if err != nil {
				return false, err
			}
			reason := "is absent"
			if e.op == added {
				reason = "has no table"
			}
			a.conflict(l.path(nil), reason)
			return true, nil
		}); err != nil {
			return err
		}
	}
	if a.conflicts.Total > 0 {
		return nil // rows that are absent lack cells
	}
	any := false
	if err := a.p.cells.unused(func(e entry) (bool, error) {
		any = missing(e)
		return !any, nil
	}); err != nil || !any {
		return err
	}
	return a.unusedCells(missing)
}

// unusedCells goes through the patch to name the cells that are absent.
func (a *applier) unusedCells(missing func(entry) bool) error {
	var row line
	var hash dump.Hash
	for r := a.p.lines(0); ; {
		l, err := r.next()
		switch {
		case err != nil || l == nil:
			return err
		case l.kind == rowLine:
			row = *l
			hash = within(tableHash(l.names[0], l.names[1]), nameHash(l.names[2]))
		case l.kind == cellLine:
			e, ok, err := a.p.cells.find(within(hash, nameHash(l.names[0])))
			if err != nil {
				return err
			}
			if ok && !a.p.cells.isUsed(e) && missing(e) {
				a.conflict(l.path(&row), "is absent")
			}
		}
	}
}
