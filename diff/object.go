package diff

import (
	"bytes"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// row compares a row; one side can be absent.
func (c *comparison) row(a, b *rowRecord) error {
	rec, s := a, c.a
	if b != nil {
		rec, s = b, c.b
	}
	info := c.tables.infos[rec.table]
	key, err := s.rowKey(rec)
	if err != nil {
		return err
	}
	d := &draft{key: draftKey(rec.table, rec.key)}
	d.head = Change{Kind: Row, Op: Modified, Keyspace: info.keyspace, Table: info.table, Key: key}
	switch {
	case a == nil:
		d.head.Op = Added
	case b == nil:
		d.head.Op = Removed
	}
	var views [2]*rowView
	head := func(x, y *rowView) error {
		views = [2]*rowView{x, y}
		d.empty = d.head.Op != Modified && x.cells+y.cells == 0
		if info.kind == objectTable {
			c.objectHead(d, key, x, y)
			c.linked.know(key, y.fqName)
			if b != nil {
				if err := c.noteName(b, y); err != nil {
					return err
				}
			}
		}
		if d.empty || info.kind == objectTable && d.head.Op != Modified {
			return c.begin(d)
		}
		return nil
	}
	each := func(x, y *cell) error {
		ch, err := c.cellChange(info, x, y)
		if ch == nil || err != nil {
			return err
		}
		switch info.kind {
		case objectTable:
			return c.objectCell(d, key, views, ch)
		case nameTable, sharedTable:
			return c.indexCell(d, info.kind, key, ch)
		}
		return c.showCell(d, ch)
	}
	return c.cellsThatDiffer(a, b, head, each)
}

// objectHead makes the head of an object's change.
func (c *comparison) objectHead(d *draft, uuid string, a, b *rowView) {
	h := &d.head
	h.Kind, h.Keyspace, h.Table, h.Key = Object, "", "", ""
	h.UUID = uuid
	now, was := b, a
	if !b.exists {
		now, was = a, b
	}
	h.Type, h.FQName = now.typ, now.fqName
	if a.exists && b.exists {
		if !slices.Equal(was.fqName, now.fqName) {
			h.RenamedFrom = was.fqName
		}
		if was.typ != now.typ {
			h.TypeWas = was.typ
		}
	}
}

// cellChange is a cell that differs, or is absent on one side.
type cellChange struct {
	old, new  *cell
	op        Op
	sameValue bool // only the time differs
	sides     [2]*side
}

func (ch *cellChange) any() *cell {
	if ch.new != nil {
		return ch.new
	}
	return ch.old
}

// cellChange tells what the difference is; nil if there is none in meaning.
func (c *comparison) cellChange(info tableInfo, x, y *cell) (*cellChange, error) {
	ch := &cellChange{old: x, new: y, op: Modified, sides: [2]*side{c.a, c.b}}
	switch {
	case x == nil:
		ch.op = Added
	case y == nil:
		ch.op = Removed
	default:
		var err error
		if ch.sameValue, err = c.sameValue(x, y, info.kind.meant()); err != nil {
			return nil, err
		}
		if ch.sameValue && x.time == y.time {
			return nil, nil
		}
	}
	return ch, nil
}

// objectCell deals with a differing cell of an object.
func (c *comparison) objectCell(d *draft, uuid string, views [2]*rowView, ch *cellChange) error {
	name := []byte(ch.any().name)
	col := contrail.ParseColumn(name)
	switch {
	case col.Kind == contrail.ColumnMeta && string(col.Name) == "latest_col_ts":
		if !c.o.Show[LatestColTS] {
			c.ignore(LatestColTS)
			return nil
		}
	case ch.sameValue:
		if !c.o.Show[Timestamp] {
			c.ignore(Timestamp)
			return nil
		}
	case ch.op == Modified && string(name) == "prop:id_perms" && onlyLastModified(ch.old, ch.new, c.o.MatchByName):
		if !c.o.Show[LastModified] {
			c.ignore(LastModified)
			return nil
		}
	case (col.Kind == contrail.ColumnBackref || col.Kind == contrail.ColumnChild) && !c.o.Show[DerivedRef]:
		return c.derivedLink(d, uuid, views, col, ch)
	}
	return c.showCell(d, ch)
}

// onlyLastModified tells if two values of prop:id_perms differ in last_modified
// and in nothing else. Between two systems the uuid and the time of creation
// don't count either: they are what makes the object another one.
func onlyLastModified(a, b *cell, twoSystems bool) bool {
	if a.long > 0 || b.long > 0 {
		return false
	}
	x, err := jsontree.Parse(a.text)
	if err != nil || x.Kind != jsontree.Object {
		return false
	}
	y, err := jsontree.Parse(b.text)
	if err != nil || y.Kind != jsontree.Object {
		return false
	}
	if a.shape&valueShapes != b.shape&valueShapes || a.extra != b.extra {
		return false
	}
	names := []string{"last_modified"}
	if twoSystems {
		names = append(names, "created", "uuid")
	}
	return jsontree.Equal(without(&x, names), without(&y, names))
}

func without(n *jsontree.Node, names []string) *jsontree.Node {
	m := *n
	m.Names, m.Nodes = nil, nil
	for i, s := range n.Names {
		if !slices.Contains(names, s) {
			m.Names = append(m.Names, s)
			m.Nodes = append(m.Nodes, n.Nodes[i])
		}
	}
	return &m
}

// showCell adds the cell to the change.
func (c *comparison) showCell(d *draft, ch *cellChange) error {
	if ch.sameValue && d.head.Kind == Row && !c.o.Show[Timestamp] {
		c.ignore(Timestamp)
		return nil
	}
	f, err := ch.field()
	if err != nil {
		return err
	}
	return c.field(d, f)
}

// field makes the field that shows the cell.
func (ch *cellChange) field() (*Field, error) {
	f := &Field{Name: ch.any().name, Op: ch.op}
	var err error
	if ch.old != nil {
		if f.Old, err = ch.sides[0].stored(ch.old); err != nil {
			return nil, err
		}
	}
	if ch.new != nil {
		if f.New, err = ch.sides[1].stored(ch.new); err != nil {
			return nil, err
		}
	}
	// The times of what was added or removed are kept until it is known if the
	// object was re-created: see emit.
	if ch.old != nil {
		f.OldTime = ch.old.time
	}
	if ch.new != nil {
		f.NewTime = ch.new.time
	}
	return f, nil
}

// stored gives the value of a cell as a result shows it.
func (s *side) stored(h *cell) (Stored, error) {
	if h.long > 0 {
		return s.storedLong(h)
	}
	if h.shape == 0 {
		return Stored{Text: string(h.text), IsRaw: !isJSON(h.text), Set: true}, nil
	}
	b := make([]byte, h.place.End-h.place.Start)
	if _, err := s.text.ReadAt(b, h.place.Start); err != nil {
		return Stored{}, err
	}
	return Stored{Text: string(memberValue(b)), IsRaw: true, Set: true}, nil
}

// isJSON tells if a text can stand as it is in a JSON document. NaN and the
// infinities, which Python writes and reads, can't.
func isJSON(text []byte) bool {
	n, err := jsontree.Parse(text)
	if err != nil {
		return false
	}
	return !bytes.Contains(text, []byte("NaN")) && !bytes.Contains(text, []byte("Infinity")) || !hasConstant(&n)
}

func hasConstant(n *jsontree.Node) bool {
	if n.Kind == jsontree.Number || n.Kind == jsontree.Literal {
		word := bytes.TrimPrefix(n.Raw, []byte{'-'})
		return len(word) > 0 && (word[0] == 'N' || word[0] == 'I')
	}
	for i := range n.Nodes {
		if hasConstant(&n.Nodes[i]) {
			return true
		}
	}
	return false
}

// memberValue returns the value of the text of a member of an object.
func memberValue(b []byte) []byte {
	i := 1
	for i < len(b) && b[i] != '"' {
		if b[i] == '\\' {
			i++
		}
		i++
	}
	if k := bytes.IndexByte(b[min(i+1, len(b)):], ':'); k >= 0 {
		return bytes.TrimLeft(b[i+1+k+1:], " \t\r\n")
	}
	return b
}

// sameStored compares two values in meaning.
func sameStored(a, b Stored) bool {
	switch {
	case a.Set != b.Set || a.IsRaw != b.IsRaw:
		return false
	case a.Long != nil || b.Long != nil:
		return sameLongStored(a, b)
	}
	return a.Text == b.Text || jsontree.EqualText([]byte(a.Text), []byte(b.Text))
}
