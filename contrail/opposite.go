package contrail

// Opposite is the column in the row of another object that belongs to a link
// column.
type Opposite struct {
	UUID   string // row of the other object
	Column string
}

// OppositeOf returns what the other row must hold for a link column of the
// object with the given type (virtual_network, either spelling) and uuid:
//
//	ref:T:U       backref:TYPE:UUID in row U; ref:TYPE:UUID if T is the same type
//	backref:T:U   ref:TYPE:UUID in row U
//	children:T:U  parent:TYPE:UUID in row U
//	parent:T:U    children:TYPE:UUID in row U
//	relaxbackref:U  ref:TYPE:UUID in row U, which may be gone
//
// References of objects of one type to each other are kept as ref: in both
// rows. A reference and its back-reference hold the same text. It fails for
// other columns and for an object without a type.
func OppositeOf(typ, uuid string, c Column) (Opposite, bool) {
	typ = NormalizeType(typ)
	if typ == "" {
		return Opposite{}, false
	}
	var prefix string
	switch c.Kind {
	case ColumnRef:
		prefix = "backref:"
		if string(c.Name) == typ {
			prefix = "ref:"
		}
	case ColumnBackref, ColumnRelaxBackref:
		prefix = "ref:"
	case ColumnChild:
		prefix = "parent:"
	case ColumnParent:
		prefix = "children:"
	default:
		return Opposite{}, false
	}
	return Opposite{UUID: string(c.Key), Column: prefix + typ + ":" + uuid}, true
}
