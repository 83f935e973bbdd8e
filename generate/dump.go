package generate

import "io"

// dump is one document being written: a world, and the orders that it is
// written in.
type dump struct {
	*document
	*workspace
	w     *world
	order ordering
	stats Stats
}

// workspace is the memory that documents are made in, one after another.
type workspace struct {
	sorter *sorter
	row    row
	node   node
}

// ordering is how a document departs from the ordinary order.
type ordering struct {
	shuffled  bool // rows and nodes
	columns   bool // columns not sorted
	zookeeper bool // member zookeeper first
	key       uint64
}

func (w *world) write(out io.Writer, order ordering, space *workspace) (Stats, error) {
	d := &dump{document: newDocument(out, w.options.Indent), workspace: space, w: w, order: order}
	d.stats.Types = make(map[string]int)
	d.openObject()
	if order.zookeeper {
		d.zookeeper()
		d.cassandra()
	} else {
		d.cassandra()
		d.zookeeper()
	}
	d.closeObject()
	err := d.end()
	d.stats.Bytes = d.bytes
	return d.stats, err
}

func (d *dump) cassandra() {
	d.member([]byte("cassandra"))
	d.openObject()
	spaces := d.keyspaces()
	for i := range inOrder(len(spaces), d.order.shuffled, d.order.key) {
		d.member([]byte(spaces[i].name))
		d.openObject()
		tables := spaces[i].tables
		for t := range inOrder(len(tables), d.order.shuffled, d.order.key) {
			d.table(tables[t])
		}
		d.closeObject()
	}
	d.closeObject()
}

// Stats counts what was written.
type Stats struct {
	// Objects is the number of rows of obj_uuid_table, by Types of object.
	Objects int64
	Types   map[string]int
	// Rows and Columns are counted over all tables, Nodes are ZooKeeper's.
	Rows, Columns, Nodes int64
	// Bytes is the size of the document.
	Bytes int64
}

func (s *Stats) count(k kind) {
	s.Objects++
	s.Types[k.typ()]++
}
