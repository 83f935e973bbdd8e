package patch

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// side is one of the two dumps, read once.
type side struct {
	d         *dump.Dump
	text      io.ReaderAt
	rows      *spill.Sorter // rowRecord
	nodes     *spill.Sorter // nodeRecord
	nested    *spill.File   // entries of nodes that have none in the text (A12)
	escaped   bool          // the list of nodes is in a string
	keyspaces map[string]bool
	tables    map[[2]string]bool
	hashes    map[uint64][2]string // of the tables
	members   map[string]dump.Place
	index     *index.Index // nil if not both have one
	one       *dump.Reader // of rows, cells and nodes alone
	hasher    dump.CellHasher
	buf       []byte
}

func newSide(d *dump.Dump, temp spill.Dir, memory int64) *side {
	return &side{d: d, rows: spill.NewSorter(temp, memory/10), nodes: spill.NewSorter(temp, memory/20),
		keyspaces: map[string]bool{}, tables: map[[2]string]bool{}, hashes: map[uint64][2]string{}, members: map[string]dump.Place{}}
}

func (s *side) close() {
	s.rows.Close()
	s.nodes.Close()
	s.nested.Close()
	if s.one != nil {
		s.one.Close()
	}
}

// The records of rows: table, key (these are the key of the record), hash of
// the cells, place of the row key, place of the row.
const (
	rowKeyBytes = 24
	rowSum      = rowKeyBytes
	rowNameAt   = rowSum + 8
	rowPlace    = rowNameAt + 8
)

// The records of nodes: path (the key), hash of the rest, nested or not, place.
const (
	nodeKeyBytes = 16
	nodeSum      = nodeKeyBytes
	nodeNested   = nodeSum + 8
	nodePlace    = nodeNested + 1
)

func number(rec []byte, at int) int64 { return int64(binary.BigEndian.Uint64(rec[at:])) }

func appendPlace(b []byte, p dump.Place) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, uint64(p.Start)), uint64(p.End))
}

func place(rec []byte, at int) dump.Place {
	return dump.Place{Start: number(rec, at), End: number(rec, at+8)}
}

func (s *side) read(ctx context.Context) error {
	s.d.Keep()
	o := s.d.Options()
	o.OthersFindDuplicates = true
	r, err := s.d.ReaderWith(ctx, o)
	if err != nil {
		return err
	}
	defer r.Close()
	var table, sum uint64
	var keyAt int64
	for r.Next() {
		switch r.Kind() {
		case dump.CellRead:
			_, timed, err := s.hasher.Hash(r.Cell())
			if err != nil {
				return err
			}
			sum += timed.Lo
		case dump.RowStart:
			sum = 0
			keyAt, _ = r.Span()
		case dump.RowEnd:
			key := r.KeyHash()
			start, end := r.Span()
			b := binary.BigEndian.AppendUint64(s.buf[:0], table)
			b = binary.BigEndian.AppendUint64(b, key.Hi)
			b = binary.BigEndian.AppendUint64(b, key.Lo)
			b = binary.BigEndian.AppendUint64(b, sum)
			b = binary.BigEndian.AppendUint64(b, uint64(keyAt))
			s.buf = appendPlace(b, dump.Place{Start: start, End: end})
			if err := s.rows.Add(s.buf); err != nil {
				return err
			}
		case dump.KeyspaceStart:
			s.keyspaces[r.Keyspace()] = true
		case dump.TableStart:
			name := [2]string{r.Keyspace(), r.Table()}
			s.tables[name] = true
			table = tableHash(name[0], name[1]).Hi
			s.hashes[table] = name
		case dump.ZNodeRead:
			if err := s.addNode(r.ZNode()); err != nil {
				return err
			}
		case dump.MemberRead:
			m := r.Member()
			s.members[m.Name.String()] = dump.Place{Start: m.Offset, End: m.End}
		}
	}
	s.escaped = r.Layout()&dump.BareZooKeeper == 0
	if r.Err() != nil {
		return r.Err()
	}
	s.text, err = s.d.At()
	return err
}

func (s *side) addNode(n *dump.ZNode) error {
	data, err := s.hasher.Value(&n.Data)
	if err != nil {
		return err
	}
	if !n.Data.IsText {
		data.Lo = ^data.Lo
	}
	p, nested := dump.Place{Start: n.Offset, End: n.End}, byte(0)
	if n.Shape&dump.NestedZK != 0 {
		nested = 1
		if s.nested == nil {
			if s.nested, err = s.d.Options().Temp.Create(); err != nil {
				return err
			}
		}
		p.Start = s.nested.Size()
		if err := writeEntry(s.nested, n); err != nil {
			return err
		}
		p.End = s.nested.Size()
	}
	b := binary.BigEndian.AppendUint64(s.buf[:0], n.Hash.Hi)
	b = binary.BigEndian.AppendUint64(b, n.Hash.Lo)
	b = binary.BigEndian.AppendUint64(b, xxh3.HashSeed(n.Stat, data.Lo))
	s.buf = appendPlace(append(b, nested), p)
	return s.nodes.Add(s.buf)
}

func (s *side) reader() *dump.Reader {
	if s.one == nil {
		s.one = dump.RowReader(s.text, dump.Place{}, s.d.Name(), quiet(s.d.Options()))
	}
	return s.one
}

// quiet are the options for what was read once before: what is odd was said
// then.
func quiet(o dump.Options) dump.Options { return dump.Options{Temp: o.Temp, Memory: o.Memory} }

// cellAt reads a cell alone. It is valid until the next call.
func (s *side) cellAt(p dump.Place) (*dump.Cell, error) {
	r := s.reader()
	r.ResetCell(s.text, p)
	return readCell(r, s.d.Name())
}

// readCell reads the one cell that r was set to.
func readCell(r *dump.Reader, name string) (*dump.Cell, error) {
	for r.Next() {
		if r.Kind() == dump.CellRead {
			return r.Cell(), nil
		}
	}
	return nil, noted(r.Err(), name)
}

// nodeAt reads a node alone.
func (s *side) nodeAt(rec []byte) (*dump.ZNode, error) {
	r := s.reader()
	if rec[nodeNested] == 1 {
		r.ResetZNode(s.nested, place(rec, nodePlace), false)
	} else {
		r.ResetZNode(s.text, place(rec, nodePlace), s.escaped)
	}
	return readNode(r, s.d.Name())
}

func readNode(r *dump.Reader, name string) (*dump.ZNode, error) {
	for r.Next() {
		if r.Kind() == dump.ZNodeRead {
			return r.ZNode(), nil
		}
	}
	return nil, noted(r.Err(), name)
}

// noted is the error of a reading that found nothing where something was.
func noted(err error, name string) error {
	if err == nil {
		err = fmt.Errorf("%s changed while it was read", name)
	}
	return err
}

// key reads a row key, decoded.
func (s *side) key(rec []byte) (string, error) {
	at, p := number(rec, rowNameAt), place(rec, rowPlace)
	return readString(s.text, at, p.Start, s.d.Name())
}

// readString reads the string that begins at from and ends before to, with
// white space and a colon behind it.
func readString(text io.ReaderAt, from, to int64, name string) (string, error) {
	b := make([]byte, to-from)
	if _, err := text.ReadAt(b, from); err != nil && err != io.EOF {
		return "", err
	}
	for n := len(b) - 1; n > 0; n-- {
		if b[n] == '"' {
			return string(jsonscan.AppendDecoded(nil, b[1:n])), nil
		}
	}
	return "", noted(nil, name)
}

// twice is damage that was found when rows or nodes were sorted.
func (s *side) twice(id string, offset int64, message, path string) error {
	return &dump.Problem{ID: id, Damage: true, Message: message, File: s.d.Name(), Offset: offset, Path: path}
}
