package validate

import (
	"encoding/binary"
	"strings"

	"github.com/dumptool/dumptool/dump"
)

// EditOp is what an Edit does. Of several edits of one place the one with the smaller op is made.
type EditOp uint8

// The kinds of edits. What is set is added if it isn't there, with the row, table and keyspace around it.
const (
	SetCell      EditOp = iota + 1 // a column gets Value, or the value of the cell at From
	SetTime                        // a cell gets the timestamp Value
	Renumber                       // the elements of a list property, named by its columns' beginning, are numbered from 0
	SetNode                        // a node of ZooKeeper gets the data Value, or those of the node at From; it is put before those below it
	MoveNode                       // a node is put before those below it
	AddContainer                   // a keyspace or table
	RenameRow                      // a row gets the key Value
	RenameSpace                    // a keyspace gets the name Value
	Reroot                         // all paths of ZooKeeper begin with the cluster id Value
	Relayout                       // tables are put into their keyspaces
	AddZooKeeper                   // the member zookeeper, without nodes
	DropMark                       // the byte order mark
	Single                         // of several of one name the one with the newest timestamp stays, or the last; of nodes with the same data one
	DropCell                       // a column goes, with the row if it was the only one
	DropNode                       // a node goes
	DropTree                       // a node and all below it go
	DropRow                        // a row goes
	DropSpace                      // a keyspace goes
)

var editNames = map[EditOp]string{
	SetCell: "set", SetTime: "set-time", Renumber: "renumber", SetNode: "set", MoveNode: "move", AddContainer: "add", RenameRow: "rename",
	RenameSpace: "rename", Reroot: "reroot", Relayout: "relayout", AddZooKeeper: "add", DropMark: "drop", Single: "single", DropCell: "drop",
	DropNode: "drop", DropTree: "drop", DropRow: "drop", DropSpace: "drop",
}

// String returns a name for reports.
func (o EditOp) String() string { return editNames[o] }

// Stage says which edits wait for others: those of a later stage are made when there are none of an earlier one, since
// these can show that they aren't needed.
type Stage uint8

// The stages.
const (
	Mend   Stage = iota // add what is missing, write right what is wrong, and drop what leads to nothing
	Clear               // drop what nobody has, now that names and links are right
	Remove              // remove objects
	Give                // give out new numbers
	Shape               // put tables where they belong, and write uuids that name rows as they are to be written
	Rekey               // give rows the keys that they are named by now
)

// Stages are all of them in the order in which they come. What is in none otherwise belongs to Mend.
var Stages = [...]Stage{Shape, Rekey, Mend, Clear, Remove, Give}

// Edit is a change of one place of a dump, with which a rule mends a finding.
type Edit struct {
	Op    EditOp
	Path  dump.Path // decoded names; a node by its normalised path, cluster id included
	Value string    // decoded text
	// From is where in the text of the dump the name of a cell, or the entry of a node, begins whose value is taken; 0: nowhere.
	// Keep tells that timestamp or stat are taken too.
	From int64
	Keep bool
	// IfAbsent makes a SetCell or SetNode do nothing where there is one.
	IfAbsent bool
	Stage    Stage
	Rule     *Rule
	// About is the uuid of an object whose absence is the reason, or which is removed.
	About string
}

// in returns the edit in another stage.
func (e Edit) in(s Stage) Edit {
	e.Stage = s
	return e
}

// since returns the edit with an object whose absence is the reason.
func (e Edit) since(uuid string) Edit {
	e.About = uuid
	return e
}

// ifAbsent returns the edit as one that changes nothing that is there.
func (e Edit) ifAbsent() Edit {
	e.IfAbsent = true
	return e
}

// from returns the edit with the place of a cell that is moved.
func (e Edit) from(cell int64) Edit {
	e.From, e.Keep = cell, true
	return e
}

func objectCell(uuid, column string) dump.Path {
	return dump.Path{Level: dump.AtColumn, Keyspace: objectKeyspace, Table: objectTable, Row: uuid, Column: column}
}

func objectRow(uuid string) dump.Path {
	return dump.Path{Level: dump.AtRow, Keyspace: objectKeyspace, Table: objectTable, Row: uuid}
}

func indexCell(typ, column string) dump.Path {
	return dump.Path{Level: dump.AtColumn, Keyspace: objectKeyspace, Table: nameTable, Row: typ, Column: column}
}

func setCell(p dump.Path, value string) Edit { return Edit{Op: SetCell, Path: p, Value: value} }
func dropCell(p dump.Path) Edit              { return Edit{Op: DropCell, Path: p} }
func dropRow(p dump.Path) Edit               { return Edit{Op: DropRow, Path: p} }

// moveCell gives a cell another name in its row.
func moveCell(p dump.Path, at int64, to string) []Edit {
	q := p
	q.Column = to
	return []Edit{setCell(q, "").from(at), dropCell(p)}
}

func nodeAt(normal string) dump.Path { return dump.Path{Level: dump.AtZNode, Node: normal} }

func setNode(normal, data string) Edit { return Edit{Op: SetNode, Path: nodeAt(normal), Value: data} }
func dropNode(normal string) Edit      { return Edit{Op: DropNode, Path: nodeAt(normal)} }

// moveNode gives a node another path, where no node is.
func moveNode(from string, at int64, to string) []Edit {
	e := setNode(to, "").from(at)
	e.IfAbsent = true
	return []Edit{e, dropNode(from)}
}

// removeObject removes a row of obj_uuid_table. What named it is removed once it is gone.
func removeObject(uuid string) Edit {
	return Edit{Op: DropRow, Path: objectRow(uuid), Stage: Remove, About: uuid}
}

// AfterRemoval are the rules that see what an object leaves behind that was removed.
var AfterRemoval = []string{"M-FQN-1", "B-PAR-6", "B-REF-1", "B-REF-3", "B-ZK-7", "B-SHR-1", "M-IPA-13", "B-SUB-11"}

// AppendRecord appends the edit as a record that sorts by place, and in it by what is to be done first.
func (e *Edit) AppendRecord(b []byte) []byte {
	b = e.AppendKey(b)
	b = append(b, byte(e.Stage), byte(e.Op))
	b = binary.BigEndian.AppendUint16(b, uint16(rankOf(e.Rule)))
	b = binary.AppendUvarint(b, uint64(e.From))
	flags := byte(0)
	if e.Keep {
		flags |= 1
	}
	if e.IfAbsent {
		flags |= 2
	}
	b = append(b, flags)
	return appendText(appendText(b, e.Value), e.About)
}

// AppendKey appends what edits of one place have in common. The key of what is around a place is the beginning of its key.
func (e *Edit) AppendKey(b []byte) []byte {
	p := &e.Path
	b = append(b, sectionOf(p.Level))
	switch p.Level {
	case dump.AtZNode:
		return appendSortable(b, p.Node)
	case dump.AtRoot:
		return b
	case dump.AtKeyspace:
		return appendSortable(b, p.Keyspace)
	case dump.AtTable:
		return appendSortable(appendSortable(b, p.Keyspace), p.Table)
	}
	b = appendSortable(appendSortable(appendSortable(b, p.Keyspace), p.Table), p.Row)
	if p.Level == dump.AtRow {
		return append(b, 0)
	}
	return appendSortable(append(b, 1), p.Column)
}

// Sections order the records of edits.
const (
	sectionRoot byte = iota
	sectionKeyspaces
	sectionTables
	sectionRows // with their cells
	sectionNodes
)

func sectionOf(l dump.Level) byte {
	switch l {
	case dump.AtRoot:
		return sectionRoot
	case dump.AtKeyspace:
		return sectionKeyspaces
	case dump.AtTable:
		return sectionTables
	case dump.AtZNode:
		return sectionNodes
	}
	return sectionRows
}

// DecodeEdit makes the edit of a record.
func DecodeEdit(rec []byte) Edit {
	d := decoder{rec}
	var e Edit
	switch d.byte() {
	case sectionRoot:
		e.Path.Level = dump.AtRoot
	case sectionKeyspaces:
		e.Path.Level, e.Path.Keyspace = dump.AtKeyspace, d.sortable()
	case sectionTables:
		e.Path.Level, e.Path.Keyspace, e.Path.Table = dump.AtTable, d.sortable(), d.sortable()
	case sectionRows:
		e.Path.Level, e.Path.Keyspace, e.Path.Table, e.Path.Row = dump.AtRow, d.sortable(), d.sortable(), d.sortable()
		if d.byte() == 1 {
			e.Path.Level, e.Path.Column = dump.AtColumn, d.sortable()
		}
	case sectionNodes:
		e.Path.Level, e.Path.Node = dump.AtZNode, d.sortable()
	}
	e.Stage, e.Op = Stage(d.byte()), EditOp(d.byte())
	e.Rule = rules[binary.BigEndian.Uint16(d.b)]
	d.b = d.b[2:]
	e.From = int64(d.uint())
	flags := d.byte()
	e.Keep, e.IfAbsent = flags&1 != 0, flags&2 != 0
	e.Value, e.About = d.text(), d.text()
	return e
}

// twinsKept is how many doubled paths are reported of a dump that can't be read to its end.
const twinsKept = 10_000

// problem reports what the reader found.
func (r *Report) problem(p *dump.Problem) {
	path, err := dump.ParsePath(p.Path)
	rep := r
	switch {
	case p.ID == "B-STR-14":
		rep = r.with(Edit{Op: DropMark})
	case p.ID == "B-STR-4" && strings.HasPrefix(p.Message, "there is no member"):
		rep = r.with(Edit{Op: AddZooKeeper})
	case p.ID == "B-STR-12" && p.Path != "":
		r.twin = true
		if r.twins++; r.twins <= twinsKept {
			r.twinProblems = append(r.twinProblems, *p)
		}
		return // the join of paths tells more
	case p.ID == "B-STR-11" && err == nil && path.Level >= dump.AtRow:
		rep = r.with(Edit{Op: Single, Path: path})
	}
	rep.Add(problemFinding(p))
}

// later makes the rule look at a row again, when all rows can be looked up.
func (r *Report) later(row *Row) {
	if r.collecting {
		return
	}
	b := append([]byte{byte(r.rank >> 8), byte(r.rank)}, row.id[:]...)
	r.fail(r.looks.Add(b))
}

// joinLater shows rules the rows that they asked for.
func (r *run) joinLater() error {
	it, err := r.looks.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		rec := it.Record()
		var k id
		copy(k[:], rec[2:])
		i := int(rec[0])<<8 | int(rec[1])
		if row := r.row(k); row != nil {
			rules[i].Later(&Report{Rule: rules[i], run: r, rank: i}, row)
		}
		if err := r.failure(); err != nil {
			return err
		}
	}
	return it.Err()
}

func rankOf(r *Rule) int {
	for i, x := range rules {
		if x == r {
			return i
		}
	}
	return 0
}

// with returns the report for a finding that these edits mend.
func (r *Report) with(edits ...Edit) *Report {
	return &Report{Rule: r.Rule, run: r.run, rank: r.rank, edits: edits, fixable: true}
}

// elsewhere returns the report for a finding that the edits of other rules mend, or other edits of this one.
func (r *Report) elsewhere() *Report { return r.with() }

// fixedIf returns the report for a finding that edits mend, if that is so.
func (r *Report) fixedIf(ok bool, edits ...Edit) *Report {
	if ok {
		return r.with(edits...)
	}
	return r
}

// change makes edits for findings that stand somewhere else.
func (r *Report) change(edits ...Edit) {
	if r.o.Edit == nil || r.collecting || len(edits) == 0 {
		return
	}
	r.editing.Lock()
	defer r.editing.Unlock()
	for i := range edits {
		edits[i].Rule = r.Rule
		r.fail(r.o.Edit(&edits[i]))
	}
}
