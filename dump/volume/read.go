package volume

import (
	"github.com/dumptool/dumptool/dump"
)

// reading goes through the source and hands its items to a splitter.
type reading struct {
	s        *splitter
	r        *dump.Reader
	it       Item
	rows     int64
	ksStart  int64
	zkStart  int64
	children int64 // of the innermost keyspace or table
	tables   int64
	nodes    int64
	anyKS    bool
}

func (s *splitter) read(d *dump.Dump) error {
	r, err := d.Reader(s.ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	x := &reading{s: s, r: r, it: Item{Row: -1}}
	for r.Next() {
		if err := x.event(); err != nil {
			return err
		}
	}
	if err := s.names.Err(); err != nil && r.Err() == nil {
		return err
	}
	return r.Err()
}

var (
	cassandraLevel = level{`"cassandra"`, -1, "{", "}"}
	textLevel      = level{`"zookeeper"`, -1, `"[`, `]"`}
	bareLevel      = level{`"zookeeper"`, -1, `[`, `]`}
)

// go to the first n levels, then into l.
func (x *reading) enter(n int, l ...level) {
	x.s.path = append(x.s.path[:n], l...)
	x.s.moved++
}

// named is the level of a name that stands at off.
func (x *reading) named(off int64) level {
	raw, _ := x.s.names.Quoted(off)
	return level{`"` + string(raw) + `"`, off, "{", "}"}
}

func (x *reading) item(start, end int64) error {
	v, err := x.s.volumeFor(&x.it, end)
	if err != nil {
		return err
	}
	// Without keyspaces no item tells where cassandra stands, so nothing is copied across places where it could.
	apart := !x.anyKS && (len(x.s.path) == 0 || x.nodes == 1)
	return x.s.item(v, start, end, apart)
}

func (x *reading) event() error {
	r, s := x.r, x.s
	start, end := r.Span()
	switch r.Kind() {
	case dump.KeyspaceStart:
		x.anyKS = true
		x.tables = 0
		x.ksStart = start
		x.it.Keyspace = r.Keyspace()
	case dump.TableStart:
		x.tables++
		x.it.Table = r.Table()
		x.children = 0
		if r.Layout()&dump.NoKeyspaceLevel != 0 || start == x.ksStart {
			x.enter(0, cassandraLevel, x.named(start))
			return nil
		}
		if x.tables == 1 {
			x.enter(0, cassandraLevel, x.named(x.ksStart), x.named(start))
			return nil
		}
		x.enter(2, x.named(start))
	case dump.RowStart:
		x.children++
		x.it.Row = x.rows
		x.it.Cell = -1
		x.rows++
		x.enter(len(s.path), level{`"` + string(r.Key().Raw) + `"`, start, "{", "}"})
	case dump.CellRead:
		x.it.Cell++
		return x.item(r.Cell().Offset, r.Cell().End)
	case dump.RowEnd:
		key := s.path[len(s.path)-1].off
		x.enter(len(s.path) - 1)
		if r.Cells() == 0 {
			return x.item(key, end)
		}
	case dump.TableEnd:
		name := s.path[len(s.path)-1].off
		x.enter(len(s.path) - 1)
		x.it.Row = -1
		if x.children == 0 {
			return x.item(name, end)
		}
	case dump.KeyspaceEnd:
		if r.Layout()&dump.NoKeyspaceLevel == 0 && x.tables == 0 {
			x.it.Table, x.it.Row = "", -1
			x.enter(0, cassandraLevel)
			return x.item(x.ksStart, r.InputOffset())
		}
	case dump.ZooKeeperStart:
		x.it = Item{Keyspace: "", Row: -1}
		x.enter(0, textLevel)
		x.zkStart, x.nodes = start, 0
	case dump.ZNodeRead:
		n := r.ZNode()
		if n.Shape&dump.NestedZK != 0 {
			return nil
		}
		if x.nodes == 0 && r.Layout()&dump.BareZooKeeper != 0 {
			x.enter(0, bareLevel)
		}
		x.nodes++
		return x.item(n.Offset, n.End)
	case dump.ZooKeeperEnd:
		x.enter(0)
		if x.nodes == 0 {
			// Empty, or nested objects, which can't be cut.
			if err := x.item(x.zkStart, r.InputOffset()); err != nil {
				return err
			}
			s.run.sawZ = true
		}
	case dump.MemberRead:
		x.it = Item{Row: -1}
		x.enter(0)
		return x.item(r.MemberName(), r.Member().End)
	}
	return nil
}
