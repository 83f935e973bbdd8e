package validate

import (
	"encoding/binary"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// The tables of objects.
const (
	objectKeyspace = "config_db_uuid"
	objectTable    = "obj_uuid_table"
	nameTable      = "obj_fq_name_table"
	sharedTable    = "obj_shared_table"
)

// Column is a column of obj_uuid_table. Rules are shown those that they look at, and those that are odd: of an unknown
// or malformed name, not JSON, with a large integer in it or JSON in its text, a reference without attr or to the row
// itself, id_perms of an unusual form.
type Column struct {
	contrail.Column
	Full  []byte // the whole name
	Value []byte // the text of the value; nil if it is no text, not JSON, or longer than 1 MiB
	JSON  bool   // the value is JSON text
	Long  bool   // the value is longer than 1 MiB, and was not kept
	Row   *Row   // as far as it was read
	// KeyIsUUID tells of a link that it ends in a uuid.
	KeyIsUUID bool
	Cell      *dump.Cell
}

// rowFlags say what a row has.
type rowFlags uint16

const (
	hasType rowFlags = 1 << iota
	hasName
	hasIDPerms
	hasParentType
	hasMeta
	hasParentText // parent_type is a text
	badType       // type is there, but isn't a text of JSON
	badName       // fq_name is there, but isn't a list of texts
	partial       // more links than were kept
)

// Row is a row of obj_uuid_table: while the dump is read, all that is known at its end; when it is looked up, its name
// and the columns that joins keep.
type Row struct {
	Key    string
	IsUUID bool
	id     id
	flags  rowFlags
	Type   string   // empty if the row has none that is a text
	FQName []string // nil if the row has none that is a list of texts

	ParentType string // empty if the row has none that is a text
	Parents    []ParentLink
	Columns    []Column // those that some rule keeps
	Groups     []Group  // not of a row that was looked up

	// dependents is how many columns say that others refer to the row or lie below it.
	dependents int

	// The rest is for the reading.
	created string // second reading: when the object was made
	name    string // joined; FQName are parts of it
	parts   []string
	kinds   [contrail.ColumnMeta + 1]int // how many columns there are of each kind
	arena   []byte
	links   []half
	weird   []string
	overrun *spill.File // links that were too many
	pending []pendingFinding
}

// ParentLink is a link column of a row.
type ParentLink struct {
	Type, UUID string
	id         id
	at         int64 // where the cell begins in the text
	micro      int64 // its timestamp; 0 if it has none in microseconds
}

// Group counts the columns of a row of one kind for one property or type of the other object.
type Group struct {
	Kind  contrail.ColumnKind
	Name  string
	Count int
	class *columnClass

	// Of list properties: the largest decimal position, and if one isn't written as usual or isn't decimal.
	top           int
	odd, notDigit bool
}

func (r *Row) has(f rowFlags) bool { return r.flags&f != 0 }

// Name is the joined fq_name; empty if there is none.
func (r *Row) Name() string { return r.name }

// At returns the path of a column, or of the row.
func (r *Row) At(column string) string { return rowPath(r.Key, column) }

func rowPath(key, column string) string {
	p := dump.Path{Level: dump.AtRow, Keyspace: objectKeyspace, Table: objectTable, Row: key}
	if column != "" {
		p.Level, p.Column = dump.AtColumn, column
	}
	return p.String()
}

// Finding begins a finding about the row.
func (r *Row) Finding(column, message string) Finding {
	f := Finding{Type: r.Type, UUID: r.Key, FQName: r.FQName, Where: r.At(column), Message: message, Offset: -1}
	return f
}

// Prop returns the value of a plain property; it doesn't exist if the row has none, or it isn't JSON.
func (r *Row) Prop(name string) gjson.Result {
	if c := r.prop(name); c != nil && c.JSON {
		return gjson.ParseBytes(c.Value)
	}
	return gjson.Result{}
}

// prop returns the column of a plain property; nil if there is none.
func (r *Row) prop(name string) *Column {
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Kind == contrail.ColumnProp && string(c.Name) == name {
			return c
		}
	}
	return nil
}

// Each returns the columns of a kind and a name.
func (r *Row) Each(k contrail.ColumnKind, name string) []*Column {
	var list []*Column
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Kind == k && string(c.Name) == name {
			list = append(list, c)
		}
	}
	return list
}

// Refs returns the uuids of the objects of a type that the row refers to.
func (r *Row) Refs(typ string) []string { return r.uuids(contrail.ColumnRef, typ) }

// Backrefs returns the uuids of the objects of a type that refer to the row.
func (r *Row) Backrefs(typ string) []string { return r.uuids(contrail.ColumnBackref, typ) }

func (r *Row) uuids(k contrail.ColumnKind, typ string) []string {
	var list []string
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Kind == k && string(c.Name) == typ {
			list = append(list, string(c.Key))
		}
	}
	return list
}

// count returns how many columns of a kind the row has for one name.
func (r *Row) count(k contrail.ColumnKind, name string) int {
	if k == anyColumn {
		n := 0
		for _, count := range r.kinds {
			n += count
		}
		return n
	}
	if r.kinds[k] == 0 {
		return 0
	}
	for i := range r.Groups {
		if g := &r.Groups[i]; g.Kind == k && g.Name == name {
			return g.Count
		}
	}
	return 0
}

// countAll returns how many columns of a kind the row has.
func (r *Row) countAll(k contrail.ColumnKind) int { return r.kinds[k] }

// attr returns the attr of a reference's value: the value itself in the oldest form.
func attrOf(value []byte) gjson.Result {
	v := gjson.ParseBytes(value)
	if v.IsObject() {
		if a := v.Get("attr"); a.Exists() {
			return a
		}
	}
	return v
}

// appendRow makes the record of a row in the store.
func (r *Row) appendRecord(b []byte, keeps map[string]bool) []byte {
	b = append(b, r.id[:]...)
	b = binary.AppendUvarint(b, uint64(r.flags))
	b = appendText(b, r.Type)
	if r.IsUUID && r.id.String() == r.Key {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		b = appendText(b, r.Key)
	}
	b = appendText(b, r.ParentType)
	b = binary.AppendUvarint(b, uint64(len(r.FQName)))
	for _, p := range r.FQName {
		b = appendText(b, p)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Parents)))
	for _, p := range r.Parents {
		b = appendText(appendText(b, p.Type), p.UUID)
		b = binary.AppendVarint(binary.AppendUvarint(b, uint64(p.at)), p.micro)
	}
	b = binary.AppendUvarint(b, uint64(r.dependents))
	if keeps == nil {
		return b
	}
	for i := range r.Columns {
		c := &r.Columns[i]
		if !keeps[c.Kind.String()+":"+string(c.Name)] {
			continue
		}
		b = appendText(b, string(c.Full))
		if c.JSON {
			b = append(b, 1)
			b = appendText(b, string(c.Value))
		} else {
			b = append(b, 0)
		}
	}
	return b
}

// decodeRow makes the row of a record.
func decodeRow(k id, payload []byte) *Row {
	d := decoder{payload}
	r := &Row{id: k, flags: rowFlags(d.uint()), Type: d.text()}
	if d.byte() == 0 {
		r.Key, r.IsUUID = k.String(), true
	} else {
		r.Key = d.text()
		_, r.IsUUID = keyOf(r.Key)
	}
	r.ParentType = d.text()
	if n := int(d.uint()); n > 0 {
		r.FQName = make([]string, n)
		for i := range r.FQName {
			r.FQName[i] = d.text()
		}
		r.name = strings.Join(r.FQName, ":")
	}
	for range d.uint() {
		p := ParentLink{Type: d.text(), UUID: d.text(), at: int64(d.uint()), micro: d.int()}
		p.id, _ = keyOf(p.UUID)
		r.Parents = append(r.Parents, p)
	}
	r.dependents = int(d.uint())
	for len(d.b) > 0 {
		c := Column{Full: append([]byte(nil), d.bytes()...), Row: r}
		c.Column = contrail.ParseColumn(c.Full)
		if d.byte() == 1 {
			c.JSON, c.Value = true, append([]byte(nil), d.bytes()...)
		}
		r.Columns = append(r.Columns, c)
	}
	return r
}
