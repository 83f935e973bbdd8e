package inspect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// Info is what a dump consists of. Its JSON is what info --json prints.
type Info struct {
	Schema      string            `json:"schema"` // InfoSchema
	File        string            `json:"file"`
	Encoding    dump.Encoding     `json:"encoding"`
	Index       bool              `json:"index"`
	StoredBytes int64             `json:"stored_bytes"`
	Bytes       int64             `json:"bytes"`  // of the uncompressed text
	SHA256      *string           `json:"sha256"` // of the uncompressed text; nil if unknown
	Keyspaces   ByName[*Keyspace] `json:"keyspaces"`
	// Types counts the rows of obj_uuid_table by the text of their type; a type
	// that is no JSON string counts under its stored text.
	Types     ByName[int64] `json:"types"`
	ZooKeeper ZooKeeper     `json:"zookeeper"`
	// Untyped is the number of rows of obj_uuid_table without a type. For the
	// API server they are no objects.
	Untyped int64 `json:"untyped_rows,omitempty"`

	Layout dump.Layout `json:"-"`
}

// InfoSchema is the value of Info.Schema.
const InfoSchema = "dumptool.info/1"

// Keyspace holds the tables of a keyspace.
type Keyspace struct {
	Tables ByName[*Table] `json:"tables"`
}

// Table says how much is in a table.
type Table struct {
	Rows    int64 `json:"rows"`
	Columns int64 `json:"columns"` // cells of all rows
	Bytes   int64 `json:"bytes"`   // of the table's JSON text, from its opening to its closing brace
	// Oldest and Newest are the smallest and the largest timestamp, with their
	// own text; nil if there is none.
	Oldest *json.Number `json:"oldest"`
	Newest *json.Number `json:"newest"`
}

// ZooKeeper says how many nodes there are.
type ZooKeeper struct {
	Nodes int64 `json:"nodes"`
	// Families counts the nodes by the first component of their path below the
	// cluster id; the root counts under the empty name.
	Families ByName[int64] `json:"families"`
}

// InfoOptions are the ways of making an Info.
type InfoOptions struct {
	SHA256 bool // compute it
}

// Summarize reads the dump once and counts what is in it. Memory: that of a
// Reader, and what the names of tables, types and families take.
func Summarize(ctx context.Context, d *dump.Dump, o InfoOptions) (*Info, error) {
	if info, err := summarizeIndex(d, o); info != nil || err != nil {
		return info, err
	}
	text, err := d.Text(ctx)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	var r io.Reader = text
	var sum hash.Hash
	if o.SHA256 {
		sum = sha256.New()
		r = io.TeeReader(text, sum)
	}
	opts := d.Options()
	opts.DropLong, opts.LateDuplicates = true, true
	s := summary{
		info: &Info{
			Schema:    InfoSchema,
			Keyspaces: ByName[*Keyspace]{},
			Types:     ByName[int64]{},
			ZooKeeper: ZooKeeper{Families: ByName[int64]{}},
		},
		reader: dump.NewReader(r, d.Name(), opts),
	}
	defer s.reader.Close()
	if err := s.read(); err != nil {
		return nil, err
	}
	info := s.info
	info.File = d.Name()
	info.Encoding = d.Encoding()
	info.Index = d.Container() != nil
	info.StoredBytes = d.StoredBytes()
	info.Bytes = d.Bytes()
	info.Layout = s.reader.Layout()
	if sum != nil {
		digest := hex.EncodeToString(sum.Sum(nil))
		info.SHA256 = &digest
	}
	return info, nil
}

// summary counts while it reads.
type summary struct {
	info   *Info
	reader *dump.Reader
	table  *Table
	times  times
	// Types as they are spelled in the dump: nearly all rows have one of a few.
	types    map[string]*int64
	families family
}

func (s *summary) read() error {
	r := s.reader
	s.types = map[string]*int64{}
	s.families.counts = map[string]*int64{}
	column, typed := "", false
	foundType := func(c *dump.Cell) {
		typed = true
		s.countType(c)
	}
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			s.table.Rows++
			typed = false
			if !r.PassRowWith(&s.times.TimeRange, column, foundType) {
				break
			}
			s.table.Columns += r.Cells()
			if column != "" && !typed {
				s.info.Untyped++
			}
		case dump.TableStart:
			s.table = s.info.table(r.Keyspace(), r.Table())
			s.times = times{}
			column = ""
			if r.Keyspace() == objectKeyspace && r.Table() == objectTable {
				column = "type"
			}
		case dump.TableEnd:
			start, end := r.Span()
			s.table.Bytes = end - start
			s.table.Oldest, s.table.Newest = s.times.bounds()
		case dump.KeyspaceStart:
			s.info.keyspace(r.Keyspace())
		case dump.ZNodeRead:
			s.info.ZooKeeper.Nodes++
			s.families.add(r.ZNode())
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	for raw, n := range s.types {
		s.info.Types[typeName(dump.Text{Raw: []byte(raw)}, true)] += *n
	}
	for name, n := range s.families.counts {
		s.info.ZooKeeper.Families[name] += *n
	}
	return nil
}

func (i *Info) keyspace(name string) *Keyspace {
	ks := i.Keyspaces[name]
	if ks == nil {
		ks = &Keyspace{Tables: ByName[*Table]{}}
		i.Keyspaces[name] = ks
	}
	return ks
}

func (i *Info) table(keyspace, name string) *Table {
	t := new(Table)
	i.keyspace(keyspace).Tables[name] = t
	return t
}

// countType counts an object by its type.
func (s *summary) countType(c *dump.Cell) {
	raw := c.Value.Raw()
	if !c.Value.IsText {
		s.info.Types[typeName(dump.Text{Raw: raw}, false)]++
		return
	}
	n := s.types[string(raw)]
	if n == nil {
		n = new(int64)
		s.types[string(raw)] = n
	}
	*n++
}

// family counts nodes by the family of their path. Neighbours are mostly of
// one family, and all paths with the same first two components are.
type family struct {
	counts map[string]*int64
	prefix []byte // the first two components of the last path, with the slash behind them
	last   *int64
}

func (f *family) add(z *dump.ZNode) {
	path := z.Path.Decoded()
	if len(f.prefix) > 0 && len(path) > len(f.prefix) && string(path[:len(f.prefix)]) == string(f.prefix) {
		*f.last++
		return
	}
	name := contrail.Family(path)
	f.last = f.counts[string(name)]
	if f.last == nil {
		f.last = new(int64)
		f.counts[string(name)] = f.last
	}
	*f.last++
	f.prefix = append(f.prefix[:0], twoComponents(path)...)
}

// twoComponents returns the first two components of a path with the slash
// behind them, nothing if there are no more.
func twoComponents(path []byte) []byte {
	slashes, inName := 0, false
	for i, c := range path {
		if c != '/' {
			inName = true
			continue
		}
		if inName {
			if slashes++; slashes == 2 {
				return path[:i+1]
			}
		}
		inName = false
	}
	return nil
}
