package diff

import (
	"context"
	"encoding/binary"
	"io"
	"sync"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// tableInfo names a table.
type tableInfo struct {
	keyspace, table string
	kind            tableKind
}

type tableKind uint8

const (
	plainTable  tableKind = iota
	objectTable           // obj_uuid_table
	nameTable             // obj_fq_name_table
	sharedTable           // obj_shared_table
	targetTable           // route_target_table of to_bgp_keyspace
)

// meant tells that the values of the table are compared in their JSON meaning.
func (k tableKind) meant() bool { return k == objectTable || k == nameTable || k == sharedTable }

const (
	configKeyspace = "config_db_uuid"
	targetKeyspace = "to_bgp_keyspace"
)

// tables gives numbers to the tables of both sides.
type tables struct {
	mu    sync.Mutex
	ids   map[[2]string]uint32
	infos []tableInfo
}

func (t *tables) id(keyspace, table string) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := [2]string{keyspace, table}
	id, ok := t.ids[key]
	if !ok {
		id = uint32(len(t.infos))
		info := tableInfo{keyspace: keyspace, table: table}
		switch {
		case keyspace == targetKeyspace && table == "route_target_table":
			info.kind = targetTable
		case keyspace == configKeyspace:
			switch table {
			case "obj_uuid_table":
				info.kind = objectTable
			case "obj_fq_name_table":
				info.kind = nameTable
			case "obj_shared_table":
				info.kind = sharedTable
			}
		}
		t.infos = append(t.infos, info)
		t.ids[key] = id
	}
	return id
}

// side is one of the two dumps, read once.
type side struct {
	d      *dump.Dump
	text   io.ReaderAt
	source *longSource
	rows   *spill.Sorter // rowRecord
	nodes  *spill.Sorter // nodeRecord
	names  *spill.Sorter // hash of type and fq_name, hash of the row key

	layout     dump.Layout
	keyspaces  map[string]bool // and if anything is in them
	tables     map[uint32]bool
	members    map[string]dump.Place
	one        *dump.Reader // for rows, cells and nodes alone
	rowIt      *spill.Iterator
	row        rowRecord
	rowOK      bool
	nodeIt     *spill.Iterator
	node       nodeRecord
	nodeOK     bool
	nodeBuffer []byte

	index   *index.Index // where both sides have one
	objects *objindex.Objects
	cache   rowCache

	// Where rows are compared byte by byte first (verbatim.go): what hashes them;
	// where the nodes of B stand, once that is known; and that those of A are
	// the same text.
	hashes       *textHasher
	outlined     chan *dump.Place
	sameNodes    func(name int64) (bool, error)
	hasSameNodes bool

	wanted          wanted
	findsDuplicates bool // of rows and nodes, when they are merged
}

// rowRecord is what stays of a row: 52 bytes.
type rowRecord struct {
	table uint32
	key   dump.Hash
	keyAt int64 // the quote of the key
	place dump.Place
	sum   uint64 // of the hashes of the cells
	// What an index says of the row: the row itself, and if both sides have it
	// and it is wide, the blocks of columns that differ.
	blocks []index.Block
	wide   bool
	known  *index.Row
	name   string // the key, if known is not nil
}

// Records are merged by table and key.
const (
	tableLen  = 4
	rowKeyLen = tableLen + 16
)

func (r *rowRecord) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, r.table)
	b = appendHash(b, r.key)
	b = binary.BigEndian.AppendUint64(b, uint64(r.keyAt))
	b = binary.BigEndian.AppendUint64(b, uint64(r.place.Start))
	b = binary.BigEndian.AppendUint64(b, uint64(r.place.End))
	return binary.BigEndian.AppendUint64(b, r.sum)
}

func (r *rowRecord) parse(b []byte) {
	u := func(i int) uint64 { return binary.BigEndian.Uint64(b[i:]) }
	r.table = binary.BigEndian.Uint32(b)
	b = b[tableLen:]
	r.key = parseHash(b)
	r.keyAt = int64(u(16))
	r.place = dump.Place{Start: int64(u(24)), End: int64(u(32))}
	r.sum = u(40)
}

func appendHash(b []byte, h dump.Hash) []byte {
	b = binary.BigEndian.AppendUint64(b, h.Hi)
	return binary.BigEndian.AppendUint64(b, h.Lo)
}

func parseHash(b []byte) dump.Hash {
	return dump.Hash{Hi: binary.BigEndian.Uint64(b), Lo: binary.BigEndian.Uint64(b[8:])}
}

// nodeRecord is what stays of a znode: 57 bytes.
type nodeRecord struct {
	path    dump.Hash // normalised
	data    uint64
	stat    uint64
	written uint64 // the path as it stands there
	flags   uint8
	place   dump.Place
}

const (
	ephemeralNode = 1 << iota
	nestedNode
)

func (n *nodeRecord) append(b []byte) []byte {
	b = appendHash(b, n.path)
	b = binary.BigEndian.AppendUint64(b, n.data)
	b = binary.BigEndian.AppendUint64(b, n.stat)
	b = binary.BigEndian.AppendUint64(b, n.written)
	b = append(b, n.flags)
	b = binary.BigEndian.AppendUint64(b, uint64(n.place.Start))
	return binary.BigEndian.AppendUint64(b, uint64(n.place.End))
}

func (n *nodeRecord) parse(b []byte) {
	u := func(i int) uint64 { return binary.BigEndian.Uint64(b[i:]) }
	n.path = parseHash(b)
	n.data, n.stat, n.written = u(16), u(24), u(32)
	n.flags = b[40]
	n.place = dump.Place{Start: int64(u(41)), End: int64(u(49))}
}

func newSide(number int, d *dump.Dump, temp spill.Dir, memory int64) *side {
	return &side{
		d:         d,
		source:    &longSource{number: number, name: d.Name(), options: d.Options(), kept: keptTexts{dir: temp}},
		rows:      spill.NewSorter(temp, memory/16),
		nodes:     spill.NewSorter(temp, memory/24),
		names:     spill.NewSorter(temp, memory/48),
		keyspaces: map[string]bool{},
		tables:    map[uint32]bool{},
		members:   map[string]dump.Place{},
	}
}

func (s *side) close() {
	s.rows.Close()
	s.nodes.Close()
	s.names.Close()
	if s.one != nil {
		s.one.Close()
	}
}

// read goes over the dump once.
func (s *side) read(ctx context.Context, t *tables, o *Options) error {
	s.d.Keep()
	options := s.d.Options()
	// Rows that are not compared are not sorted either.
	s.findsDuplicates = len(o.Keyspaces) == 0 && len(o.OmitKeyspaces) == 0
	options.OthersFindDuplicates = s.findsDuplicates
	r, err := s.d.ReaderWith(ctx, options)
	if err != nil {
		return err
	}
	defer r.Close()
	var (
		hasher   cellHasher
		rec      rowRecord
		buf      []byte
		selected bool
		needed   bool // the rows are compared, or other things derive from them
		object   bool
		texts    nameCells
		name     nameHasher
	)
	for r.Next() {
		switch r.Kind() {
		case dump.CellRead:
			if !needed {
				continue
			}
			c := r.Cell()
			if s.hashes == nil {
				h, err := hasher.cell(c)
				if err != nil {
					return err
				}
				rec.sum += h
			}
			if object && !c.Value.Long() {
				switch {
				case (len(c.Name.Raw) == 4 || !c.Name.Canonical) && c.Name.Is("type"):
					texts.typ.set(c.Value.Text())
				case (len(c.Name.Raw) == 7 || !c.Name.Canonical) && c.Name.Is("fq_name"):
					texts.fqName.set(c.Value.Text())
				}
			}
		case dump.RowStart:
			rec.sum = 0
			rec.key = r.KeyHash()
			rec.keyAt, _ = r.Span()
			texts.reset()
		case dump.RowEnd:
			if !needed {
				continue
			}
			if selected {
				s.tables[rec.table] = true
			}
			rec.place.Start, rec.place.End = r.Span()
			if s.hashes != nil {
				if rec.sum, err = s.hashes.sum(rec.place); err != nil {
					return err
				}
			}
			buf = rec.append(buf[:0])
			if err := s.rows.Add(buf); err != nil {
				return err
			}
			if object {
				s.wanted.see(r.Key(), &texts)
				if h, ok := name.cells(&texts); ok {
					buf = appendHash(appendHash(buf[:0], h), rec.key)
					if err := s.names.Add(buf); err != nil {
						return err
					}
				}
			}
		case dump.KeyspaceStart:
			if selected = o.keyspace(r.Keyspace()); selected {
				if _, ok := s.keyspaces[r.Keyspace()]; !ok {
					s.keyspaces[r.Keyspace()] = false
				}
			}
		case dump.TableStart:
			object = r.Keyspace() == configKeyspace && r.Table() == "obj_uuid_table"
			needed = selected || object || r.Keyspace() == targetKeyspace && r.Table() == "route_target_table"
			if needed {
				rec.table = t.id(r.Keyspace(), r.Table())
			}
			if selected {
				s.keyspaces[r.Keyspace()] = true
				if _, ok := s.tables[rec.table]; !ok {
					s.tables[rec.table] = false
				}
			}
		case dump.ZooKeeperStart:
			if s.sameNodes != nil {
				_, end := r.Span()
				if s.hasSameNodes, err = s.sameNodes(end); err != nil {
					return err
				}
			}
		case dump.ZNodeRead:
			if err := s.addNode(r.ZNode(), &hasher); err != nil {
				return err
			}
		case dump.MemberRead:
			m := r.Member()
			s.members[m.Name.String()] = dump.Place{Start: m.Offset, End: m.End}
		}
	}
	s.layout = r.Layout()
	if r.Err() != nil {
		return r.Err()
	}
	s.text, err = s.d.At()
	s.source.text, s.source.nodes = s.text, s.layout&dump.BareZooKeeper == 0
	return err
}

func (s *side) addNode(n *dump.ZNode, hasher *cellHasher) error {
	rec := nodeRecord{path: n.Hash, place: dump.Place{Start: n.Offset, End: n.End}}
	var err error
	if rec.data, err = hasher.value(&n.Data, 0); err != nil {
		return err
	}
	rec.stat = xxh3.Hash(n.Stat)
	rec.written = hasher.text(n.Path, 0)
	if owner := n.EphemeralOwner(); len(owner) > 0 && string(owner) != "0" {
		rec.flags |= ephemeralNode
	}
	if n.Shape&dump.NestedZK != 0 {
		if err := s.keepNested(n, &rec); err != nil {
			return err
		}
	}
	s.nodeBuffer = rec.append(s.nodeBuffer[:0])
	return s.nodes.Add(s.nodeBuffer)
}
