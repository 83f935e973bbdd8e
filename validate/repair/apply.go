package repair

import (
	"cmp"
	"context"
	"errors"
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
	r      *dump.Reader
	one    *dump.Reader // of single rows
	look   *splice.Cursor
	out    *splice.Splicer
	time   int64 // of all that is set; 0: the newest of its row and one
	newest int64 // of the dump

	// removed is told of each object that goes.
	removed func(*Removed) error

	places  map[int]place      // of rows and nodes that edits are about, by the numbers of those
	sources map[int]dump.Place // of nodes that are copied, by the numbers of the edits

	root, cassandra, keyspace, table splice.List

	inside, seen bool            // cassandra is open, was met
	begun        map[string]bool // keyspaces that were met
	tables       *splice.List    // in which the tables stand
	begunTables  map[[2]string]bool
	plain        bool // the keyspace has a name of its own
	goneSpace    bool
	prefix       []byte
	key          []byte
	name         []byte
	row          rowEdit
	zk           zkEdit
	zkSeen       bool
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
	if a.r, err = a.base.ReaderWith(a.ctx, o); err != nil {
		return err
	}
	defer a.r.Close()
	a.look, a.out = splice.NewCursor(a.text), splice.New(w, a.text)
	if err := a.walk(); err != nil {
		return err
	}
	return errors.Join(a.out.Err(), a.look.Err(), a.edits.err)
}

func (a *applier) walk() error {
	start := int64(0)
	if a.look.Byte(0) == 0xef {
		start = int64(len("\ufeff"))
		if e := a.edits.root[validate.DropMark]; e != nil {
			a.out.SkipTo(start)
			a.edits.use(e.number)
		}
	}
	a.root = splice.NewList(a.look.Blank(start) + 1)
	for a.r.Next() {
		if err := a.step(); err != nil {
			return err
		}
		if err := firstOf(a.out.Err(), a.look.Err(), a.edits.err); err != nil {
			return err
		}
	}
	if err := a.r.Err(); err != nil {
		return err
	}
	if err := a.finish(); err != nil {
		return err
	}
	a.out.CopyTo(a.base.Bytes())
	return nil
}

func (a *applier) step() error {
	r := a.r
	switch r.Kind() {
	case dump.CellRead:
		if a.row.active {
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
		m := r.Member()
		at := a.look.Item(a.root.Last)
		a.root.Comes(at)
		a.out.Keep(&a.root, at)
		a.root.Last = m.End
	}
	return nil
}

// nextMember is called before a member of the top level other than cassandra. It ends cassandra, of which nothing is heard
// if it is empty.
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
	a.inside = false
	a.root.Last = a.look.Blank(a.cassandra.Last) + 1
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

func (a *applier) finish() error {
	if err := a.nextMember(); err != nil {
		return err
	}
	if a.zkSeen {
		return nil
	}
	e := a.edits.root[validate.AddZooKeeper]
	if e == nil && !a.edits.newNodes {
		return nil
	}
	if e != nil {
		a.edits.use(e.number)
	}
	a.out.Behind(&a.root)
	a.out.Put(`"zookeeper": "[`)
	a.zk.escaped = true
	first := true
	err := a.newNodes(func() {
		if !first {
			a.out.Put(", ")
		}
		first = false
	})
	a.out.Put(`]"`)
	return err
}

func (a *applier) beginKeyspace() {
	if !a.inside {
		a.beginCassandra()
	}
	name := a.r.Keyspace()
	a.begun[name] = true
	at := a.look.Item(a.cassandra.Last)
	written, value := a.look.Name(at)
	a.goneSpace = false
	if a.plain = written == name && a.r.Layout()&dump.NoKeyspaceLevel == 0; !a.plain {
		a.tables = &a.cassandra
		return
	}
	a.keyspace = splice.NewList(value + 1)
	a.tables = &a.keyspace
	a.cassandra.Comes(at)
	e := a.edits.spaces[name]
	switch {
	case e != nil && e.Op == validate.DropSpace:
		a.edits.use(e.number)
		a.goneSpace = true
		a.out.Leave(&a.cassandra, at)
		return
	case e != nil && e.Op == validate.RenameSpace:
		a.edits.use(e.number)
		a.out.Keep(&a.cassandra, at)
		a.rename(at, e.Value)
		return
	}
	a.out.Keep(&a.cassandra, at)
}

// rename writes another name for the member whose name begins at at.
func (a *applier) rename(at int64, name string) {
	a.out.CopyTo(at)
	a.out.Put(quote(name))
	_, end := a.look.Quoted(at)
	a.out.SkipTo(end)
}

func (a *applier) endKeyspace() error {
	if !a.plain {
		return nil
	}
	end := a.look.Blank(a.keyspace.Last) + 1
	if a.goneSpace {
		a.out.Left(&a.cassandra, end)
		return nil
	}
	err := a.addTables(a.r.Keyspace(), &a.keyspace)
	a.cassandra.Last = end
	return err
}

// addTables adds the tables that a keyspace lacks.
func (a *applier) addTables(keyspace string, l *splice.List) error {
	for _, name := range a.missingTables(keyspace) {
		key := [2]string{keyspace, name}
		a.begunTables[key] = true
		if e := a.edits.tables[key]; e != nil {
			a.edits.use(e.number)
		}
		a.out.Behind(l)
		a.out.Put(quote(name) + ": {")
		rows := splice.NewList(a.out.At())
		if err := a.newRows(keyspace, name, &rows); err != nil {
			return err
		}
		a.out.Put("}")
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

// endCassandra adds the keyspaces that are missing.
func (a *applier) endCassandra() error {
	if a.r.Layout()&dump.NoKeyspaceLevel != 0 {
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
		a.out.Behind(&a.cassandra)
		a.out.Put(quote(name) + ": {")
		inner := splice.NewList(a.out.At())
		if err := a.addTables(name, &inner); err != nil {
			return err
		}
		a.out.Put("}")
	}
	return nil
}

func (a *applier) beginTable() {
	at := a.look.Item(a.tables.Last)
	_, value := a.look.Name(at)
	a.tables.Comes(at)
	a.out.Keep(a.tables, at)
	a.table = splice.NewList(value + 1)
	a.begunTables[[2]string{a.r.Keyspace(), a.r.Table()}] = true
}

func (a *applier) endTable() error {
	_, end := a.r.Span()
	err := a.newRows(a.r.Keyspace(), a.r.Table(), &a.table)
	a.tables.Last = end
	return err
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
			a.out.Put(", ")
		} else {
			if open {
				a.out.Put("}")
			}
			a.out.Behind(l)
			a.out.Put(quote(e.Path.Row) + ": {")
			last, open = e.Path.Row, true
		}
		a.out.Put(quote(e.Path.Column) + ": ")
		a.writeCell(&e, a.timeFor(0))
		a.edits.use(number)
	}
	if open {
		a.out.Put("}")
	}
	return nil
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
	at := a.look.Blank(a.behindString(off))
	if a.look.Byte(at) == ':' {
		at = a.look.Blank(at + 1)
	}
	inArray := a.look.Byte(at) == '['
	if inArray {
		at = a.look.Blank(at + 1)
	}
	if a.look.Byte(at) != '"' {
		return x, false
	}
	x.value = dump.Place{Start: at, End: a.behindString(at)}
	if inArray {
		x.time = a.number(a.look.Item(x.value.End))
	}
	return x, true
}

// behindString returns where the string ends that begins at off.
func (a *applier) behindString(off int64) int64 {
	for off++; a.look.Err() == nil; off++ {
		switch a.look.Byte(off) {
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
		c := a.look.Byte(off)
		if c == ',' || c == ']' || c <= ' ' {
			return string(b)
		}
		b = append(b, c)
	}
}

// writeCell writes the cell that a SetCell makes, with its brackets.
func (a *applier) writeCell(e *validate.Edit, time string) {
	if e.From == 0 {
		a.out.Put("[" + quote(e.Value) + ", " + time + "]")
		return
	}
	x, _ := a.source(e.From)
	if e.Keep && x.time != "" {
		time = x.time
	}
	a.out.Put("[")
	a.out.Section(a.text, x.value)
	a.out.Put(", " + time + "]")
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
