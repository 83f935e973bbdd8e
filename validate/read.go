package validate

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tidwall/gjson"

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
	names []byte // memory for name
	value []byte
	micro []byte // the timestamp before
	row   collector
	entry Entry
	types map[string]string
	typ   string // of the row of the index
	flow  flow

	elsewhere uuidUse // what uuids are in the keyspace, where edits are wanted
	// How many cells could not be read when the row began.
	brokenBefore int64
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
	p.flow.begin(r)
	for rd.Next() {
		p.step()
	}
	p.flow.end()
	r.inv.closeRoot()
	r.inv.closeFamily()
	if err := rd.Err(); err != nil {
		return err
	}
	r.inv.Layout = rd.Layout()
	return r.failure()
}

// onProblem makes a finding of a problem of the reader.
func (r *run) onProblem(p *dump.Problem) error {
	if p.ID == "B-STR-7" {
		r.brokenCells++
	}
	if !r.collecting {
		if rep := r.problem[p.ID]; rep != nil {
			rep.problem(p)
		}
	}
	if p.Fatal {
		return p
	}
	return r.failure()
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
		p.flow.node(p.rd.ZNode())
	case dump.TableStart:
		p.table = kindOf(p.rd.Keyspace(), p.rd.Table())
		p.stats = p.inv.table(p.rd.Keyspace(), p.rd.Table())
		p.cell.Keyspace, p.cell.Table = p.rd.Keyspace(), p.rd.Table()
	case dump.KeyspaceStart:
		p.inv.keyspace(p.rd.Keyspace())
		if p.elsewhere = noObjects; p.o.Edit != nil && !p.collecting {
			p.elsewhere = uuidsIn[p.rd.Keyspace()]
		}
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
	p.brokenBefore = p.brokenCells
	p.cell.KeyEscaped = bytes.IndexByte(raw.Raw, '\\') >= 0 || bytes.IndexByte(raw.Raw, 0x7f) >= 0
	if !p.collecting {
		p.stats.Rows++
	}
	switch p.table {
	case objects:
		p.row.begin(p.flow.newRow(), p.key)
	case index:
		p.typ = p.intern(p.key)
	}
	if p.elsewhere.names(p.key) {
		p.upperRow()
	}
}

func (p *reading) rowEnd() {
	// A row without columns is none: Cassandra doesn't know it.
	empty := p.rd.Cells() == 0 && p.brokenCells == p.brokenBefore
	if !p.collecting && empty {
		start, _ := p.rd.Span()
		p.inv.emptyRow(p.rd.Keyspace(), p.rd.Table(), string(p.key), start)
	}
	if p.table == objects && !empty {
		p.flow.rowDone()
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
	p.name = c.Name.Raw
	escaped := false
	if p.table != objects || !p.row.classes.find(c.Name.Raw, &p.row.named) {
		if escaped = bytes.IndexByte(c.Name.Raw, '\\') >= 0; escaped {
			p.names = jsonscan.AppendDecoded(p.names[:0], c.Name.Raw)
			p.name = p.names
		}
		escaped = escaped || bytes.IndexByte(c.Name.Raw, 0x7f) >= 0
		if p.table == objects {
			p.row.classes.parse(p.name, &p.row.named)
		}
	}
	if !p.collecting {
		p.time(c)
		x := &p.cell
		if escaped || c.Shape != 0 || x.First && (x.KeyEscaped || len(p.key) == 0 || len(p.key) > longestName) ||
			len(p.name) == 0 || len(p.name) > longestName || !p.usualTime() {
			x.Cell, x.Key, x.Column, x.NameEscaped = c, p.key, p.name, escaped
			x.row = nil
			if p.table == objects {
				x.row = p.row.row
			}
			p.hooks.cell.call(x)
		}
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
	if p.elsewhere != noObjects {
		if text := p.text(&c.Value); p.elsewhere.names(text) {
			p.upperText(text)
		}
	}
}

// time takes the timestamp of a cell. Those of a row are often the same.
func (p *reading) time(c *dump.Cell) {
	x := &p.cell
	if len(c.Time) == 0 || string(c.Time) != string(p.micro) || c.Shape&dump.FloatTime != 0 {
		x.Micro, x.HasMicro = c.Microseconds()
		p.micro = append(p.micro[:0], c.Time...)
		if c.Shape&dump.FloatTime != 0 {
			p.micro = p.micro[:0]
		}
	}
	p.stats.Cells++
	if len(c.Time) > 0 {
		p.stats.time(x)
	}
}

// usualTime tells if the timestamp is what timestamps usually are.
func (p *reading) usualTime() bool {
	x := &p.cell
	return x.HasMicro && x.Micro >= 1e14 && (p.latest == 0 || x.Micro <= p.latest)
}

// text returns the decoded text of a value; nil if it is none, or too long to hold. It is valid until the next call.
func (p *reading) text(v *dump.Value) []byte {
	var b []byte
	b, p.value = decodedValue(v, p.value)
	return b
}

// decodedValue returns the decoded text of a value, and the memory to use the next time.
func decodedValue(v *dump.Value, memory []byte) (text, memoryOut []byte) {
	if !v.IsText || v.Long() {
		return nil, memory
	}
	raw := v.Raw()
	if bytes.IndexByte(raw, '\\') < 0 {
		if raw == nil {
			return []byte{}, memory
		}
		return raw, memory
	}
	memory = jsonscan.AppendDecoded(memory[:0], raw)
	return memory, memory
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
	name, uuid, ok := contrail.SplitNameColumn(p.name)
	if !p.collecting {
		raw := c.Value.Raw()
		if odd := !ok || !c.Value.IsText || c.Value.Long() || len(raw) != len(rawNull) || string(raw) != "null"; odd || p.typ == "route_target" {
			e := &p.entry
			*e = Entry{Type: p.typ, Full: p.name, Cell: c, Value: p.text(&c.Value)}
			if ok {
				e.Name, e.UUID = name, uuid
			}
			p.hooks.index.call(e)
		}
	}
	if ok {
		p.upperCell(c, uuid)
		p.flow.entry(p.typ, name, uuid)
	}
}

func (r *run) hasLocks() bool { return r.inv.NameLocks > 0 }

// The kinds of records about names.
const (
	nameIndexed byte = iota
	nameOfObject
	nameLocked
)
