package repair

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/validate"
)

// applier makes the edits of a round.
type applier struct {
	ctx    context.Context
	edits  *set
	base   *dump.Dump
	text   io.ReaderAt
	one    *dump.Reader // of single rows
	time   int64        // of all that is set; 0: the newest of its row and one
	newest int64        // of the dump

	splice.Walk

	// removed is told of each object that goes.
	removed func(*Removed) error

	places  map[int]place      // of rows and nodes that edits are about, by the numbers of those
	sources map[int]dump.Place // of nodes that are copied, by the numbers of the edits

	begun       map[string]bool // keyspaces that were met
	begunTables map[[2]string]bool
	goneSpace   bool
	prefix      []byte
	key         []byte
	name        []byte
	row         rowEdit
	zk          zkEdit
}

// place is where the content of something stands that is needed elsewhere.
type place struct {
	dump.Place
	time    int64 // the newest timestamp in it
	hash    dump.Hash
	differs bool // there is another one with other data
	found   bool
}

// run writes the base with the edits made.
func (a *applier) run(w io.Writer) (err error) {
	o := a.base.Options()
	o.OnProblem = func(p *dump.Problem) error {
		if p.Fatal {
			return p
		}
		return nil
	}
	o.OthersFindDuplicates = true
	if a.text, err = a.base.At(); err != nil {
		return err
	}
	if a.edits.root[validate.Relayout] != nil {
		return a.relayout(w, o)
	}
	a.begun, a.begunTables = map[string]bool{}, map[[2]string]bool{}
	a.one = dump.RowReader(a.text, dump.Place{}, a.base.Name(), o)
	defer a.one.Close()
	if a.edits.places {
		if err := a.findPlaces(o); err != nil {
			return err
		}
	}
	r, err := a.base.ReaderWith(a.ctx, o)
	if err != nil {
		return err
	}
	defer r.Close()
	a.Walk = splice.NewWalk(w, a.text, r)
	if start := a.Look.Start(); start > 0 {
		if e := a.edits.root[validate.DropMark]; e != nil {
			a.Out.SkipTo(start)
			a.edits.use(e.number)
		}
	}
	if err := a.Run(a, a.base.Bytes); err != nil {
		return err
	}
	return a.edits.err
}

// Member keeps an unknown member.
func (a *applier) Member(_ *dump.Member, at int64) error {
	a.Out.Keep(&a.Root, at)
	return nil
}

// End adds zookeeper if it is missing.
func (a *applier) End() error {
	if a.HasZooKeeper {
		return nil
	}
	e := a.edits.root[validate.AddZooKeeper]
	if e == nil && !a.edits.newNodes {
		return nil
	}
	if e != nil {
		a.edits.use(e.number)
	}
	return a.AddZooKeeper(a.newNodes)
}

// BeginKeyspace finds out what happens to the keyspace.
func (a *applier) BeginKeyspace(at int64) {
	name := a.In.Keyspace()
	a.begun[name] = true
	a.goneSpace = false
	if a.Flat {
		return
	}
	e := a.edits.spaces[name]
	if e != nil && e.Op == validate.DropSpace {
		a.edits.use(e.number)
		a.goneSpace = true
		a.Out.Leave(&a.Cassandra, at)
		return
	}
	a.Out.Keep(&a.Cassandra, at)
	if e != nil && e.Op == validate.RenameSpace {
		a.edits.use(e.number)
		a.rename(at, e.Value)
	}
}

// rename writes another name for the member whose name begins at at.
func (a *applier) rename(at int64, name string) {
	a.Out.CopyTo(at)
	a.Out.Put(quote(name))
	_, end := a.Look.Quoted(at)
	a.Out.SkipTo(end)
}

// EndKeyspace adds the tables that are missing.
func (a *applier) EndKeyspace() error {
	if a.Flat || a.goneSpace {
		return nil
	}
	return a.addTables(a.In.Keyspace(), &a.Keyspace)
}

// addTables adds the tables that a keyspace lacks.
func (a *applier) addTables(keyspace string, l *splice.List) error {
	for _, name := range a.missingTables(keyspace) {
		key := [2]string{keyspace, name}
		a.begunTables[key] = true
		if e := a.edits.tables[key]; e != nil {
			a.edits.use(e.number)
		}
		a.Out.Behind(l)
		a.Out.Put(quote(name) + ": {")
		rows := splice.NewList(a.Out.At())
		if err := a.newRows(keyspace, name, &rows); err != nil {
			return err
		}
		a.Out.Put("}")
	}
	return nil
}

// missingTables are the tables of a keyspace that were not met and are wanted, sorted.
func (a *applier) missingTables(keyspace string) []string {
	var names []string
	add := func(key [2]string) {
		if key[0] == keyspace && !a.begunTables[key] && !slices.Contains(names, key[1]) {
			names = append(names, key[1])
		}
	}
	for key := range a.edits.wanted {
		add(key)
	}
	for key := range a.edits.tables {
		add(key)
	}
	slices.Sort(names)
	return names
}

// EndCassandra adds the keyspaces that are missing.
func (a *applier) EndCassandra() error {
	if a.In.Layout()&dump.NoKeyspaceLevel != 0 {
		return nil // there is no room for them, until the layout is the ordinary one
	}
	var names []string
	add := func(name string) {
		if !a.begun[name] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for name, e := range a.edits.spaces {
		if e.Op == validate.AddContainer {
			add(name)
		}
	}
	for key := range a.edits.wanted {
		add(key[0])
	}
	for key := range a.edits.tables {
		add(key[0])
	}
	slices.SortFunc(names, cmp.Compare)
	for _, name := range names {
		if e := a.edits.spaces[name]; e != nil {
			a.edits.use(e.number)
		}
		a.Out.Behind(&a.Cassandra)
		a.Out.Put(quote(name) + ": {")
		inner := splice.NewList(a.Out.At())
		if err := a.addTables(name, &inner); err != nil {
			return err
		}
		a.Out.Put("}")
	}
	return nil
}

// BeginTable keeps the table.
func (a *applier) BeginTable(at int64) {
	a.Out.Keep(a.Tables, at)
	a.begunTables[[2]string{a.In.Keyspace(), a.In.Table()}] = true
}

// EndTable adds the rows that are missing.
func (a *applier) EndTable() error {
	return a.newRows(a.In.Keyspace(), a.In.Table(), &a.Table)
}

// newRows adds the rows in which cells are set and that were not met.
func (a *applier) newRows(keyspace, table string, l *splice.List) error {
	if _, ok := a.edits.wanted[[2]string{keyspace, table}]; !ok {
		return nil
	}
	prefix := tablePrefix(nil, keyspace, table)
	c := a.edits.seek(prefix)
	last, open := "", false
	for {
		e, number, ok := c.next(prefix)
		if !ok {
			break
		}
		if e.Op != validate.SetCell || a.edits.met.has(number) {
			continue
		}
		if open && e.Path.Row == last {
			a.Out.Put(", ")
		} else {
			if open {
				a.Out.Put("}")
			}
			a.Out.Behind(l)
			a.Out.Put(quote(e.Path.Row) + ": {")
			last, open = e.Path.Row, true
		}
		a.Out.Put(quote(e.Path.Column) + ": ")
		a.writeCell(&e, a.timeFor(0))
		a.edits.use(number)
	}
	if open {
		a.Out.Put("}")
	}
	return a.edits.err
}

// timeFor is the timestamp of what is set in a row whose newest one is given.
func (a *applier) timeFor(newest int64) string {
	switch {
	case a.time != 0:
		return strconv.FormatInt(a.time, 10)
	case newest > 0:
		return strconv.FormatInt(newest+1, 10)
	}
	return strconv.FormatInt(max(a.newest, 1), 10)
}

// findPlaces reads the dump once to find what has to be known before its place comes.
func (a *applier) findPlaces(o dump.Options) error {
	a.places, a.sources = map[int]place{}, map[int]dump.Place{}
	r, err := a.base.ReaderWith(a.ctx, o)
	if err != nil {
		return err
	}
	defer r.Close()
	var prefix []byte
	number, newest, start := -1, int64(0), int64(0)
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			a.name = r.Key().AppendDecoded(a.name[:0])
			prefix = rowPrefix(prefix[:0], r.Keyspace(), r.Table(), string(a.name))
			number, newest = -1, 0
			start, _ = r.Span()
			if !a.edits.may(prefix) {
				continue
			}
			if e, n, ok := a.edits.find(append(prefix, 0)); ok && e.Op == validate.Single {
				number = n
			}
		case dump.CellRead:
			if number >= 0 {
				t, _ := r.Cell().Microseconds()
				newest = max(newest, t)
			}
		case dump.RowEnd:
			if number < 0 {
				continue
			}
			_, end := r.Span()
			if p := a.places[number]; !p.found || newest >= p.time {
				a.places[number] = place{Place: dump.Place{Start: start, End: end}, time: newest, found: true}
			}
		case dump.ZNodeRead:
			if err := a.findNode(r.ZNode()); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// findNode notes the place of a node that some edit is about.
func (a *applier) findNode(n *dump.ZNode) error {
	if number, ok := a.edits.sources[n.Offset]; ok {
		a.sources[number] = dump.Place{Start: n.Offset, End: n.End}
	}
	a.key = nodeKey(a.key[:0], n.Normal)
	if !a.edits.may(a.key) {
		return nil
	}
	e, number, ok := a.edits.find(a.key)
	if !ok {
		return nil
	}
	p := a.places[number]
	var hasher dump.CellHasher
	h, err := hasher.Value(&n.Data)
	if err != nil {
		return err
	}
	if p.found {
		p.differs = p.differs || p.hash != h
		a.places[number] = p
		return nil
	}
	if e.Op == validate.MoveNode || e.Op == validate.Single || e.Op == validate.SetNode {
		a.places[number] = place{Place: dump.Place{Start: n.Offset, End: n.End}, hash: h, found: true}
	}
	return nil
}

// source is where the value of a cell stands that is copied.
type source struct {
	value dump.Place // the JSON string
	time  string     // the timestamp's text; empty if there is none
}

// source finds the value and timestamp of the cell whose name begins at off. Without ok the value is no string.
func (a *applier) source(off int64) (x source, ok bool) {
	at := a.Look.Blank(a.behindString(off))
	if a.Look.Byte(at) == ':' {
		at = a.Look.Blank(at + 1)
	}
	inArray := a.Look.Byte(at) == '['
	if inArray {
		at = a.Look.Blank(at + 1)
	}
	if a.Look.Byte(at) != '"' {
		return x, false
	}
	x.value = dump.Place{Start: at, End: a.behindString(at)}
	if inArray {
		x.time = a.number(a.Look.Item(x.value.End))
	}
	return x, true
}

// behindString returns where the string ends that begins at off.
func (a *applier) behindString(off int64) int64 {
	for off++; a.Look.Err() == nil; off++ {
		switch a.Look.Byte(off) {
		case '"':
			return off + 1
		case '\\':
			off++
		}
	}
	return off
}

// number is the text of the number that begins at off.
func (a *applier) number(off int64) string {
	var b []byte
	for ; ; off++ {
		c := a.Look.Byte(off)
		if c == ',' || c == ']' || c <= ' ' {
			return string(b)
		}
		b = append(b, c)
	}
}

// writeCell writes the cell that a SetCell makes, with its brackets.
func (a *applier) writeCell(e *validate.Edit, time string) {
	if e.From == 0 {
		a.Out.Put("[" + quote(e.Value) + ", " + time + "]")
		return
	}
	x, _ := a.source(e.From)
	if e.Keep && x.time != "" {
		time = x.time
	}
	a.Out.Put("[")
	a.Out.Section(a.text, x.value)
	a.Out.Put(", " + time + "]")
}
