package volume

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// merger makes one dump of the content of volumes, when the order of the
// original is not known. Parts of a row come together by sorting, so the rows of a
// table stand in the order of the hashes of their keys.
type merger struct {
	set    *Set
	rows   *spill.Sorter // table, hash of the key, part; volume, places
	tables []tableName   // in the order of the volumes
	known  map[tableName]uint32
	temp   spill.Dir
	nodes  *spill.File // entries as they stand in the string
	member *spill.File // unknown members
	nested dump.Place  // a zookeeper that can't be taken apart, and its volume
	from   int
	lists  int // zookeepers with something in them
	parts  uint64
}

// tableName is a table, or with none a keyspace that has none. Any string may be
// a name, the empty one too.
type tableName struct {
	keyspace, table string
	none            bool
}

// maxTables bounds what is remembered by name.
const maxTables = 100000

const mergeRecord = 4 + 16 + 8 + 4 + 4*8 + 1

func (s *Set) merge(ctx context.Context, o OpenOptions) (err error) {
	m := &merger{set: s, known: map[tableName]uint32{}, rows: spill.NewSorter(o.Temp, 32<<20), from: -1, temp: o.Temp}
	defer m.rows.Close()
	for _, f := range []**spill.File{&m.nodes, &m.member, &s.whole} {
		if *f, err = o.Temp.Create(); err != nil {
			return errors.Join(err, m.close())
		}
	}
	defer func() { err = errors.Join(err, m.close()) }()
	nodes, members := bufio.NewWriterSize(m.nodes, 64<<10), bufio.NewWriterSize(m.member, 64<<10)
	for i, text := range s.text {
		if text != nil {
			if err := m.volume(ctx, o, i, nodes, members); err != nil {
				return fmt.Errorf("%s: %w", s.Manifest.Volumes[i].File, err)
			}
		}
	}
	if err := errors.Join(nodes.Flush(), members.Flush()); err != nil {
		return err
	}
	out := bufio.NewWriterSize(&stoppableWriter{ctx, s.whole}, 256<<10)
	if err := m.write(ctx, out); err != nil {
		return err
	}
	return out.Flush()
}

func (m *merger) close() error { return errors.Join(m.nodes.Close(), m.member.Close()) }

// table gives a table its number.
func (m *merger) table(name tableName) error {
	if _, ok := m.known[name]; !ok {
		if len(m.tables) == maxTables {
			return fmt.Errorf("more than %d tables", maxTables)
		}
		m.known[name] = uint32(len(m.tables))
		m.tables = append(m.tables, name)
	}
	return nil
}

// volume notes where the rows of a volume are, and copies the rest out of it.
func (m *merger) volume(ctx context.Context, o OpenOptions, i int, nodes, members *bufio.Writer) error {
	e := m.set.Manifest.Volumes[i]
	text := m.set.text[i]
	// Row keys occur once in a volume; what is odd is said when the whole is read.
	quiet := func(p *dump.Problem) error {
		if p.Damage {
			return p
		}
		return nil
	}
	r := dump.NewReader(&stoppable{ctx, io.NewSectionReader(text, 0, e.Bytes)}, e.File,
		dump.Options{Temp: o.Temp, OnProblem: quiet, DropLong: true, LateDuplicates: true})
	defer r.Close()
	copies := splice.New(nodes, text)
	rest := splice.New(members, text)
	var keyStart, keyEnd, zk int64
	var rec [mergeRecord]byte
	any, tables := false, 0
	for r.Next() {
		start, end := r.Span()
		switch r.Kind() {
		case dump.KeyspaceStart:
			tables = 0
		case dump.TableStart:
			tables++
			if err := m.table(tableName{r.Keyspace(), r.Table(), false}); err != nil {
				return err
			}
		case dump.KeyspaceEnd:
			if tables == 0 {
				if err := m.table(tableName{r.Keyspace(), "", true}); err != nil {
					return err
				}
			}
		case dump.RowStart:
			keyStart, keyEnd = start, end
		case dump.RowEnd:
			h := r.KeyHash()
			binary.BigEndian.PutUint32(rec[0:], m.known[tableName{r.Keyspace(), r.Table(), false}])
			binary.BigEndian.PutUint64(rec[4:], h.Hi)
			binary.BigEndian.PutUint64(rec[12:], h.Lo)
			binary.BigEndian.PutUint64(rec[20:], m.parts)
			binary.BigEndian.PutUint32(rec[28:], uint32(i))
			for k, v := range []int64{keyStart, keyEnd, start, end} {
				binary.BigEndian.PutUint64(rec[32+8*k:], uint64(v))
			}
			rec[64] = 0
			if r.Cells() > 0 {
				rec[64] = 1
			}
			m.parts++
			if err := m.rows.Add(rec[:]); err != nil {
				return err
			}
		case dump.ZooKeeperStart:
			zk, any = start, false
		case dump.ZNodeRead:
			any = true
			n := r.ZNode()
			if n.Shape&dump.NestedZK != 0 {
				continue
			}
			if m.nodes.Size() > 0 || nodes.Buffered() > 0 {
				copies.Put(", ")
			}
			if err := m.node(copies, text, n, r.Layout()); err != nil {
				return err
			}
		case dump.ZooKeeperEnd:
			if any {
				m.lists++
			}
			if r.Layout()&dump.NestedZooKeeper != 0 {
				m.nested, m.from = dump.Place{Start: zk, End: r.InputOffset()}, i
			}
		case dump.MemberRead:
			rest.Put(", ")
			rest.Section(text, dump.Place{Start: r.MemberName(), End: r.Member().End})
		}
	}
	return errors.Join(r.Err(), copies.Err(), rest.Err())
}

// node copies an entry as it stands in a string.
func (m *merger) node(out *splice.Splicer, text io.ReaderAt, n *dump.ZNode, layout dump.Layout) error {
	p := dump.Place{Start: n.Offset, End: n.End}
	if layout&dump.BareZooKeeper == 0 {
		out.Section(text, p)
		return nil
	}
	// A bare list is put into a string: quotes and backslashes get one more.
	in := bufio.NewReaderSize(io.NewSectionReader(text, p.Start, p.End-p.Start), 64<<10)
	w := bufio.NewWriterSize(out, 64<<10)
	for {
		b, err := in.ReadByte()
		switch {
		case err == io.EOF:
			return w.Flush()
		case err != nil:
			return err
		case b == '"' || b == '\\':
			w.WriteByte('\\')
			w.WriteByte(b)
		case b < ' ':
			w.WriteByte(' ') // white space between tokens
		default:
			w.WriteByte(b)
		}
	}
}

// write puts the whole together.
func (m *merger) write(ctx context.Context, w *bufio.Writer) error {
	if m.from >= 0 && m.lists > 1 {
		return errors.New("nodes of ZooKeeper as nested objects can't be put together with others without the order part")
	}
	it, err := m.rows.Sort()
	if err != nil {
		return err
	}
	out := splice.New(w, nil)
	out.Put(`{"cassandra": {`)
	done := map[string]bool{}
	of := map[string][]int{}
	for n, t := range m.tables {
		if !t.none {
			of[t.keyspace] = append(of[t.keyspace], n)
		}
	}
	body, spans, err := m.body(ctx, it)
	if err != nil {
		return err
	}
	defer body.Close()
	first := true
	for _, name := range m.tables {
		ks := name.keyspace
		if done[ks] {
			continue
		}
		done[ks] = true
		if !first {
			out.Put(", ")
		}
		first = false
		putName(out, ks)
		out.Put(`: {`)
		comma := ""
		for _, n := range of[ks] {
			out.Put(comma)
			comma = ", "
			putName(out, m.tables[n].table)
			out.Put(`: {`)
			if spans[n].End > spans[n].Start {
				out.Section(body, spans[n])
			}
			out.Put(`}`)
		}
		out.Put(`}`)
	}
	out.Put(`}, `)
	if m.from >= 0 {
		out.Section(m.set.text[m.from], m.nested)
	} else {
		out.Put(`"zookeeper": "[`)
		out.Section(m.nodes, dump.Place{End: m.nodes.Size()})
		out.Put(`]"`)
	}
	out.Section(m.member, dump.Place{End: m.member.Size()})
	out.Put("}\n")
	return out.Err()
}

// body writes the rows of all tables, and returns where those of each stand.
func (m *merger) body(ctx context.Context, it *spill.Iterator) (_ *spill.File, _ []dump.Place, err error) {
	file, err := m.temp.Create()
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	w := &counter{w: bufio.NewWriterSize(&stoppableWriter{ctx, file}, 256<<10)}
	spans := make([]dump.Place, len(m.tables))
	out := splice.New(w, nil)
	var last [20]byte
	rows, cells := 0, false
	for ; it.Next() && out.Err() == nil; rows++ {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		rec := it.Record()
		table := binary.BigEndian.Uint32(rec)
		place := func(k int) int64 { return int64(binary.BigEndian.Uint64(rec[32+8*k:])) }
		text := m.set.text[binary.BigEndian.Uint32(rec[28:])]
		if rows == 0 || [20]byte(rec) != last {
			if rows > 0 {
				out.Put("}")
				spans[binary.BigEndian.Uint32(last[:])].End = w.n
			}
			if rows == 0 || binary.BigEndian.Uint32(last[:]) != table {
				spans[table].Start = w.n
			} else {
				out.Put(", ")
			}
			out.Section(text, dump.Place{Start: place(0), End: place(1)})
			out.Put(": {")
			last = [20]byte(rec)
			cells = false
		}
		if rec[64] == 1 {
			if cells {
				out.Put(", ")
			}
			out.Section(text, dump.Place{Start: place(2) + 1, End: place(3) - 1})
			cells = true
		}
	}
	if rows > 0 {
		out.Put("}")
		spans[binary.BigEndian.Uint32(last[:])].End = w.n
	}
	return file, spans, errors.Join(it.Err(), out.Err(), w.w.(*bufio.Writer).Flush())
}

// putName writes a decoded name as a JSON string.
func putName(out *splice.Splicer, name string) {
	out.Put(`"`)
	out.Put(string(jsonscan.AppendEscaped(nil, []byte(name))))
	out.Put(`"`)
}
