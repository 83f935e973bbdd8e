package validate

import (
	"github.com/dumptool/dumptool/dump"
)

// flow carries what was read to the judge, on another goroutine: rows, entries of the index and nodes by the batch, in the
// order in which they were read. There are a few batches, which are used again and again.
type flow struct {
	run   *run
	judge judge
	full  chan *batch
	empty chan *batch
	done  chan struct{}
	batch *batch
}

// batch is what is handed over at once.
type batch struct {
	rows    []*Row // the first count of them are in use
	count   int
	entries []entry
	cells   []tableCell
	nodes   []znode
	arena   []byte
	wait    chan struct{} // closed when the batch was judged, if anyone waits for that
}

// znode is a node of ZooKeeper.
type znode struct {
	dump.ZNode
	twin bool // there was one of its path before
}

// tableCell is a cell of another table, of which not all parts are there.
type tableCell struct {
	table            tableKind
	key, name, value []byte
}

const (
	batches    = 4
	batchItems = 128
	batchBytes = 128 << 10
)

func (f *flow) begin(r *run) {
	f.run = r
	f.judge.run = r
	f.full, f.empty = make(chan *batch, batches), make(chan *batch, batches)
	f.done = make(chan struct{})
	for range batches - 1 {
		f.empty <- &batch{}
	}
	f.batch = &batch{}
	go func() {
		defer close(f.done)
		for b := range f.full {
			b.judge(&f.judge)
			if b.wait != nil {
				close(b.wait)
				b.wait = nil
			}
			b.reset()
			f.empty <- b
		}
	}()
}

// end waits until everything was judged.
func (f *flow) end() {
	f.send()
	close(f.full)
	<-f.done
	close(f.empty)
	for name, t := range f.judge.types.byName {
		f.run.inv.Types[name] = t.count
	}
	f.batch.close()
	for b := range f.empty {
		b.close()
	}
}

func (f *flow) send() {
	f.full <- f.batch
	f.batch = <-f.empty
}

// drain waits until all that was handed over is judged.
func (f *flow) drain() {
	wait := make(chan struct{})
	f.batch.wait = wait
	f.send()
	<-wait
}

// newRow returns memory for a row.
func (f *flow) newRow() *Row {
	b := f.batch
	if b.count == len(b.rows) {
		b.rows = append(b.rows, &Row{rowReading: &rowReading{}})
	}
	return b.rows[b.count]
}

// rowDone takes the row that newRow returned.
func (f *flow) rowDone() {
	b := f.batch
	r := b.rows[b.count]
	b.count++
	if b.count >= batchItems || r.isWide() {
		f.send()
	}
}

// isWide tells of rows with much in them.
func (r *Row) isWide() bool {
	return len(r.links) > wideLinks || len(r.columns) > wideColumns || cap(r.arena) > batchBytes || r.overrun != nil
}

const (
	wideLinks   = 1 << 12
	wideColumns = 1 << 10
)

// reserve makes room for n bytes of an item.
func (f *flow) reserve(n int) {
	b := f.batch
	if len(b.entries)+len(b.cells)+len(b.nodes) >= 8*batchItems || len(b.arena) > 0 && len(b.arena)+n > cap(b.arena) {
		f.send()
		b = f.batch
	}
	if cap(b.arena) < n || b.arena == nil {
		b.arena = make([]byte, 0, max(n, batchBytes))
	}
}

// keep copies into the batch. Room for it was reserved.
func (b *batch) keep(text []byte) []byte {
	n := len(b.arena)
	b.arena = append(b.arena, text...)
	return b.arena[n:len(b.arena):len(b.arena)]
}

// entry takes an entry of the index.
func (f *flow) entry(typ string, name, uuid []byte) {
	f.reserve(len(name) + len(uuid))
	b := f.batch
	k, _ := keyOf(uuid)
	b.entries = append(b.entries, entry{typ, b.keep(name), b.keep(uuid), k})
}

// cell takes a cell of a table that is joined.
func (f *flow) cell(table tableKind, key, name, value []byte) {
	f.reserve(len(key) + len(name) + len(value))
	b := f.batch
	b.cells = append(b.cells, tableCell{table, b.keep(key), b.keep(name), b.keep(value)})
}

// node takes a node of ZooKeeper.
func (f *flow) node(z *dump.ZNode) {
	defer func() { f.run.twin = false }()
	if z.Data.Long() {
		// What is read from a file is gone with the next node.
		f.drain()
		if f.run.failure() == nil {
			f.judge.znode(&znode{*z, f.run.twin})
		}
		return
	}
	raw := z.Data.Raw()
	f.reserve(len(z.Path.Raw) + len(z.Normal) + len(raw) + len(z.Stat))
	b := f.batch
	n := znode{*z, f.run.twin}
	n.Path.Raw, n.Normal, n.Stat = b.keep(z.Path.Raw), b.keep(z.Normal), b.keep(z.Stat)
	if z.Data.IsText {
		n.Data = dump.TextValue(dump.Text{Raw: b.keep(raw), Canonical: z.Data.Text().Canonical})
	} else {
		n.Data = dump.JSONValue(b.keep(raw))
	}
	b.nodes = append(b.nodes, n)
}

// judge judges what is in the batch.
func (b *batch) judge(j *judge) {
	for _, r := range b.rows[:b.count] {
		j.row(r)
	}
	for i := range b.entries {
		j.entry(&b.entries[i])
	}
	for i := range b.cells {
		switch c := &b.cells[i]; c.table {
		case shared:
			j.noteSharing(c.key, c.name, c.value)
		case subnets:
			j.subnetText(asText(c.key), asText(c.value))
		case targets:
			j.schemaTarget(asText(c.key), c.value)
		}
	}
	for i := range b.nodes {
		j.znode(&b.nodes[i])
	}
}

// reset empties the batch, and gives memory back that few rows need.
func (b *batch) reset() {
	for _, r := range b.rows[:b.count] {
		if r.isWide() {
			r.overrun.Close()
			*r = Row{rowReading: &rowReading{}}
		}
	}
	b.count, b.entries, b.cells, b.nodes, b.arena = 0, b.entries[:0], b.cells[:0], b.nodes[:0], b.arena[:0]
	if cap(b.arena) > batchBytes {
		b.arena = nil
	}
}

func (b *batch) close() {
	for _, r := range b.rows {
		r.overrun.Close()
	}
}
