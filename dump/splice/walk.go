package splice

import (
	"io"

	"github.com/dumptool/dumptool/dump"
)

// Editor says in a Walk what happens to the parts of a dump. Its Begin methods
// and Member are told of a part when the walk comes to it, and have to keep it
// or leave it out (Splicer.Keep, Splicer.Leave) as an item of the list it stands
// in; at is where that item begins. Its End methods can add what is new behind
// all that the part has. The walk goes on to the next item by itself.
type Editor interface {
	// BeginKeyspace decides about an item of Walk.Cassandra, unless Walk.Flat.
	BeginKeyspace(at int64)
	// EndKeyspace can add to Walk.Keyspace, unless Walk.Flat.
	EndKeyspace() error
	// EndCassandra can add to Walk.Cassandra.
	EndCassandra() error
	// BeginTable decides about an item of Walk.Tables.
	BeginTable(at int64)
	// EndTable can add to Walk.Table.
	EndTable() error
	// BeginRow decides about an item of Walk.Table.
	BeginRow(at int64) error
	Cell(c *dump.Cell) error
	EndRow() error
	// BeginZooKeeper tells if anything happens to nodes. If not, the other two
	// methods about them are not called.
	BeginZooKeeper() bool
	// Node calls Keep, Leave or Replace of Walk.Nodes.
	Node(n *dump.ZNode) error
	// EndZooKeeper can add to Walk.Nodes.
	EndZooKeeper() error
	// Member decides about an unknown member of the top level.
	Member(m *dump.Member, at int64) error
	// End can add to Walk.Root, or call Walk.AddZooKeeper.
	End() error
}

// Walk reads a dump and writes a changed copy of it by what an Editor says. It
// knows where the items stand of which the reader tells no place, and in which
// lists.
type Walk struct {
	In   *dump.Reader
	Look *Cursor
	Out  *Splicer

	Root, Cassandra, Keyspace, Table List
	// Tables is the list in which tables stand: the Keyspace, or Cassandra.
	Tables *List
	// Flat tells that the keyspace has no item of its own (A2, A3).
	Flat bool

	Nodes        Nodes
	HasZooKeeper bool // the member was met

	edit         Editor
	inside, seen bool // cassandra is open, was met
	edited       bool // something happens to nodes
}

// NewWalk returns a walk over text, which in reads, that writes to w.
func NewWalk(w io.Writer, text io.ReaderAt, in *dump.Reader) Walk {
	return Walk{In: in, Look: NewCursor(text), Out: New(w, text)}
}

// Run makes the walk. size is the length of the text, and is asked for at the
// end.
func (w *Walk) Run(e Editor, size func() int64) error {
	w.edit = e
	w.Root = NewList(w.Look.Blank(w.Look.Start()) + 1)
	for w.In.Next() {
		if err := w.step(); err != nil {
			return err
		}
		if err := w.err(); err != nil {
			return err
		}
	}
	if err := w.In.Err(); err != nil {
		return err
	}
	if err := w.nextMember(); err != nil {
		return err
	}
	if err := e.End(); err != nil {
		return err
	}
	w.Out.CopyTo(size())
	return w.err()
}

func (w *Walk) err() error {
	if err := w.Out.Err(); err != nil {
		return err
	}
	return w.Look.Err()
}

func (w *Walk) step() error {
	switch w.In.Kind() {
	case dump.CellRead:
		return w.edit.Cell(w.In.Cell())
	case dump.RowStart:
		at, _ := w.In.Span()
		w.Table.Comes(at)
		return w.edit.BeginRow(at)
	case dump.RowEnd:
		err := w.edit.EndRow()
		_, end := w.In.Span()
		w.Out.Ended(&w.Table, end)
		return err
	case dump.TableStart:
		at := w.Look.Item(w.Tables.Last)
		_, value := w.Look.Name(at)
		w.Tables.Comes(at)
		w.Table = NewList(value + 1)
		w.edit.BeginTable(at)
	case dump.TableEnd:
		err := w.edit.EndTable()
		_, end := w.In.Span()
		w.Out.Ended(w.Tables, end)
		return err
	case dump.KeyspaceStart:
		w.beginKeyspace()
	case dump.KeyspaceEnd:
		err := w.edit.EndKeyspace()
		if !w.Flat {
			w.Out.Ended(&w.Cassandra, w.Look.Blank(w.Keyspace.Last)+1)
		}
		return err
	case dump.ZooKeeperStart:
		return w.beginZooKeeper()
	case dump.ZNodeRead:
		return w.node(w.In.ZNode())
	case dump.ZooKeeperEnd:
		return w.endZooKeeper()
	case dump.MemberRead:
		if err := w.nextMember(); err != nil {
			return err
		}
		at := w.Look.Item(w.Root.Last)
		w.Root.Comes(at)
		m := w.In.Member()
		err := w.edit.Member(m, at)
		w.Out.Ended(&w.Root, m.End)
		return err
	}
	return nil
}

// nextMember is called before a member of the top level other than cassandra.
// It ends cassandra, of which nothing is heard if it is empty.
func (w *Walk) nextMember() error {
	if !w.inside && !w.seen {
		at := w.Look.Item(w.Root.Last)
		if w.Look.Byte(at) != '"' {
			return nil
		}
		if name, _ := w.Look.Name(at); name == "cassandra" {
			w.beginCassandra()
		}
	}
	if !w.inside {
		return nil
	}
	err := w.edit.EndCassandra()
	w.Out.Ended(&w.Root, w.Look.Blank(w.Cassandra.Last)+1)
	w.inside = false
	return err
}

// keepMember keeps the next member of the top level, and returns where its value
// begins.
func (w *Walk) keepMember() (value int64) {
	at := w.Look.Item(w.Root.Last)
	_, value = w.Look.Name(at)
	w.Root.Comes(at)
	w.Out.Keep(&w.Root, at)
	return value
}

func (w *Walk) beginCassandra() {
	w.Cassandra = NewList(w.keepMember() + 1)
	w.inside, w.seen = true, true
}

// beginKeyspace finds out how the keyspace stands there.
func (w *Walk) beginKeyspace() {
	if !w.inside {
		w.beginCassandra()
	}
	at := w.Look.Item(w.Cassandra.Last)
	written, value := w.Look.Name(at)
	w.Flat = written != w.In.Keyspace() || w.In.Layout()&dump.NoKeyspaceLevel != 0
	w.Tables = &w.Cassandra
	if !w.Flat {
		w.Keyspace = NewList(value + 1)
		w.Tables = &w.Keyspace
		w.Cassandra.Comes(at)
	}
	w.edit.BeginKeyspace(at)
}
