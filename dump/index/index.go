package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

// Index answers where things stand in a dump.
type Index struct {
	c *seekable.Reader
}

// ErrNone is the error of a container without an index: what is in it was not read as a dump.
var ErrNone = errors.New("there is no index of a dump in the file")

// New returns the index that a container holds, which stays open as long as the index is used.
func New(c *seekable.Reader) (*Index, error) {
	if t, err := c.Table(infoTable); err != nil || t == nil {
		return nil, errors.Join(ErrNone, err)
	}
	return &Index{c}, nil
}

// Container returns what the index is stored in.
func (x *Index) Container() *seekable.Reader { return x.c }

// errRecord is a record that is not as the format says. Checksums don't let it happen by accident.
var errRecord = errors.New("malformed record in the index")

// section returns a table that every index has.
func (x *Index) section(name string) (*seekable.Table, error) {
	t, err := x.c.Table(name)
	if err == nil && t == nil {
		err = fmt.Errorf("%w: no table %s", errRecord, name)
	}
	return t, err
}

// Section returns a table of a Feeder; nil if the index hasn't got it.
func (x *Index) Section(name string) (*seekable.Table, error) { return x.c.Table(name) }

// Layout returns the deviations of the dump from the ordinary form.
func (x *Index) Layout() (dump.Layout, error) {
	n, err := x.info("layout")
	return dump.Layout(n), err
}

// Nodes returns the number of ZooKeeper nodes.
func (x *Index) Nodes() (int64, error) {
	n, err := x.info("nodes")
	return int64(n), err
}

func (x *Index) info(name string) (uint64, error) {
	t, err := x.section(infoTable)
	if err != nil {
		return 0, err
	}
	v, _, err := t.Get([]byte(name))
	if err != nil {
		return 0, err
	}
	p := parser{b: v}
	return p.number(), p.end()
}

// parser reads the value of a record.
type parser struct {
	b   []byte
	bad bool
}

func (p *parser) number() uint64 {
	v, n := binary.Uvarint(p.b)
	if n <= 0 {
		p.bad = true
		return 0
	}
	p.b = p.b[n:]
	return v
}

// size is a number that can be an offset or a length.
func (p *parser) size() int64 {
	v := p.number()
	if v >= 1<<62 {
		p.bad = true
		return 0
	}
	return int64(v)
}

func (p *parser) bytes() []byte {
	n := p.number()
	if n > uint64(len(p.b)) {
		p.bad = true
		return nil
	}
	v := p.b[:n:n]
	p.b = p.b[n:]
	return v
}

// newest passes over the newest timestamp, which versions 1 and 2 have.
func (p *parser) newest() {
	if p.number() == 0 {
		return
	}
	_, k := binary.Varint(p.b)
	if k <= 0 {
		p.bad = true
		return
	}
	p.b = p.b[k:]
}

func (p *parser) sums() (s seekable.Sums) {
	if len(p.b) < seekable.SumsSize {
		p.bad = true
		return s
	}
	s = seekable.ParseSums(p.b)
	p.b = p.b[seekable.SumsSize:]
	return s
}

// hash reads what is kept of a hash, which is more in versions 1 and 2.
func (p *parser) hash() uint64 {
	h := uint64(0)
	if len(p.b) < hashBytes {
		p.bad = true
		return 0
	}
	for i, c := range p.b[:hashBytes] {
		h |= uint64(c) << (8 * i)
	}
	p.b = p.b[hashBytes:]
	return h
}

// hashes reads the two hashes at the end of a value.
func (p *parser) hashes() (untimed, timed uint64) {
	if len(p.b) == 2*hashBytes {
		return p.hash(), p.hash()
	}
	if len(p.b) != 16 {
		p.bad = true
		return 0, 0
	}
	untimed, timed = binary.LittleEndian.Uint64(p.b)&hashMask, binary.LittleEndian.Uint64(p.b[8:])&hashMask
	p.b = nil
	return untimed, timed
}

func (p *parser) end() error {
	if p.bad || len(p.b) > 0 {
		return errRecord
	}
	return nil
}

// Keyspaces returns the names of the keyspaces, in the order of the dump.
func (x *Index) Keyspaces() ([]string, error) {
	t, err := x.section(keyspacesTable)
	if err != nil {
		return nil, err
	}
	type keyspace struct {
		name string
		at   uint64
	}
	var all []keyspace
	c := t.From(nil)
	for c.Next() {
		p := parser{b: c.Record().Value}
		all = append(all, keyspace{string(c.Record().Key), p.number()})
		if err := p.end(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b keyspace) int { return cmp.Compare(a.at, b.at) })
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].name
	}
	return names, c.Err()
}

// Table is what the index says of a table.
type Table struct {
	Keyspace, Name string
	Start          int64 // where its opening brace stands in the text
	Rows, Cells    int64
	Bytes          int64 // of the text from its opening to behind its closing brace
	// Oldest and Newest are the smallest and the largest timestamp, with their own text; nil if there is none.
	Oldest, Newest []byte
	// Untimed and Timed are sums over the rows: equal if two tables hold the same cells.
	Untimed, Timed dump.Sum
}

// Tables returns all tables, in the order of the dump.
func (x *Index) Tables() ([]Table, error) {
	t, err := x.section(tablesTable)
	if err != nil {
		return nil, err
	}
	var tables []Table
	c := t.From(nil)
	for c.Next() {
		rec := c.Record()
		keyspace, rest, ok := CutPart(rec.Key)
		name, rest, ok2 := CutPart(rest)
		if !ok || !ok2 || len(rest) > 0 {
			return nil, errRecord
		}
		p := parser{b: rec.Value}
		t := Table{Keyspace: string(keyspace), Name: string(name), Start: p.size(), Rows: p.size(), Cells: p.size(), Bytes: p.size()}
		if v := p.bytes(); len(v) > 0 {
			t.Oldest = v
		}
		if v := p.bytes(); len(v) > 0 {
			t.Newest = v
		}
		t.Untimed, t.Timed = split(p.sums())
		if err := p.end(); err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	slices.SortStableFunc(tables, func(a, b Table) int { return cmp.Compare(a.Start, b.Start) })
	return tables, c.Err()
}

func split(s seekable.Sums) (untimed, timed dump.Sum) {
	return dump.Sum{Hi: s.AHi, Lo: s.ALo}, dump.Sum{Hi: s.BHi, Lo: s.BLo}
}

// Row is what the index says of a row.
type Row struct {
	Keyspace, Table string
	// Key is the row key, decoded. Of a key over 1024 bytes it is the beginning, and a hash; see Cut.
	Key   []byte
	KeyAt int64      // where its quote stands in the text
	Place dump.Place // of the value
	Cells int64
	// Untimed and Timed are the sums over the hashes of the cells (dump.CellHasher). Only the lowest 48 bits are kept.
	Untimed, Timed uint64
}

// Cut tells that Key is not the whole key.
func (r *Row) Cut() bool { return len(r.Key) == longName }

// tableKey returns how the keys of the rows of a table begin.
func tableKey(keyspace, table string) []byte {
	var k []byte
	for _, name := range []string{keyspace, table} {
		k = AppendPart(k, appendName(nil, []byte(name)))
	}
	return k
}

func parseRow(rec seekable.Record) (Row, error) {
	keyspace, rest, ok := CutPart(rec.Key)
	table, rest, ok2 := CutPart(rest)
	key, rest, ok3 := CutPart(rest)
	if !ok || !ok2 || !ok3 || len(rest) > 0 {
		return Row{}, errRecord
	}
	p := parser{b: rec.Value}
	r := Row{Keyspace: string(keyspace), Table: string(table), Key: key}
	r.KeyAt = p.size()
	r.Place.Start = r.KeyAt + p.size()
	r.Place.End = r.Place.Start + p.size()
	r.Cells = p.size()
	if len(p.b) > 2*hashBytes {
		p.newest()
	}
	if len(p.b) == seekable.SumsSize { // version 1
		s := p.sums()
		r.Untimed, r.Timed = s.ALo&hashMask, s.BLo&hashMask
	} else {
		r.Untimed, r.Timed = p.hashes()
	}
	if r.Place.End < 0 {
		p.bad = true
	}
	return r, p.end()
}

// Row looks a row up by its key, decoded. found is false if there is none.
func (x *Index) Row(keyspace, table string, key []byte) (row Row, found bool, err error) {
	t, err := x.section(rowsTable)
	if err != nil {
		return row, false, err
	}
	k := AppendPart(tableKey(keyspace, table), appendName(nil, key))
	v, found, err := t.Get(k)
	if err != nil || !found {
		return row, false, err
	}
	row, err = parseRow(seekable.Record{Key: k, Value: v})
	return row, err == nil, err
}

// nearRows is so few that going on is faster than looking up.
const nearRows = 64

// RowsAt yields the rows of a table with these numbers, which ascend: their places in the order of the keys, from 0.
func (x *Index) RowsAt(keyspace, table string, numbers iter.Seq[uint64]) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		t, err := x.section(rowsTable)
		var first uint64
		prefix := tableKey(keyspace, table)
		if err == nil {
			first, err = t.Before(prefix)
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		var c *seekable.Cursor
		var at uint64 // number of the record that c is at
		for n := range numbers {
			n += first
			found := true
			if c == nil || n < at || n-at > nearRows {
				c = t.At(n)
				found = c.Next()
			} else {
				for ; at < n && found; at++ {
					found = c.Next()
				}
			}
			at = n
			if !found || !bytes.HasPrefix(c.Record().Key, prefix) {
				yield(Row{}, errors.Join(errRecord, c.Err()))
				return
			}
			row, err := parseRow(c.Record())
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// Rows yields the rows of a table in the order of their keys, from a key on.
func (x *Index) Rows(keyspace, table string, from []byte) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		t, err := x.section(rowsTable)
		if err != nil {
			yield(Row{}, err)
			return
		}
		prefix := tableKey(keyspace, table)
		first := AppendPart(bytes.Clone(prefix), appendName(nil, from))
		// A key without its end comes before all that begin with it.
		c := t.From(first[:len(first)-2])
		for c.Next() {
			if !bytes.HasPrefix(c.Record().Key, prefix) {
				return
			}
			row, err := parseRow(c.Record())
			if !yield(row, err) || err != nil {
				return
			}
		}
		if c.Err() != nil {
			yield(Row{}, c.Err())
		}
	}
}

// Block is a part of the columns of a wide row.
type Block struct {
	Place dump.Place // from the quote of the first name to behind the last value
	Cells int64
	// Min and Max are the smallest and the greatest name, decoded, cut to 64 bytes.
	Min, Max       []byte
	Untimed, Timed dump.Sum
}

// MayHold tells if a column of that name, decoded, can stand in the block.
func (b *Block) MayHold(name []byte) bool {
	return bytes.Compare(name, b.Min) >= 0 && bytes.Compare(name[:min(len(name), len(b.Max))], b.Max) <= 0
}

// Blocks yields the blocks of a row in the order of the text; none if the row isn't wide.
func (x *Index) Blocks(row *Row) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		t, err := x.section(columnsTable)
		if err != nil {
			yield(Block{}, err)
			return
		}
		prefix := binary.BigEndian.AppendUint64(nil, uint64(row.KeyAt))
		c := t.From(prefix)
		for c.Next() {
			rec := c.Record()
			if !bytes.HasPrefix(rec.Key, prefix) {
				return
			}
			b, err := parseColumns(rec, x.c.Locator().Version < 3)
			if !yield(b, err) || err != nil {
				return
			}
		}
		if c.Err() != nil {
			yield(Block{}, c.Err())
		}
	}
}

func parseColumns(rec seekable.Record, old bool) (Block, error) {
	if len(rec.Key) != 16 {
		return Block{}, errRecord
	}
	p := parser{b: rec.Value}
	var b Block
	b.Place.Start = int64(binary.BigEndian.Uint64(rec.Key[8:]) & (1<<62 - 1))
	b.Place.End = b.Place.Start + p.size()
	b.Cells = p.size()
	if old {
		p.newest()
	}
	b.Min, b.Max = p.bytes(), p.bytes()
	b.Untimed, b.Timed = split(p.sums())
	return b, p.end()
}

// ZNode is what the index says of a ZooKeeper node.
type ZNode struct {
	Path  []byte // normalised; of one over 1024 bytes the beginning and a hash
	Flags NodeFlags
	Place dump.Place // of the entry; in the string that holds the list its escapes count
	// Untimed is a hash of path and data, Timed of the stat too: the lower halves of those that the sums of the index
	// are made of, of which the lowest 48 bits are kept.
	Untimed, Timed uint64
}

func parseZNode(rec seekable.Record) (ZNode, error) {
	p := parser{b: rec.Value}
	n := ZNode{Path: rec.Key, Flags: NodeFlags(p.number())}
	n.Place.Start = p.size()
	n.Place.End = n.Place.Start + p.size()
	n.Untimed, n.Timed = p.hashes()
	return n, p.end()
}

// ZNode looks a node up by its normalised path.
func (x *Index) ZNode(path []byte) (n ZNode, found bool, err error) {
	t, err := x.section(znodesTable)
	if err != nil {
		return n, false, err
	}
	k := appendName(nil, path)
	v, found, err := t.Get(k)
	if err != nil || !found {
		return n, false, err
	}
	n, err = parseZNode(seekable.Record{Key: k, Value: v})
	return n, err == nil, err
}

// ZNodes yields the nodes in the order of their paths, from one on.
func (x *Index) ZNodes(from []byte) iter.Seq2[ZNode, error] {
	return func(yield func(ZNode, error) bool) {
		t, err := x.section(znodesTable)
		if err != nil {
			yield(ZNode{}, err)
			return
		}
		c := t.From(from)
		for c.Next() {
			n, err := parseZNode(c.Record())
			if !yield(n, err) || err != nil {
				return
			}
		}
		if c.Err() != nil {
			yield(ZNode{}, c.Err())
		}
	}
}

// Members returns where the unknown members of the top level stand, by name.
func (x *Index) Members() (map[string]dump.Place, error) {
	t, err := x.section(membersTable)
	if err != nil {
		return nil, err
	}
	members := map[string]dump.Place{}
	c := t.From(nil)
	for c.Next() {
		p := parser{b: c.Record().Value}
		place := dump.Place{Start: p.size()}
		place.End = place.Start + p.size()
		if err := p.end(); err != nil {
			return nil, err
		}
		members[string(c.Record().Key)] = place
	}
	return members, c.Err()
}
