package graft

import (
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// State says what becomes of a wanted object.
type State string

// The states of objects.
const (
	Restored State = "restored"
	Replaced State = "replaced" // the object that is there gets what the dump says
	There    State = "there"    // it is there already, and stays as it is
	Skipped  State = "skipped"  // for a conflict
)

// object is a wanted object.
type object struct {
	uuid, typ, name string
	asked           bool // by name, and not only needed by others
	number          uint64
	sum             uint64 // of what is not derived
	links           []link

	live            bool // there is an object of this uuid
	cells           bool // there are cells of this uuid
	liveTyp         string
	liveName        string
	liveSum         uint64
	state           State
	wants           bool   // to be written, if nothing is in the way
	renumbered      uint64 // 0, or the number that it gets in place of its own
	conflicts       []*Conflict
	missingOptional []string // uuids that its references name, and that are nowhere
}

// link is a reference or parent of an object.
type link struct {
	parent bool
	to     string
}

func (o *object) String() string { return describe(o.typ, o.name, o.uuid) }

func describe(typ, name, uuid string) string {
	if typ == "" {
		return "the object " + uuid
	}
	return typ + " " + name + " (" + uuid + ")"
}

// rowReader puts the cells of a row of an object together.
type rowReader struct {
	typ, fqName []byte
	sum         uint64
	cells       int
	number      map[string]uint64 // of virtual_network and security_group
}

func (w *rowReader) begin() {
	w.typ, w.fqName, w.sum, w.cells = nil, nil, 0, 0
	clear(w.number)
}

// The columns in which objects have their numbers.
var numberColumns = map[string]string{
	"prop:virtual_network_network_id": "virtual_network",
	"prop:security_group_id":          "security_group",
}

// cell takes a cell of the row. With whole set it counts for the sum.
func (w *rowReader) cell(c *dump.Cell, whole bool) (contrail.Column, error) {
	w.cells++
	name := c.Name.Decoded()
	col := contrail.ParseColumn(name)
	typ, numbered := numberColumns[string(name)]
	switch {
	case col.Kind == contrail.ColumnType, col.Kind == contrail.ColumnFQName, numbered, whole && counts(col.Kind):
	default:
		return col, nil
	}
	value, err := text(&c.Value)
	if err != nil {
		return col, err
	}
	switch {
	case col.Kind == contrail.ColumnType:
		w.typ = value
	case col.Kind == contrail.ColumnFQName:
		w.fqName = value
	case numbered:
		n, err := strconv.ParseUint(strings.Trim(string(value), `" `), 10, 64)
		// Lower ids of security groups are chosen by people, and not unique.
		if err == nil && (typ != "security_group" || n > contrail.FirstSecurityGroupID) {
			if w.number == nil {
				w.number = map[string]uint64{}
			}
			w.number[typ] = n
		}
	}
	if counts(col.Kind) {
		w.sum += xxh3.Hash(append(append(append([]byte{}, name...), 0), value...))
	}
	return col, nil
}

// counts tells if a column says something of its own.
func counts(k contrail.ColumnKind) bool { return !derived(k) && k != contrail.ColumnMeta }

func derived(k contrail.ColumnKind) bool {
	return k == contrail.ColumnBackref || k == contrail.ColumnChild
}

// end returns type and joined name; both are empty unless the row is that of an object.
func (w *rowReader) end() (typ, name string) {
	if w.typ == nil || w.fqName == nil {
		return "", ""
	}
	b := contrail.NewObjectBuilder("")
	b.Add([]byte("type"), w.typ)
	b.Add([]byte("fq_name"), w.fqName)
	o := b.Object()
	if o.Type == "" || len(o.FQName) == 0 {
		return "", ""
	}
	return o.Type, contrail.JoinName(o.FQName)
}
