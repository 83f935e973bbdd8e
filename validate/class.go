package validate

import (
	"bytes"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
)

// columnClass is what all columns of obj_uuid_table of one kind for one property or type of the other object have in
// common. There are some hundred of them, so a column is taken apart by finding its class again.
type columnClass struct {
	contrail.Column        // without the key
	prefix          []byte // the name of the column up to the key, with the colon before it
	keyed           bool   // a key follows
	link            bool   // which is the uuid of another object
	name            string // what Group.Name is
	hash            uint64 // of name
	text            string // what prefix is
	number          uint64 // of text, among texts; 0 if it has none yet
	column          string // KIND:NAME, as it stands in Rule.Keeps
	kept            bool   // some rule reads the content
	valued          bool   // and the value, where it is a link
	idPerms, perms2 bool   // it is one of these properties
	looked          hookList[*Column]
	common          bool // it is found by its prefix
	next            *columnClass
	// The group of the row that is being read, if row is the number of it.
	row   int64
	group int
	// What the model says about such columns, by type of the object.
	allowed map[*contrail.ObjectType]bool
}

// columnClasses finds classes.
type columnClasses struct {
	*run
	byPrefix map[string]*columnClass
	last     *columnClass
}

// manyClasses is how many classes are remembered. Sound dumps have some hundred.
const manyClasses = 1 << 14

// columnName is the name of a column, taken apart.
type columnName struct {
	class  *columnClass
	key    []byte
	other  id   // of a link: the other object
	isUUID bool // of a link: the key is a uuid
	plain  bool // the key, if it is a uuid, is written as usual; no part of the name has an escape
}

// find takes the raw name of a column apart, if it is written without escapes and of a class that was met before. Rows are
// much alike: most often it is the class of the column before, or the one that followed it the last time.
func (s *columnClasses) find(raw []byte, n *columnName) bool {
	last := s.last
	if last == nil {
		return false
	}
	if last.keyed && last.matches(raw, n) {
		return true
	}
	if next := last.next; next != nil && next.matches(raw, n) {
		s.last = next
		return true
	}
	return false
}

// matches tells if a raw name is of the class, and sets n.
func (c *columnClass) matches(raw []byte, n *columnName) bool {
	p := len(c.prefix)
	if len(raw) < p || string(raw[:p]) != string(c.prefix) {
		return false
	}
	key := raw[p:]
	switch {
	case !c.keyed:
		if len(key) > 0 {
			return false
		}
	case c.link:
		var ok bool
		if n.other, ok = parseUUID(key); !ok {
			return false
		}
		n.isUUID = true
	case !isSimple(key):
		return false
	}
	n.class, n.key, n.plain = c, key, true
	return true
}

// isSimple tells if a key is not empty and has nothing but letters, digits and the most usual signs.
func isSimple(key []byte) bool {
	for _, c := range key {
		if (c|0x20)-'a' > 'z'-'a' && c-'0' > 9 && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return len(key) > 0
}

// parse takes the decoded name of a column apart.
func (s *columnClasses) parse(name []byte, n *columnName) {
	col := contrail.ParseColumn(name)
	*n = columnName{key: col.Key}
	prefix := name[:len(name)-len(col.Key)]
	if col.Kind == contrail.ColumnUnknown {
		prefix = nil
	}
	class := s.byPrefix[string(prefix)]
	if class == nil || class.Kind != col.Kind || class.Malformed != col.Malformed {
		class = s.newClass(col, prefix)
	}
	n.class = class
	if class.common {
		if s.last != nil {
			s.last.next = class
		}
		s.last = class
	}
	if class.Kind.IsLink() {
		n.other, n.isUUID = keyOf(col.Key)
		n.plain = n.isUUID && n.other.String() == string(col.Key)
	}
}

func (s *columnClasses) newClass(col contrail.Column, prefix []byte) *columnClass {
	c := &columnClass{Column: col, prefix: bytes.Clone(prefix), keyed: col.Key != nil, name: string(col.Name), row: -1}
	c.Name, c.Key = []byte(c.name), nil
	c.hash = xxh3.HashString(c.name)
	c.link = c.Kind.IsLink()
	c.text, c.column = string(prefix), c.Kind.String()+":"+c.name
	c.kept = (c.keyed || c.Kind == contrail.ColumnProp) && s.keep[c.column]
	c.idPerms, c.perms2 = c.column == "prop:id_perms", c.column == "prop:perms2"
	c.valued = !c.link || valued[c.column]
	switch c.Kind {
	case contrail.ColumnChild, contrail.ColumnParent, contrail.ColumnRelaxBackref:
		c.kept = false
	}
	for _, h := range s.hooks.column {
		if slices.Contains(h.rep.Rule.Looks, c.column) {
			c.looked = append(c.looked, h)
		}
	}
	if len(s.byPrefix) < manyClasses && c.Kind != contrail.ColumnUnknown {
		c.common = true
		s.byPrefix[string(c.prefix)] = c
	}
	return c
}
