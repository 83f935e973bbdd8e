package salvage

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/keyset"
	"github.com/dumptool/dumptool/internal/spill"
)

// level is what the scan is in.
type level uint8

const (
	outside level = iota
	inRoot
	inCassandra
	inKeyspace
	inTable
	inNodes
	atEnd
)

// tableName names a table.
type tableName struct{ keyspace, table string }

func (n tableName) String() string { return n.keyspace + "/" + n.table }

// scan goes through a text and notes what can be kept.
type scan struct {
	ctx context.Context
	v   *view
	t   *recovered
	row *dump.Reader // of single rows, nodes and members
	rep *Report

	level   level
	in      tableName
	flat    bool // the table stands directly in cassandra (A2, A3)
	certain bool // it is certain that in is the table
	facts   rowFacts
	escaped bool  // the list of nodes is in a string
	from    int64 // where what is being read began, for the report

	slots     []*slot
	byName    map[string]*slot
	columns   map[tableName]map[string]bool // names of columns of tables that nobody knows
	seen      map[tableName]bool            // tables that were met by name
	seenOrder []tableName                   // the same, as they come
	order     []string                      // keyspaces, as they come
	names     *keyset.Set
	broken    map[int]bool   // parts of the text that may be wrong, and are
	dropped   map[int64]bool // what has a name that came before

	places  *spill.Sorter
	nodes   int64
	members []dump.Place
	whole   dump.Place // the value of zookeeper where it isn't a list of nodes
	sawZK   bool
	zkCut   bool
}

// slot is a table that rows are kept for, or one that they may belong to.
type slot struct {
	name tableName
	// alts are the tables that the rows could belong to as well: the rows are
	// kept if each of those turns out to stand somewhere else.
	alts    []tableName
	number  uint32
	rows    int64
	dropped bool
}

func newScan(ctx context.Context, t *recovered, name string, o dump.Options, rep *Report) *scan {
	o.OnProblem = func(p *dump.Problem) error {
		if p.Damage {
			return p
		}
		return nil
	}
	memory := o.Memory
	if memory <= 0 {
		memory = 256 << 20
	}
	s := &scan{ctx: ctx, v: newView(t.at), t: t, rep: rep, row: dump.RowReader(t.at, dump.Place{}, name, o),
		byName: map[string]*slot{}, columns: map[tableName]map[string]bool{}, seen: map[tableName]bool{},
		names: keyset.New(o.Temp), broken: map[int]bool{}, dropped: map[int64]bool{}, places: spill.NewSorter(o.Temp, memory/4), certain: true}
	s.v.limit = t.gapAfter(0)
	return s
}

func (s *scan) close() {
	s.row.Close()
	s.places.Close()
	s.names.Reset()
}

// run goes through the whole text.
func (s *scan) run() error {
	off := int64(0)
	for n := 0; s.level != atEnd && off >= 0; n++ {
		if n&1023 == 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		next, err := s.step(off)
		if err == nil {
			err = s.v.err
		}
		if err != nil {
			return err
		}
		off = next
	}
	for i, w := range s.t.weak {
		if !s.broken[i] && w.Start < w.End {
			s.rep.doubt(w)
		}
	}
	return s.names.Finish(func(_, second int64) error {
		s.dropped[second] = true
		s.rep.lose(dump.Place{Start: second, End: second}, "something whose name came before")
		return nil
	})
}

// step reads one thing, or goes a level up. It returns where to go on, -1 at the
// end.
func (s *scan) step(off int64) (int64, error) {
	off = s.v.blank(off)
	s.from = off
	switch c := s.v.byte(off); {
	case s.level == inNodes:
		return s.nodeStep(off)
	case c == ',' && s.level != outside:
		return off + 1, nil
	case s.level == outside && c == '{':
		s.level = inRoot
		return off + 1, nil
	case c == '}' && s.level > inRoot:
		s.up()
		return off + 1, nil
	case c == '}' && s.level == inRoot:
		return s.finish(off + 1)
	case c != '"' || s.level == outside:
		return s.lost(off, off, "")
	}
	nameEnd, value, ok := s.v.member(off)
	if !ok {
		return s.lost(off, value, s.what())
	}
	const longName = 16 << 20
	raw := s.v.text(off+1, nameEnd-1, longName)
	if !jsonscan.ValidString(raw) {
		return s.lost(off, nameEnd, s.what())
	}
	name := string(jsonscan.AppendDecoded(nil, raw))
	switch {
	case s.level == inRoot:
		return s.rootMember(off, value, name)
	case s.v.byte(value) != '{':
		return s.lost(off, value, s.what())
	case s.level == inCassandra && isKnownTable(name):
		s.in, s.flat = tableName{keyspace: configKeyspace}, true
		return s.enterTable(value, name)
	case s.level == inCassandra && isFlat(name):
		ks, table, _ := dump.FlatName(name)
		s.in, s.flat = tableName{keyspace: ks}, true
		return s.enterTable(value, table)
	case s.level == inCassandra:
		s.in, s.level = tableName{name, ""}, inKeyspace
		s.certain = true
		s.keyspace(name)
		return value + 1, nil
	case s.level == inKeyspace:
		return s.enterTable(value, name)
	}
	return s.rowStep(off, value, name)
}

func (s *scan) enterTable(value int64, name string) (int64, error) {
	ks, known := keyspaceOf(name)
	switch {
	case known && !s.certain:
		s.in.keyspace = ks // whatever stood in between
	case s.in.keyspace == "" && !s.certain:
		return s.lost(s.from, value+1, "the table "+name+": its keyspace can't be known")
	}
	if !known || ks != s.in.keyspace {
		s.mistrust(dump.Place{Start: s.from, End: value})
	}
	s.in.table, s.level, s.certain = name, inTable, true
	if !s.seen[s.in] {
		s.seen[s.in] = true
		s.seenOrder = append(s.seenOrder, s.in)
	}
	s.keyspace(s.in.keyspace)
	return value + 1, nil
}

// keyspace notes that a keyspace is there.
func (s *scan) keyspace(name string) {
	for _, o := range s.order {
		if o == name {
			return
		}
	}
	s.order = append(s.order, name)
}

// up leaves what the scan is in.
func (s *scan) up() {
	switch {
	case s.level == inTable && s.flat:
		s.level, s.flat, s.in = inCassandra, false, tableName{}
	case s.level == inTable:
		s.level = inKeyspace
		s.in.table = ""
	default:
		s.level--
		s.in = tableName{}
	}
}

// finish ends the scan behind the root. Something that follows it is lost.
func (s *scan) finish(off int64) (int64, error) {
	if end := s.v.blank(off); end < s.t.size {
		if s.v.byte(end) == 0 || s.v.limit < s.t.size {
			s.level = inRoot
			return s.lost(end, end, "")
		}
		s.rep.lose(dump.Place{Start: end, End: s.t.size}, "what follows the document")
	}
	s.level = atEnd
	return -1, nil
}

func (s *scan) rootMember(off, value int64, name string) (int64, error) {
	if name == "cassandra" && s.v.byte(value) == '{' {
		s.level, s.in = inCassandra, tableName{}
		return value + 1, nil
	}
	if name == "zookeeper" {
		return s.zooKeeper(off, value)
	}
	end, ok := s.v.value(value)
	if ok && !s.memberSound(off, end) {
		ok = false
	}
	if !ok {
		return s.lost(off, value, "the member "+name)
	}
	first, err := s.twice("member:"+name, off)
	if err != nil {
		return 0, err
	}
	if !first {
		s.rep.lose(dump.Place{Start: off, End: end}, "the member "+name+" came before")
		return end, nil
	}
	s.members = append(s.members, dump.Place{Start: off, End: end})
	return end, nil
}

// what names what a row or container would have been.
func (s *scan) what() string {
	switch s.level {
	case inTable:
		return "a row of " + s.in.String()
	case inKeyspace:
		return "a table of " + s.in.keyspace
	case inCassandra:
		return "a keyspace"
	}
	return ""
}

// rowStep reads a row, which is kept if it is whole.
func (s *scan) rowStep(off, value int64, key string) (int64, error) {
	end, ok := s.v.brackets(value)
	place := dump.Place{Start: value, End: end}
	if ok {
		ok = s.rowSound(place)
	}
	if s.v.err != nil {
		return 0, s.v.err
	}
	if !ok {
		return s.lost(off, value+1, fmt.Sprintf("the row %s/%s is cut", s.in, key))
	}
	if !s.trusted(dump.Place{Start: off, End: end}, func() bool { return s.facts.sound(s.in, key) }) {
		s.rep.lose(dump.Place{Start: off, End: end}, fmt.Sprintf("the row %s/%s may be wrong", s.in, key))
		s.certain = false
		return end, nil
	}
	slot := s.slotFor(key)
	if slot == nil {
		s.rep.lose(dump.Place{Start: off, End: end}, fmt.Sprintf("the row %s: its table can't be known", key))
		return end, nil
	}
	first, err := s.twice(fmt.Sprintf("%d/%s", slot.number, key), off)
	if err != nil {
		return 0, err
	}
	if !first {
		s.mistrust(dump.Place{Start: off, End: end})
		s.rep.lose(dump.Place{Start: off, End: end}, fmt.Sprintf("the row %s/%s came before", slot.name, key))
		return end, nil
	}
	slot.rows++
	return end, s.place(slot.number, off, end)
}

// trusted tells of what stands at p if it can be kept: always, unless the text
// may be wrong there. Then it has to be sound, and everything in that part of
// the text before it has to have been: where something isn't, the damage has
// begun.
func (s *scan) trusted(p dump.Place, sound func() bool) bool {
	i := s.t.weakIn(p)
	if i < 0 {
		return true
	}
	if !s.broken[i] && !sound() {
		s.broken[i] = true
	}
	return !s.broken[i]
}

// mistrust notes that something was not as it should be at a place.
func (s *scan) mistrust(p dump.Place) {
	if i := s.t.weakIn(p); i >= 0 {
		s.broken[i] = true
	}
}

// twice tells if a name comes for the first time.
func (s *scan) twice(name string, off int64) (first bool, err error) {
	h := xxh3.HashString128(name)
	_, dup, err := s.names.Add(keyset.Hash{Hi: h.Hi, Lo: h.Lo}, off)
	return !dup, err
}

// place notes what is kept: sorted by what it belongs to, then as it stands.
func (s *scan) place(slot uint32, start, end int64) error {
	rec := binary.BigEndian.AppendUint32(nil, slot)
	rec = binary.BigEndian.AppendUint64(rec, uint64(start))
	rec = binary.BigEndian.AppendUint64(rec, uint64(end))
	return s.places.Add(rec)
}

// lost notes that what began at s.from can't be read at bad, and finds the next
// sure place behind that.
func (s *scan) lost(from, bad int64, what string) (int64, error) {
	wasNodes := s.level == inNodes
	if wasNodes {
		s.zkCut = true
	}
	s.certain, s.flat = false, s.flat && s.level == inTable
	s.mistrust(dump.Place{Start: from, End: max(bad, from+1)})
	cut := s.level == inTable
	off := max(bad, from+1)
	if s.level == outside || s.level == inRoot {
		off = bad // a first byte that is lost says nothing of the second
	}
	to, found, err := s.resync(off)
	if err != nil {
		return 0, err
	}
	s.rep.loseCut(dump.Place{Start: from, End: to}, what, cut, s.gapsIn(from, to))
	if !found {
		s.level = atEnd
		return -1, nil
	}
	return to, nil
}

// gapsIn returns what of the stored file is missing between two places.
func (s *scan) gapsIn(from, to int64) []gap {
	var out []gap
	for _, g := range s.t.gaps {
		if g.at >= from && g.at <= to {
			out = append(out, g)
		}
	}
	return out
}

// resync looks for the next sure place and sets the scan to it.
func (s *scan) resync(off int64) (to int64, found bool, err error) {
	floor := off
	for n := 0; ; n++ {
		if n&4095 == 0 {
			if err := s.ctx.Err(); err != nil {
				return 0, false, err
			}
		}
		if s.v.err != nil {
			return 0, false, s.v.err
		}
		if off >= s.v.limit {
			if s.v.limit >= s.t.size {
				return s.t.size, false, nil
			}
			off = s.v.limit
			floor = off
			s.v.limit = s.t.gapAfter(off + 1)
			continue
		}
		w := s.v.window(off)
		i := 0
		for i < len(w) && w[i] != '"' {
			i++
		}
		off += int64(i)
		if i == len(w) {
			continue
		}
		if to, ok := s.sureAt(off, floor); ok {
			return to, true, nil
		}
		off++
	}
}

// sureAt tells if something begins at the quote at off of which it is certain
// what it is.
func (s *scan) sureAt(off, floor int64) (to int64, ok bool) {
	if off > floor && s.v.byte(off-1) == '\\' || off > floor && s.v.byte(off-1) == '[' {
		return s.sureNode(off, floor)
	}
	if !s.v.isQuoteAt(off, floor) {
		return 0, false
	}
	if _, value, ok := s.v.member(off); ok && s.v.byte(value) == '"' && string(s.v.text(off, value, 11)) == `"zookeeper"` {
		if c := s.v.byte(s.v.blank(value + 1)); c == '[' {
			s.level = inRoot
			return off, true
		}
	}
	st, ok := s.v.startAt(off)
	if !ok {
		return 0, false
	}
	return s.begin(st)
}

// begin sets the scan to a start.
func (s *scan) begin(st start) (to int64, ok bool) {
	name := func(i int) string {
		end, _ := s.v.str(st.names[i])
		return string(jsonscan.AppendDecoded(nil, s.v.text(st.names[i]+1, end-1, 1<<20)))
	}
	n := len(st.names)
	if name(0) == "cassandra" && n >= 3 {
		s.level = inRoot
		return st.off, true
	}
	switch n {
	case 1:
		if s.level != inTable {
			s.in = tableName{}
		}
		s.level = inTable
	case 2:
		switch ks, known := keyspaceOf(name(0)); {
		case known:
			s.in = tableName{keyspace: ks}
		case s.in.keyspace == "":
			return 0, false // nobody knows in which keyspace
		}
		s.level, s.flat = inKeyspace, false
	case 3:
		s.level = inCassandra
	default:
		return 0, false
	}
	return st.off, true
}
