package validate

import (
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
	class     *columnClass // while the row is read
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
	columns    []Column // those that some rule keeps: see Kept
	Groups     []Group  // not of a row that was looked up

	// dependents is how many columns say that others refer to the row or lie below it.
	dependents int

	stored []byte // columns of a row that was looked up, not yet taken apart
	shared *texts // of a row that was looked up
	name   string // joined; FQName are parts of it
	*rowReading
}

// rowReading is what is known of a row only while it is read.
type rowReading struct {
	created string // second reading: when the object was made
	info    *typeInfo
	parts   []string
	kinds   [contrail.ColumnMeta + 1]int // how many columns there are of each kind
	arena   []byte
	links   []half
	weird   []string
	overrun *spill.File // links that were too many
	pending []pendingFinding
}

// lookedUp is what rows have in its place that were looked up. Nobody writes to it.
var lookedUp rowReading

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

// Kept returns the columns that some rule or join keeps. Of a row that is looked up they are those of joins.
func (r *Row) Kept() []Column {
	if r.stored != nil {
		r.takeColumns()
	}
	return r.columns
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

// Prop returns the value of a plain property; it doesn't exist if the row has none, or it isn't JSON. Of a row that is
// being read it is valid as long as the row is.
func (r *Row) Prop(name string) gjson.Result {
	if c := r.prop(name); c != nil && c.JSON {
		return gjson.Parse(asText(c.Value))
	}
	return gjson.Result{}
}

// prop returns the column of a plain property; nil if there is none.
func (r *Row) prop(name string) *Column {
	list := r.Kept()
	for i := range list {
		if c := &list[i]; c.Kind == contrail.ColumnProp && string(c.Name) == name {
			return c
		}
	}
	return nil
}

// Each returns the columns of a kind and a name.
func (r *Row) Each(k contrail.ColumnKind, name string) []*Column {
	var list []*Column
	kept := r.Kept()
	for i := range kept {
		if c := &kept[i]; c.Kind == k && string(c.Name) == name {
			list = append(list, c)
		}
	}
	return list
}

// Refs returns the uuids of the objects of a type that the row refers to. Of a row that is being read they are valid
// as long as it is.
func (r *Row) Refs(typ string) []string { return r.uuids(contrail.ColumnRef, typ) }

// Backrefs returns the uuids of the objects of a type that refer to the row.
func (r *Row) Backrefs(typ string) []string { return r.uuids(contrail.ColumnBackref, typ) }

func (r *Row) uuids(k contrail.ColumnKind, typ string) []string {
	kept := r.Kept()
	n := 0
	for i := range kept {
		if c := &kept[i]; c.Kind == k && string(c.Name) == typ {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for i := range kept {
		if c := &kept[i]; c.Kind == k && string(c.Name) == typ {
			list = append(list, asText(c.Key))
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
