package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
	"github.com/dumptool/dumptool/internal/spill"
)

// The tables of an index. A Feeder may add others.
const (
	infoTable      = "info"      // facts about the whole dump
	keyspacesTable = "keyspaces" // by name
	tablesTable    = "tables"    // by keyspace and name
	rowsTable      = "rows"      // by keyspace, table and key
	columnsTable   = "columns"   // blocks of the columns of wide rows, by place
	znodesTable    = "znodes"    // by normalised path
	membersTable   = "members"   // unknown members of the top level, by name
)

// shapes are those of the values of tables.
var shapes = map[string]seekable.Shape{
	rowsTable:      {Numbers: 4, Tail: 2 * hashBytes},
	znodesTable:    {Numbers: 3, Tail: 2 * hashBytes},
	columnsTable:   {Numbers: 2, Tail: seekable.SumsSize},
	tablesTable:    {Numbers: 4, Tail: seekable.SumsSize},
	keyspacesTable: {Numbers: 1},
	membersTable:   {Numbers: 2},
	infoTable:      {Numbers: 1},
}

// hashBytes is how much is kept of the hash of a row or node: 48 bits. Hashes are compared only where the sums above them, of 128
// bits, have shown that something differs.
const hashBytes = 6

const hashMask = 1<<(8*hashBytes) - 1

// appendHash appends what is kept of a hash, given its lower half.
func appendHash(b []byte, lo uint64) []byte {
	return append(b, binary.LittleEndian.AppendUint64(nil, lo)[:hashBytes]...)
}

// Feeder puts further tables into an index while it is built.
type Feeder interface {
	// Event is called for everything that the reader comes to, before it goes on.
	Event(r *dump.Reader, s Sink) error
	// End is called behind the end of the dump.
	End(s Sink) error
}

// Sink takes the records of the tables of a Feeder. The keys of a table come in any order.
type Sink interface {
	// Add adds a record. Each key comes once.
	Add(table string, key, value []byte) error
	// AddRow adds a record about the row that the reader is at the end of: its value is the number of the row among those of
	// its table, in the order of their keys (Index.RowAt). Keys may come again, and none is the beginning of another one.
	// The second record with a key and those after it have 1, 2 and so on behind their keys, as big-endian numbers of 32 bits.
	AddRow(table string, key []byte) error
}

// Builder makes the tables of an index of what a reader comes to.
type Builder struct {
	feeder Feeder
	temp   spill.Dir
	memory int64 // for each sorter
	hasher dump.CellHasher
	own    map[string]*collector
	fed    map[string]*collector
	// those of them whose records are about rows, and their names as they came
	about     map[string]*collector
	aboutRows []string
	spaces    map[string]bool // keyspaces
	nodes     int64
	layout    dump.Layout
	table     tableState
	row       rowState
	block     blockState
	key       []byte
	value     []byte
	decoded   []byte
	scratch   []byte
}

type tableState struct {
	rows, cells int64
	times       dump.TimeRange
	sums        seekable.Sums
	name        []byte // keyspace and table, as a key begins with them
}

type rowState struct {
	at     int64 // of its key
	sums   cellSums
	blocks bool   // some of its blocks are written
	about  []byte // of records about it: number of the table, and the key as a part
}

// cellSums are the sums over the hashes of cells, without and with timestamps.
type cellSums struct{ untimed, timed dump.Sum }

func (s *cellSums) sums() seekable.Sums {
	return seekable.Sums{ALo: s.untimed.Lo, AHi: s.untimed.Hi, BLo: s.timed.Lo, BHi: s.timed.Hi}
}

func newBuilder(o Options) *Builder {
	return &Builder{
		feeder: o.Feeder, temp: o.Dump.Temp, memory: o.memory() / 24,
		spaces: map[string]bool{}, own: map[string]*collector{}, fed: map[string]*collector{}, about: map[string]*collector{},
	}
}

func (b *Builder) collector(name string) *collector {
	c := b.own[name]
	if c == nil {
		c = &collector{sorter: spill.NewSorter(b.temp, b.memory), summed: name == rowsTable || name == znodesTable, shape: shapes[name]}
		b.own[name] = c
	}
	return c
}

// Add takes a record of the feeder.
func (b *Builder) Add(table string, key, value []byte) error {
	c := b.fed[table]
	if c == nil {
		c = &collector{sorter: spill.NewSorter(b.temp, b.memory)}
		b.fed[table] = c
	}
	return c.add(key, value)
}

// AddRow notes a record about the row that ends.
func (b *Builder) AddRow(table string, key []byte) error {
	i := slices.Index(b.aboutRows, table)
	if i < 0 {
		i = len(b.aboutRows)
		b.aboutRows = append(b.aboutRows, table)
	}
	b.row.about = AppendPart(binary.AppendUvarint(b.row.about, uint64(i)), key)
	return nil
}

// addAbout adds the records about a row now that its number is known.
func (b *Builder) addAbout(about []byte, number uint64) error {
	for len(about) > 0 {
		i, n := binary.Uvarint(about)
		if n <= 0 || i >= uint64(len(b.aboutRows)) {
			return errChanged
		}
		key, rest, ok := CutPart(about[n:])
		if !ok {
			return errChanged
		}
		table := b.aboutRows[i]
		c := b.about[table]
		if c == nil {
			c = &collector{sorter: spill.NewSorter(b.temp, b.memory), shape: seekable.Shape{Numbers: 1}, about: true}
			b.about[table] = c
		}
		if err := c.add(key, binary.BigEndian.AppendUint64(nil, number)); err != nil {
			return err
		}
		about = rest
	}
	return nil
}

// event notes what the reader has come to.
func (b *Builder) event(r *dump.Reader) error {
	var err error
	switch r.Kind() {
	case dump.CellRead:
		err = b.cell(r.Cell())
	case dump.RowStart:
		b.row = rowState{about: b.row.about[:0]}
		b.row.at, _ = r.Span()
		b.block.reset()
	case dump.RowEnd:
		if b.feeder != nil {
			err = b.feeder.Event(r, b)
		}
		if err == nil {
			err = b.endRow(r)
		}
		b.layout = r.Layout()
		return err
	case dump.KeyspaceStart:
		err = b.keyspace(r.Keyspace())
	case dump.TableStart:
		b.table = tableState{}
		b.table.name = b.appendText(b.appendText(nil, r.Keyspace()), r.Table())
	case dump.TableEnd:
		err = b.endTable(r)
	case dump.ZNodeRead:
		err = b.znode(r.ZNode())
	case dump.MemberRead:
		err = b.member(r.Member())
	}
	b.layout = r.Layout()
	if err == nil && b.feeder != nil {
		err = b.feeder.Event(r, b)
	}
	return err
}

func (b *Builder) member(m *dump.Member) error {
	b.value = binary.AppendUvarint(b.value[:0], uint64(m.Offset))
	b.value = binary.AppendUvarint(b.value, uint64(m.End-m.Offset))
	b.decoded = m.Name.AppendDecoded(b.decoded[:0])
	return b.collector(membersTable).add(appendName(nil, b.decoded), b.value)
}

// appendText appends a name that is given decoded as a part of a key.
func (b *Builder) appendText(dst []byte, name string) []byte {
	b.scratch = appendName(b.scratch[:0], []byte(name))
	return AppendPart(dst, b.scratch)
}

// keyspace may come to the same one again (A3).
func (b *Builder) keyspace(name string) error {
	if b.spaces[name] {
		return nil
	}
	b.value = binary.AppendUvarint(b.value[:0], uint64(len(b.spaces)))
	b.spaces[name] = true
	return b.collector(keyspacesTable).add(appendName(nil, []byte(name)), b.value)
}

func (b *Builder) cell(c *dump.Cell) error {
	untimed, timed, err := b.hasher.Hash(c)
	if err != nil {
		return err
	}
	b.table.cells++
	b.table.times.Add(c)
	b.row.sums.untimed.Add(untimed)
	b.row.sums.timed.Add(timed)
	b.block.add(c, untimed, timed)
	if b.block.ends(c) {
		b.row.blocks = true
		return b.endBlock()
	}
	return nil
}

// endBlock notes the block of columns that is complete.
func (b *Builder) endBlock() error {
	k := &b.block
	b.key = binary.BigEndian.AppendUint64(b.key[:0], uint64(b.row.at))
	b.key = binary.BigEndian.AppendUint64(b.key, uint64(k.start))
	b.value = binary.AppendUvarint(b.value[:0], uint64(k.end-k.start))
	b.value = binary.AppendUvarint(b.value, uint64(k.cells))
	for _, name := range [][]byte{k.min, k.max} {
		b.value = binary.AppendUvarint(b.value, uint64(len(name)))
		b.value = append(b.value, name...)
	}
	b.value = k.sums.sums().Append(b.value)
	k.reset()
	return b.collector(columnsTable).add(b.key, b.value)
}

func (b *Builder) endRow(r *dump.Reader) error {
	if b.row.blocks && b.block.cells > 0 {
		if err := b.endBlock(); err != nil {
			return err
		}
	}
	start, end := r.Span()
	key := r.Key()
	b.decoded = key.AppendDecoded(b.decoded[:0])
	b.scratch = appendName(b.scratch[:0], b.decoded)
	b.key = AppendPart(append(b.key[:0], b.table.name...), b.scratch)
	v := b.value[:0]
	v = binary.AppendUvarint(v, uint64(b.row.at))
	v = binary.AppendUvarint(v, uint64(start-b.row.at))
	v = binary.AppendUvarint(v, uint64(end-start))
	v = binary.AppendUvarint(v, uint64(r.Cells()))
	v = appendHash(v, b.row.sums.untimed.Lo)
	v = appendHash(v, b.row.sums.timed.Lo)
	b.value = v
	h := hashOf(b.key)
	sums := rowSums(h, b.row.sums)
	b.table.rows++
	b.table.sums.Add(sums)
	return b.collector(rowsTable).addSummed(b.key, v, sums, h.Lo, b.row.about)
}

// rowSums is what a row adds to the sums of all rows; key is the hash of its key in the index.
func rowSums(key dump.Hash, of cellSums) (sums seekable.Sums) {
	sums.ALo, sums.AHi = bind(key, of.untimed)
	sums.BLo, sums.BHi = bind(key, of.timed)
	return sums
}

// bind makes what a row adds to the sums of all rows out of the hash of its key in the index, which tells its table too,
// and the sum of its cells.
func bind(key dump.Hash, sum dump.Sum) (lo, hi uint64) {
	le := binary.LittleEndian
	b := le.AppendUint64(make([]byte, 0, 32), key.Lo)
	b = le.AppendUint64(b, key.Hi)
	b = le.AppendUint64(b, sum.Lo)
	b = le.AppendUint64(b, sum.Hi)
	h := hashOf(b)
	return h.Lo, h.Hi
}

func hashOf(b []byte) dump.Hash { return dump.HashText(dump.Text{Raw: b, Canonical: true}) }

func (b *Builder) endTable(r *dump.Reader) error {
	start, end := r.Span()
	t := &b.table
	v := binary.AppendUvarint(b.value[:0], uint64(start))
	v = binary.AppendUvarint(v, uint64(t.rows))
	v = binary.AppendUvarint(v, uint64(t.cells))
	v = binary.AppendUvarint(v, uint64(end-start))
	oldest, newest := t.times.Bounds()
	for _, text := range [][]byte{oldest, newest} {
		if len(text) > longName {
			return fmt.Errorf("a timestamp of %d bytes can't be indexed", len(text))
		}
		v = binary.AppendUvarint(v, uint64(len(text)))
		v = append(v, text...)
	}
	b.value = t.sums.Append(v)
	return b.collector(tablesTable).add(t.name, b.value)
}

// write writes all tables.
func (b *Builder) write(w *seekable.Writer) error {
	if b.feeder != nil {
		if err := b.feeder.End(b); err != nil {
			return err
		}
	}
	if err := b.facts(); err != nil {
		return err
	}
	b.collector(rowsTable).numbered = b.addAbout
	for _, name := range []string{keyspacesTable, tablesTable, rowsTable, columnsTable, znodesTable, membersTable, infoTable} {
		if err := b.collector(name).write(w, name); err != nil {
			return err
		}
		delete(b.own, name)
	}
	return b.writeFed(w)
}

// facts notes what there is to say of the whole dump.
func (b *Builder) facts() error {
	info := b.collector(infoTable)
	for name, n := range map[string]uint64{"layout": uint64(b.layout), "nodes": uint64(b.nodes)} {
		if err := info.add([]byte(name), binary.AppendUvarint(nil, n)); err != nil {
			return err
		}
	}
	return nil
}

// writeFed writes the tables of the feeder.
func (b *Builder) writeFed(w *seekable.Writer) error {
	maps.Copy(b.fed, b.about)
	clear(b.about)
	for _, name := range slices.Sorted(maps.Keys(b.fed)) {
		if err := b.fed[name].write(w, name); err != nil {
			return err
		}
		delete(b.fed, name)
	}
	return nil
}

// close gives temporary files back.
func (b *Builder) close() error {
	var errs []error
	for _, all := range []map[string]*collector{b.own, b.fed, b.about} {
		for _, c := range all {
			errs = append(errs, c.sorter.Close())
		}
	}
	return errors.Join(errs...)
}
