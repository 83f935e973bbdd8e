package patch

import (
	"context"
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
	one   *dump.Reader // of values of the patch
	stats Stats

	splice.Walk
	row splice.List

	conflicts ConflictError

	members    map[string]bool // of the base
	keyspaces  map[string]bool // of the base
	written    map[string]bool // of the result
	layout     keyspaceLayout
	goneKS     bool // the keyspace is left out
	goneTable  bool
	edits      *tableEdits
	tableHash  dump.Hash
	rowEdit    rowEdit
	zk         zkEdit
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
	a := &applier{ctx: ctx, o: o, p: p, base: base, Walk: splice.NewWalk(w, text, r),
		members: map[string]bool{}, keyspaces: map[string]bool{}, flatKept: map[string]bool{}, written: map[string]bool{},
		one: dump.RowReader(p.text, dump.Place{}, p.file, quiet(base.Options()))}
	a.conflicts.File = base.Name()
	defer a.one.Close()
	if o.ThreeWay {
		err = a.findPresent()
	}
	if err == nil {
		err = a.Run(a, base.Bytes)
	}
	if err == nil {
		err = a.unused()
	}
	if a.Out.Err() != nil {
		err = a.Out.Err()
	} else if err == nil && a.conflicts.Total > 0 {
		err = &a.conflicts
	}
	return a.stats, err
}

// conflict notes that the base is not as expected. The rest is gone through
// only to find others.
func (a *applier) conflict(path, reason string) {
	if a.conflicts.Total == 0 {
		a.Out.Mute()
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

// Member deals with an unknown member of the top level.
func (a *applier) Member(m *dump.Member, at int64) error {
	name := m.Name.String()
	a.members[name] = true
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
		a.Out.Keep(&a.Root, at)
		return nil
	case l.op == removed:
		a.Out.Leave(&a.Root, at)
	default:
		a.Out.Keep(&a.Root, at)
		a.Out.CopyTo(m.Offset)
		a.Out.Section(a.p.text, l.new.text())
		a.Out.SkipTo(m.End)
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
	return sameMember(section(a.Look.Text(), dump.Place{Start: m.Offset, End: m.End}), section(a.p.text, s.text()), a.temp())
}

// reasonOf says what is wrong with something that is there.
func reasonOf(o op, otherwise string) string {
	if o == added {
		return "is there already"
	}
	return otherwise
}

// End adds what is missing at the end of the top level.
func (a *applier) End() error {
	if !a.HasZooKeeper && a.p.newNodes.n > 0 {
		if err := a.AddZooKeeper(a.newNodes); err != nil {
			return err
		}
	}
	for _, name := range sortedNames(a.p.members) {
		l := a.p.members[name]
		switch {
		case a.members[name]:
		case l.op == added:
			a.Out.Behind(&a.Root)
			a.Out.Section(a.p.text, l.name)
			a.Out.Put(": ")
			a.Out.Section(a.p.text, l.new.text())
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
