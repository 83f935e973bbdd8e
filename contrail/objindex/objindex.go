// Package objindex puts into the index of a dump what its rows and nodes mean: objects by name, how many there are of
// each type, and the families of ZooKeeper nodes.
//
// The memory it needs is that of the names of types and families. What a row says of its object is held while the row
// lasts, up to a limit for each of type and fq_name.
package objindex

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/dump/seekable"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// The tables.
const (
	objectsTable  = "contrail.objects"  // type and fq_name to the row
	typesTable    = "contrail.types"    // type to number of rows
	familiesTable = "contrail.families" // family to number of nodes
	countsTable   = "contrail.counts"   // name to number
)

// untyped counts the rows of obj_uuid_table without type.
const untyped = "untyped_rows"

// longest is the most bytes of a joined name, and of a type, that make an entry of the tables of objects. An object with
// a longer one is in the count of its type only.
const longest = 1024

// Feeder collects the tables. One Feeder serves one index.
type Feeder struct {
	objects     bool // the reader is in the table of objects
	typed       bool
	typ, fqName []byte // as stored: decoded once
	hasName     bool
	isText      bool
	types       map[string]int64
	families    map[string]int64
	untyped     int64
	joined      []byte
	key         []byte
}

// New returns a feeder.
func New() *Feeder {
	return &Feeder{types: map[string]int64{}, families: map[string]int64{}}
}

// Event is called for everything that the reader comes to.
func (f *Feeder) Event(r *dump.Reader, s index.Sink) error {
	switch r.Kind() {
	case dump.CellRead:
		if f.objects {
			f.cell(r.Cell())
		}
	case dump.RowStart:
		f.typed, f.hasName = false, false
	case dump.RowEnd:
		if f.objects {
			return f.endRow(r, s)
		}
	case dump.TableStart:
		f.objects = r.Keyspace() == objectKeyspace && r.Table() == objectTable
	case dump.ZNodeRead:
		f.families[string(contrail.Family(r.ZNode().Path.Decoded()))]++
	}
	return nil
}

func (f *Feeder) cell(c *dump.Cell) {
	switch {
	case c.Name.Is("type"):
		f.typed, f.isText = true, c.Value.IsText
		f.typ = f.typ[:0]
		if f.isText {
			f.typ = c.Value.Text().AppendDecoded(f.typ)
		} else {
			f.typ = append(f.typ, c.Value.Raw()...)
		}
	case c.Name.Is("fq_name") && c.Value.IsText && !c.Value.Long():
		f.hasName = true
		f.fqName = c.Value.Text().AppendDecoded(f.fqName[:0])
	}
}

func (f *Feeder) endRow(r *dump.Reader, s index.Sink) error {
	if !f.typed {
		f.untyped++
		return nil
	}
	name, isString := jsonText(f.typ)
	if !isString {
		name = bytes.Clone(f.typ)
	}
	f.types[string(name)]++
	if !f.hasName || !isString || !f.isText {
		return nil
	}
	joined, ok := f.join()
	if !ok {
		return nil
	}
	if len(joined) > longest || len(name) > longest || len(r.Key().Decoded()) > longest {
		return nil
	}
	f.key = index.AppendPart(index.AppendPart(f.key[:0], name), joined)
	return s.AddRow(objectsTable, f.key)
}

// join returns the fq_name joined by colons; ok is false if it is no JSON list of strings.
func (f *Feeder) join() (joined []byte, ok bool) {
	if joined, ok = appendJoined(f.joined[:0], f.fqName); ok {
		f.joined = joined
		return joined, true
	}
	var parts []string
	if json.Unmarshal(f.fqName, &parts) != nil || len(parts) == 0 {
		return nil, false
	}
	return []byte(contrail.JoinName(parts)), true
}

// appendJoined joins the strings of a list that is spelled in the ordinary way: ["a", "b"], without escapes, control
// characters and bytes beyond ASCII. ok is false for any other.
func appendJoined(dst, list []byte) (joined []byte, ok bool) {
	before, separator := []byte(`["`), []byte(`", "`)
	text, ok := bytes.CutPrefix(list, before)
	if !ok {
		return nil, false
	}
	if text, ok = bytes.CutSuffix(text, []byte(`"]`)); !ok {
		return nil, false
	}
	for {
		part, rest, more := bytes.Cut(text, separator)
		for _, c := range part {
			if c == '"' || c == '\\' || c < ' ' || c >= 0x7f {
				return nil, false
			}
		}
		dst = append(dst, part...)
		if !more {
			return dst, true
		}
		dst, text = append(dst, ':'), rest
	}
}

// End writes the counts.
func (f *Feeder) End(s index.Sink) error {
	for table, counts := range map[string]map[string]int64{
		typesTable: f.types, familiesTable: f.families, countsTable: {untyped: f.untyped},
	} {
		for name, n := range shortened(counts) {
			if err := s.Add(table, []byte(name), binary.AppendUvarint(nil, uint64(n))); err != nil {
				return err
			}
		}
	}
	return nil
}

// Carry tells that the tables go with the objects and the nodes they are about.
func (f *Feeder) Carry(hasTable func(keyspace, table string) bool, hasNodes bool, s index.Sink) (stay []string, err error) {
	if hasNodes {
		stay = append(stay, familiesTable)
	}
	if hasTable(objectKeyspace, objectTable) {
		return append(stay, countsTable, objectsTable, typesTable), nil
	}
	return stay, s.Add(countsTable, []byte(untyped), []byte{0})
}

// shortened returns the counts with names over the limit cut, as one if they begin alike.
func shortened(counts map[string]int64) map[string]int64 {
	short := make(map[string]int64, len(counts))
	for name, n := range counts {
		if len(name) > longest {
			name = name[:longest-3] + "..."
		}
		short[name] += n
	}
	return short
}

// jsonText returns what the JSON string that text is stands for; ok is false if it is something else.
func jsonText(text []byte) (decoded []byte, ok bool) {
	text = bytes.Trim(text, " \t\r\n")
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' || !jsonscan.ValidString(text[1:len(text)-1]) {
		return nil, false
	}
	return jsonscan.AppendDecoded(nil, text[1:len(text)-1]), true
}

// Objects reads the tables of a Feeder.
type Objects struct {
	x *index.Index

	objects, types, families, counts *seekable.Table
}

// ErrNone is the error of an index without these tables.
var ErrNone = errors.New("the index doesn't know objects")

// Of returns the tables that an index has of objects.
func Of(x *index.Index) (*Objects, error) {
	o := &Objects{x: x}
	for name, t := range map[string]**seekable.Table{
		objectsTable: &o.objects, typesTable: &o.types, familiesTable: &o.families, countsTable: &o.counts,
	} {
		table, err := x.Section(name)
		if err != nil {
			return nil, err
		}
		*t = table // nil for a table without records
	}
	if o.counts == nil {
		return nil, ErrNone
	}
	return o, nil
}

var errRecord = errors.New("malformed record in the index")

// Types returns how many rows of obj_uuid_table there are of each type.
func (o *Objects) Types() (map[string]int64, error) { return countsOf(o.types) }

// Families returns how many ZooKeeper nodes there are of each family.
func (o *Objects) Families() (map[string]int64, error) { return countsOf(o.families) }

// Untyped returns the number of rows of obj_uuid_table without type.
func (o *Objects) Untyped() (int64, error) {
	counts, err := countsOf(o.counts)
	return counts[untyped], err
}

func countsOf(t *seekable.Table) (map[string]int64, error) {
	counts := map[string]int64{}
	if t == nil {
		return counts, nil
	}
	c := t.From(nil)
	for c.Next() {
		n, k := binary.Uvarint(c.Record().Value)
		if k <= 0 {
			return nil, errRecord
		}
		counts[string(c.Record().Key)] = int64(n)
	}
	return counts, c.Err()
}

// Object is an object by its names.
type Object struct {
	Type string
	Name string // the parts of the fq_name, joined by colons

	numbered bool
	number   uint64 // of the row, if numbered
	uuid     string // otherwise its key, in an index of versions 1 and 2
}

// Where the rows of objects are.
const (
	objectKeyspace = "config_db_uuid"
	objectTable    = "obj_uuid_table"
)

// Row returns the row of an object.
func (o *Objects) Row(obj Object) (row index.Row, err error) {
	if obj.numbered {
		for row, err := range o.x.RowsAt(objectKeyspace, objectTable, slices.Values([]uint64{obj.number})) {
			return row, err
		}
		return row, errRecord
	}
	row, found, err := o.x.Row(objectKeyspace, objectTable, []byte(obj.uuid))
	if err == nil && !found {
		err = errRecord
	}
	return row, err
}

// RowsOfType yields the rows of the objects of a type, in no order that means anything. Memory: 8 bytes for each of them.
func (o *Objects) RowsOfType(typ string) iter.Seq2[index.Row, error] {
	return func(yield func(index.Row, error) bool) {
		var numbers []uint64
		for obj, err := range o.OfType(typ) {
			if err == nil && obj.numbered {
				numbers = append(numbers, obj.number)
				continue
			}
			var row index.Row
			if err == nil {
				row, err = o.Row(obj)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
		slices.Sort(numbers)
		for row, err := range o.x.RowsAt(objectKeyspace, objectTable, slices.Values(numbers)) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// ByName yields the objects of a type with a name; more than one only in an inconsistent dump.
func (o *Objects) ByName(typ, name string) iter.Seq2[Object, error] {
	return o.from(index.AppendPart(index.AppendPart(nil, []byte(typ)), []byte(name)))
}

// OfType yields the objects of a type in the order of their names.
func (o *Objects) OfType(typ string) iter.Seq2[Object, error] {
	return o.from(index.AppendPart(nil, []byte(typ)))
}

// from yields the objects whose keys begin with prefix.
func (o *Objects) from(prefix []byte) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		if o.objects == nil {
			return
		}
		c := o.objects.From(prefix)
		for c.Next() && bytes.HasPrefix(c.Record().Key, prefix) {
			typ, rest, ok := index.CutPart(c.Record().Key)
			name, rest, ok2 := index.CutPart(rest)
			obj := Object{Type: string(typ), Name: string(name)}
			value, n := c.Record().Value, 0
			if obj.numbered = len(value) > 0; obj.numbered {
				obj.number, n = binary.Uvarint(value)
			} else {
				obj.uuid = string(rest)
			}
			if !ok || !ok2 || n != len(value) {
				yield(Object{}, errRecord)
				return
			}
			if !yield(obj, nil) {
				return
			}
		}
		if c.Err() != nil {
			yield(Object{}, c.Err())
		}
	}
}
