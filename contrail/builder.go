package contrail

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// ObjectBuilder makes an Object of the columns of a row, which may come in any
// order. It keeps copies of names and values; links beyond the limit are only
// counted and cost nothing.
//
//	b := contrail.NewObjectBuilder(uuid)
//	for each cell of the row {
//		b.Add(name, text)
//	}
//	o := b.Object()
type ObjectBuilder struct {
	uuid      string
	cells     []cell
	links     [3]linkSet // refs, backrefs, children
	linkLimit int
	arena     []byte
}

// cell is a column that is kept until the row is complete.
type cell struct {
	column []byte
	value  []byte // as given; JSON text once json has been called
	opaque bool
	read   bool // json has been called
	isJSON bool // what it found
}

// linkSet holds the cells of one sort of links by type.
type linkSet map[string]*linkCells

type linkCells struct {
	total int
	cells []cell
}

// NewObjectBuilder returns a builder for the row with the given key.
func NewObjectBuilder(uuid string) *ObjectBuilder {
	return &ObjectBuilder{uuid: uuid, linkLimit: -1}
}

// LimitLinks makes the builder keep at most n references to each type, and as
// many back-references and children: those with the smallest uuids, whatever
// the order in which they come. The rest is counted. With 0 all are only
// counted. It must be called before the first Add.
func (b *ObjectBuilder) LimitLinks(n int) { b.linkLimit = max(0, n) }

// Add takes a column: its name and the text of its value, both decoded once
// (as WTF-8). Neither is kept. Of columns with the same name the last counts.
func (b *ObjectBuilder) Add(name, value []byte) { b.add(name, value, false) }

// AddOpaque takes a column whose cell has no text that could be JSON, such as
// one of a wrong shape or one too large to be held. Stored is what to show of
// it: JSON text, or any other text, which is then shown as a string.
func (b *ObjectBuilder) AddOpaque(name, stored []byte) { b.add(name, stored, true) }

func (b *ObjectBuilder) add(name, value []byte, opaque bool) {
	col := ParseColumn(name)
	var set *linkCells
	switch col.Kind {
	case ColumnRef, ColumnBackref, ColumnChild:
		set = b.linkCells(col)
		set.total++
		if b.linkLimit == 0 {
			return
		}
	}
	switch {
	case set == nil:
		b.cells = append(b.cells, cell{column: b.keep(name), value: b.keep(value), opaque: opaque})
	case b.linkLimit < 0:
		set.cells = append(set.cells, cell{column: b.keep(name), value: b.keep(value), opaque: opaque})
	default: // no shared allocations, which would outlive most of their links
		set.cells = append(set.cells, cell{column: bytes.Clone(name), value: bytes.Clone(value), opaque: opaque})
		if len(set.cells) >= 2*b.linkLimit+16 {
			set.cells = b.firstLinks(set.cells)
		}
	}
}

func (b *ObjectBuilder) linkCells(col Column) *linkCells {
	set := &b.links[linkIndex(col.Kind)]
	if *set == nil {
		*set = linkSet{}
	}
	of := (*set)[string(col.Name)]
	if of == nil {
		of = new(linkCells)
		(*set)[string(col.Name)] = of
	}
	return of
}

func linkIndex(k ColumnKind) int {
	switch k {
	case ColumnRef:
		return 0
	case ColumnBackref:
		return 1
	}
	return 2
}

// keep copies text into the arena. Small texts share allocations.
func (b *ObjectBuilder) keep(text []byte) []byte {
	const chunk = 4 << 10
	if len(text) > chunk/4 {
		return slices.Clone(text)
	}
	if cap(b.arena)-len(b.arena) < len(text) {
		b.arena = make([]byte, 0, chunk)
	}
	start := len(b.arena)
	b.arena = append(b.arena, text...)
	return b.arena[start:len(b.arena):len(b.arena)]
}

// firstLinks sorts links by uuid, drops repeated ones and cuts to the limit.
func (b *ObjectBuilder) firstLinks(cells []cell) []cell {
	cells = lastOfEach(cells)
	if b.linkLimit >= 0 && len(cells) > b.linkLimit {
		clear(cells[b.linkLimit:])
		cells = cells[:b.linkLimit]
	}
	return cells
}

// lastOfEach sorts cells by the name of their column and keeps the last of
// those with the same name.
func lastOfEach(cells []cell) []cell {
	byColumn := func(x, y cell) int { return bytes.Compare(x.column, y.column) }
	if !slices.IsSortedFunc(cells, byColumn) {
		slices.SortStableFunc(cells, byColumn)
	}
	kept := cells[:0]
	for i, c := range cells {
		if i+1 == len(cells) || !bytes.Equal(cells[i+1].column, c.column) {
			kept = append(kept, c)
		}
	}
	return kept
}

// Object returns what the columns make. The builder must not be used after it.
func (b *ObjectBuilder) Object() *Object {
	o := &Object{UUID: b.uuid}
	var parents []cell
	var parentType *cell
	b.cells = lastOfEach(b.cells)
	for i := range b.cells {
		c := &b.cells[i]
		switch col := ParseColumn(c.column); {
		case col.Kind == ColumnParentType:
			parentType = c
		case col.Kind == ColumnParent:
			parents = append(parents, *c)
		case col.Kind.IsProp():
			o.addProp(col, c)
		case !o.takeColumn(col, c):
			o.addExtra(c)
		}
	}
	slices.SortFunc(o.Props, func(x, y ObjectProp) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), cmp.Compare(x.Kind.rank(), y.Kind.rank()))
	})
	o.setParent(parents, parentType)
	o.Refs = b.groups(o, ColumnRef)
	o.Backrefs = b.groups(o, ColumnBackref)
	o.Children = b.groups(o, ColumnChild)
	slices.SortFunc(o.Extra, func(x, y Member) int { return strings.Compare(x.Name, y.Name) })
	slices.Sort(o.NotJSON)
	return o
}

// takeColumn takes a column that stands for a member of the object of its own;
// it returns false if the value doesn't fit there, or there is no such member.
func (o *Object) takeColumn(col Column, c *cell) (fits bool) {
	value, isJSON := c.json(o)
	switch col.Kind {
	case ColumnType:
		if isJSON {
			o.Type = text(value)
		}
		return o.Type != ""
	case ColumnFQName:
		if isJSON {
			o.FQName, fits = stringList(value)
		}
		return fits
	case ColumnRelaxBackref:
		o.RelaxBackrefs = append(o.RelaxBackrefs, string(col.Key))
		return isJSON && isNull(value)
	case ColumnMeta:
		// Of META:latest_col_ts only the timestamp has a meaning.
		return isJSON && isNull(value) && string(col.Name) == "latest_col_ts"
	}
	return false
}

// json returns the value of the cell as JSON text, and if it is that by itself;
// if not, the column is noted and the text is that of a string.
func (c *cell) json(o *Object) (value json.RawMessage, isJSON bool) {
	if c.read {
		return c.value, c.isJSON
	}
	c.read = true
	valid := validJSON(c.value)
	if !valid {
		c.value = AppendJSONString(nil, c.value, false)
	}
	if c.isJSON = valid && !c.opaque; !c.isJSON {
		o.NotJSON = append(o.NotJSON, string(c.column))
	}
	return c.value, c.isJSON
}

func (o *Object) addExtra(c *cell) {
	value, _ := c.json(o)
	o.Extra = append(o.Extra, Member{string(c.column), value})
}

// addProp takes the cells in the order of the names of their columns, so that
// the elements of one property follow each other.
func (o *Object) addProp(col Column, c *cell) {
	value, _ := c.json(o)
	kind := col.Kind.PropKind()
	if kind == PropPlain {
		o.Props = append(o.Props, ObjectProp{Name: string(col.Name), Value: value})
		return
	}
	element := Element{string(col.Key), value}
	if last := len(o.Props) - 1; last >= 0 && o.Props[last].Kind == kind && o.Props[last].Name == string(col.Name) {
		o.Props[last].Elements = append(o.Props[last].Elements, element)
		return
	}
	o.Props = append(o.Props, ObjectProp{Name: string(col.Name), Kind: kind, Elements: []Element{element}})
}

// setParent chooses the parent column that parent_type names, else the first;
// what says something else goes to Extra.
func (o *Object) setParent(parents []cell, parentType *cell) {
	named, stated := "", false
	if parentType != nil {
		if value, isJSON := parentType.json(o); isJSON {
			named, stated = stringValue(value)
		}
	}
	chosen := 0
	for i := range parents {
		if string(ParseColumn(parents[i].column).Name) == NormalizeType(named) {
			chosen = i
			break
		}
	}
	for i := range parents {
		c := &parents[i]
		value, isJSON := c.json(o)
		if i == chosen {
			col := ParseColumn(c.column)
			o.Parent = &Parent{Type: string(col.Name), UUID: string(col.Key)}
		}
		if i != chosen || !isJSON || !isNull(value) {
			o.addExtra(c)
		}
	}
	switch {
	case parentType == nil:
	case o.Parent == nil && named != "":
		o.Parent = &Parent{Type: NormalizeType(named)}
	case !stated || o.Parent == nil || o.Parent.Type != NormalizeType(named):
		o.addExtra(parentType)
	}
}

// groups makes the links of one sort.
func (b *ObjectBuilder) groups(o *Object, kind ColumnKind) []LinkGroup {
	set := b.links[linkIndex(kind)]
	groups := make([]LinkGroup, 0, len(set))
	for typ, of := range set {
		g := LinkGroup{Type: typ, Total: of.total}
		cells := b.firstLinks(of.cells)
		if b.linkLimit < 0 {
			g.Total = len(cells)
		}
		g.Links = make([]Link, 0, len(cells))
		for i := range cells {
			g.Links = append(g.Links, o.link(kind, &cells[i]))
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(x, y LinkGroup) int { return strings.Compare(x.Type, y.Type) })
	return groups
}

// link reads the value of a link column. The stored text is {"attr": X,
// "is_weakref": bool}, without is_weakref in older rows, X itself in the
// oldest; null for children.
func (o *Object) link(kind ColumnKind, c *cell) Link {
	l := Link{UUID: string(ParseColumn(c.column).Key)}
	if string(c.value) == `{"attr": null}` && !c.opaque && kind != ColumnChild {
		l.Attr = c.value[len(`{"attr": `) : len(c.value)-1]
		return l
	}
	value, isJSON := c.json(o)
	if kind == ColumnChild {
		if !isJSON || !isNull(value) {
			l.Attr = value
		}
		return l
	}
	l.Attr = value
	if root := rootSpan(value); isJSON && value[root.start] == '{' {
		var attr, weak json.RawMessage
		others := false
		for n, v := range members(value, root.start) {
			switch name := n.of(value); {
			case nameIs(name, "attr"):
				others = others || attr != nil
				attr = json.RawMessage(v.of(value))
			case nameIs(name, "is_weakref"):
				others = others || weak != nil
				weak = json.RawMessage(v.of(value))
			default:
				others = true
			}
		}
		if attr != nil {
			l.Attr, l.IsWeakRef = attr, weak
			if others {
				o.addExtra(c)
			}
		}
	}
	return l
}
