package contrail

import "bytes"

// ColumnKind says what a column of obj_uuid_table holds.
type ColumnKind uint8

// The kinds of columns.
const (
	ColumnUnknown      ColumnKind = iota // to be carried through unchanged
	ColumnType                           // type
	ColumnFQName                         // fq_name
	ColumnParentType                     // parent_type
	ColumnParent                         // parent:TYPE:UUID
	ColumnChild                          // children:TYPE:UUID
	ColumnRef                            // ref:TYPE:UUID
	ColumnBackref                        // backref:TYPE:UUID
	ColumnRelaxBackref                   // relaxbackref:UUID
	ColumnProp                           // prop:NAME
	ColumnPropList                       // propl:NAME:POSITION
	ColumnPropMap                        // propm:NAME:KEY
	ColumnMeta                           // META:NAME
)

// Column is the name of a column of obj_uuid_table, taken apart. Its slices
// point into the name that was parsed.
type Column struct {
	Kind ColumnKind
	// Malformed tells of a ColumnUnknown that it has the prefix of a known
	// kind but not the parts that this kind must have (B-OBJ-5).
	Malformed bool
	// Name is the type of the other object (parent, children, ref, backref),
	// the name of the property, or what follows META:.
	Name []byte
	// Key is the uuid of the other object (parent, children, ref, backref,
	// relaxbackref), the position of a list element, or the key of a map
	// element. A map key may hold colons and may be empty.
	Key []byte
}

// ParseColumn takes the name of a column apart. It allocates nothing. A uuid
// is not checked here (ValidUUID does that), nor is a type or property looked
// up.
func ParseColumn(name []byte) Column {
	prefix, rest, found := bytes.Cut(name, colon)
	if !found {
		switch string(name) {
		case "type":
			return Column{Kind: ColumnType}
		case "fq_name":
			return Column{Kind: ColumnFQName}
		case "parent_type":
			return Column{Kind: ColumnParentType}
		}
		return Column{}
	}
	switch string(prefix) {
	case "parent":
		return linkColumn(ColumnParent, rest)
	case "children":
		return linkColumn(ColumnChild, rest)
	case "ref":
		return linkColumn(ColumnRef, rest)
	case "backref":
		return linkColumn(ColumnBackref, rest)
	case "relaxbackref":
		if len(rest) == 0 || bytes.IndexByte(rest, ':') >= 0 {
			return Column{Malformed: true}
		}
		return Column{Kind: ColumnRelaxBackref, Key: rest}
	case "prop":
		if len(rest) == 0 || bytes.IndexByte(rest, ':') >= 0 {
			return Column{Malformed: true}
		}
		return Column{Kind: ColumnProp, Name: rest}
	case "propl":
		return elementColumn(ColumnPropList, rest)
	case "propm":
		return elementColumn(ColumnPropMap, rest)
	case "META":
		return Column{Kind: ColumnMeta, Name: rest}
	}
	return Column{}
}

var colon = []byte{':'}

// linkColumn splits TYPE:UUID, which must have exactly two parts.
func linkColumn(k ColumnKind, rest []byte) Column {
	typ, uuid, found := bytes.Cut(rest, colon)
	if !found || len(typ) == 0 || len(uuid) == 0 || bytes.IndexByte(uuid, ':') >= 0 {
		return Column{Malformed: true}
	}
	return Column{Kind: k, Name: typ, Key: uuid}
}

// elementColumn splits NAME:KEY, where the key may hold colons.
func elementColumn(k ColumnKind, rest []byte) Column {
	name, key, found := bytes.Cut(rest, colon)
	if !found || len(name) == 0 {
		return Column{Malformed: true}
	}
	return Column{Kind: k, Name: name, Key: key}
}

// IsLink tells that the column names another object: parent, children, ref,
// backref, relaxbackref.
func (k ColumnKind) IsLink() bool { return k >= ColumnParent && k <= ColumnRelaxBackref }

// IsProp tells that the column holds a property or an element of one.
func (k ColumnKind) IsProp() bool { return k >= ColumnProp && k <= ColumnPropMap }

// PropKind returns the form of the property; it has a meaning only where
// IsProp is true.
func (k ColumnKind) PropKind() PropKind { return PropKind(k - ColumnProp) }

// String returns the prefix of the columns of the kind, or their name.
func (k ColumnKind) String() string {
	names := [...]string{"unknown", "type", "fq_name", "parent_type", "parent", "children", "ref", "backref",
		"relaxbackref", "prop", "propl", "propm", "META"}
	if int(k) < len(names) {
		return names[k]
	}
	return names[0]
}

// key returns the part of the column's name that is the same for all elements
// and link targets: prop:NAME, propl:NAME, ref:TYPE. name is what was parsed.
func (c Column) key(name []byte) []byte {
	switch c.Kind {
	case ColumnPropList, ColumnPropMap, ColumnParent, ColumnChild, ColumnRef, ColumnBackref:
		return name[:len(name)-len(c.Key)-1]
	}
	return name
}
