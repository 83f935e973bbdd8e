package validate

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tidwall/gjson"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// tableKind says what is done with the rows of a table.
type tableKind uint8

const (
	otherTable tableKind = iota
	objects
	index
	shared
	subnets // useragent_keyval_table
	targets // route_target_table
)

func kindOf(keyspace, table string) tableKind {
	switch keyspace + "/" + table {
	case objectKeyspace + "/" + objectTable:
		return objects
	case objectKeyspace + "/" + nameTable:
		return index
	case objectKeyspace + "/" + sharedTable:
		return shared
	case "useragent/useragent_keyval_table":
		return subnets
	case "to_bgp_keyspace/route_target_table":
		return targets
	}
	return otherTable
}

// reading is one pass over the dump.
type reading struct {
	*run
	rd    *dump.Reader
	table tableKind
	stats *TableStats
	cell  Cell
	key   []byte
	name  []byte
	value []byte
	row   collector
	entry Entry
	node  Node
	hash  []byte
	types map[string]string
}

// read goes over the dump. The first reading judges what can be judged by itself and gathers what is joined; the second,
// collecting, gathers what didn't add up.
func (r *run) read(collecting bool) error {
	r.collecting = collecting
	defer func() { r.collecting = false }()
	o := r.d.Options()
	o.OthersFindDuplicates = collecting
	o.LateDuplicates = false
	o.OnProblem = r.onProblem
	if !collecting {
		r.d.Keep()
	}
	rd, err := r.d.ReaderWith(r.ctx, o)
	if err != nil {
		return err
	}
	defer rd.Close()
	p := &reading{run: r, rd: rd, types: map[string]string{}}
	p.row.init(p)
	for rd.Next() {
		p.step()
	}
	if err := rd.Err(); err != nil {
		return err
	}
	r.inv.Layout = rd.Layout()
	return r.err
}

// onProblem makes a finding of a problem of the reader.
func (r *run) onProblem(p *dump.Problem) error {
	if !r.collecting {
		if rep := r.problem[p.ID]; rep != nil {
			rep.Add(problemFinding(p))
		}
	}
	if p.Fatal {
		return p
	}
	return r.err
}

func (p *reading) step() {
	switch p.rd.Kind() {
	case dump.CellRead:
		p.cellRead()
	case dump.RowStart:
		p.rowStart()
	case dump.RowEnd:
		p.rowEnd()
	case dump.ZNodeRead:
		p.nodeRead()
	case dump.TableStart:
		p.table = kindOf(p.rd.Keyspace(), p.rd.Table())
		p.stats = p.inv.table(p.rd.Keyspace(), p.rd.Table())
		p.cell.Keyspace, p.cell.Table = p.rd.Keyspace(), p.rd.Table()
	case dump.KeyspaceStart:
		p.inv.keyspace(p.rd.Keyspace())
	case dump.MemberRead:
		if !p.collecting {
			p.inv.Members = append(p.inv.Members, p.rd.Member().Name.String())
		}
	}
}

func (p *reading) rowStart() {
	raw := p.rd.Key()
	p.key = decode(p.key[:0], raw)
	p.cell.First = true
	p.cell.KeyEscaped = bytes.IndexByte(raw.Raw, '\\') >= 0 || bytes.IndexByte(raw.Raw, 0x7f) >= 0
	if !p.collecting {
		p.stats.Rows++
	}
	if p.table == objects {
		p.row.begin(p.key)
	}
}

func (p *reading) rowEnd() {
	if !p.collecting && p.rd.Cells() == 0 {
		start, _ := p.rd.Span()
		p.inv.emptyRow(p.rd.Keyspace(), p.rd.Table(), string(p.key), start)
	}
	if p.table == objects {
		p.row.end()
	}
}

// decode appends what a text stands for.
func decode(dst []byte, t dump.Text) []byte {
	if bytes.IndexByte(t.Raw, '\\') < 0 {
		return append(dst, t.Raw...)
	}
	return jsonscan.AppendDecoded(dst, t.Raw)
}

func (p *reading) cellRead() {
	c := p.rd.Cell()
	if bytes.IndexByte(c.Name.Raw, '\\') < 0 {
		p.name = c.Name.Raw
	} else {
		p.name = jsonscan.AppendDecoded(nil, c.Name.Raw)
	}
	if !p.collecting {
		p.stats.Cells++
		x := &p.cell
		x.Cell, x.Key, x.Column = c, p.key, p.name
		x.NameEscaped = bytes.IndexByte(c.Name.Raw, '\\') >= 0 || bytes.IndexByte(c.Name.Raw, 0x7f) >= 0
		x.Micro, x.HasMicro = c.Microseconds()
		p.stats.time(x)
		p.hooks.cell.call(x)
		x.First = false
	}
	switch p.table {
	case objects:
		p.row.column(c)
	case index:
		p.indexCell(c)
	case shared:
		p.shareCell(c)
	case subnets:
		p.subnetCell(c)
	case targets:
		p.targetCell(c)
	}
}

// text returns the decoded text of a value; nil if it is none, or too long to hold. It is valid until the next call.
func (p *reading) text(v *dump.Value) []byte {
	if !v.IsText || v.Long() {
		return nil
	}
	raw := v.Raw()
	if bytes.IndexByte(raw, '\\') < 0 {
		if raw == nil {
			return []byte{}
		}
		return raw
	}
	p.value = jsonscan.AppendDecoded(p.value[:0], raw)
	return p.value
}

// isJSON tells if a text value is JSON, however long it is.
func isJSON(v *dump.Value, text []byte) bool {
	if !v.Long() {
		return gjson.ValidBytes(text)
	}
	dec := jsontext.NewDecoder(v.OpenDecoded(), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if dec.SkipValue() != nil {
		return false
	}
	_, err := dec.ReadToken()
	return err == io.EOF
}

// hashName hashes TYPE:NAME and a uuid.
func (p *reading) hashName(typ, name []byte, k id) uint64 {
	b := append(append(append(p.hash[:0], typ...), ':'), name...)
	b = append(b, k[:]...)
	p.hash = b
	return xxh3.Hash(b)
}

// hashNameOnly hashes TYPE:NAME.
func (p *reading) hashNameOnly(typ, name []byte) xxh3.Uint128 {
	p.hash = append(append(append(p.hash[:0], typ...), ':'), name...)
	return xxh3.Hash128(p.hash)
}

// bucketOf is the bucket of a uuid: by its last bytes, which are as good as random.
func bucketOf(k id) uint64 {
	return uint64(k[15]) | uint64(k[14])<<8 | uint64(k[13])<<16
}

func (p *reading) intern(b []byte) string {
	if s, ok := p.types[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(p.types) > 1<<14 {
		clear(p.types)
	}
	p.types[s] = s
	return s
}

func (p *reading) indexCell(c *dump.Cell) {
	e := &p.entry
	*e = Entry{Type: p.intern(p.key), Full: p.name, Cell: c}
	name, uuid, ok := contrail.SplitNameColumn(p.name)
	if ok {
		e.Name, e.UUID = name, uuid
	}
	e.Value = p.text(&c.Value)
	if !p.collecting {
		p.hooks.index.call(e)
	}
	if !ok {
		return
	}
	k, _ := keyOf(uuid)
	same := p.hashNameOnly(p.key, name)
	if p.collecting {
		if p.indexBalance.suspect(bucketOf(k)) || p.lockBalance.suspect(bucketOf(k)) && p.hasLocks() {
			p.identities.add(entryRecord(k, identityEntry, e.Type, string(name), string(uuid)))
			p.nameGroups.add(nameRecord(e.Type, string(name), nameIndexed, string(uuid), ""))
		} else if p.seenNames.wants(same) || p.seenObjects.wants(same) {
			p.nameGroups.add(nameRecord(e.Type, string(name), nameIndexed, string(uuid), ""))
		}
		return
	}
	p.inv.Indexed++
	p.indexBalance.minus(bucketOf(k), p.hashName(p.key, name, k))
	p.seenNames.add(same)
	if namedTypes[e.Type] {
		h := hashID(e.Type, string(name))
		p.names.add(append(append(h[:], nameIndexed), uuid...))
	}
}

func (r *run) hasLocks() bool { return r.inv.NameLocks > 0 }

// The kinds of records about names.
const (
	nameIndexed byte = iota
	nameOfObject
	nameLocked
)
