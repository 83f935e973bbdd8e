package validate

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// collector makes a Row of the cells of a row of obj_uuid_table. It is the busiest part of all: what it does for a cell it
// does millions of times.
type collector struct {
	*reading
	row     *Row
	serial  int64
	classes columnClasses
	named   columnName
	looker  looker
	ofRefs  looker
	ofPerms looker // of perms2
	forms   permsForm
	col     Column
	groups  map[groupKey]int // of those whose class is not common
}

type groupKey struct {
	kind contrail.ColumnKind
	name string
}

// half is one end of a link.
type half struct {
	other id
	value uint64 // hash of the value's text
	mean  uint64 // second reading: hash of its meaning
	group int32  // kind, and type of the other row
	at    int64  // where the cell begins in the text
	weird int32  // if not 0, one above the place in Row.weird of the other row's key, which is no ordinary uuid
}

const (
	manyLinks = 1 << 16 // links in memory; 48 bytes each
	// keptLinks is how many links of a row are kept for joins. Rows with more say so (B-REF-10).
	keptLinks = 100_000
)

func (c *collector) init(p *reading) {
	c.reading = p
	c.classes = columnClasses{run: p.run, byPrefix: map[string]*columnClass{}}
	c.groups = map[groupKey]int{}
	c.ofRefs.wanted, c.ofPerms.wanted = hasAttr, sharesNothing
}

// begin begins a row in memory that is used again.
func (c *collector) begin(r *Row, key []byte) {
	c.row = r
	c.serial++
	m := r.rowReading
	*m = rowReading{parts: m.parts[:0], arena: m.arena[:0], links: m.links[:0], weird: m.weird[:0], overrun: m.overrun, pending: m.pending[:0]}
	*r = Row{columns: r.columns[:0], Groups: r.Groups[:0], Parents: r.Parents[:0], rowReading: m}
	r.Key = asText(r.keep(key))
	r.id, r.IsUUID = keyOf(key)
	if len(c.groups) > 0 {
		clear(c.groups)
	}
}

// keep copies b into the arena of the row.
func (r *Row) keep(b []byte) []byte {
	if len(r.arena)+len(b) > cap(r.arena) {
		r.arena = make([]byte, 0, max(2*cap(r.arena), 1024, len(b)))
	}
	n := len(r.arena)
	r.arena = append(r.arena, b...)
	return r.arena[n:len(r.arena):len(r.arena)]
}

// group returns the index of the group that columns of a class belong to.
func (c *collector) group(class *columnClass) int {
	if class.row == c.serial {
		return class.group
	}
	r := c.row
	i := len(r.Groups)
	if !class.common {
		k := groupKey{class.Kind, class.name}
		if old, ok := c.groups[k]; ok {
			return old
		}
		c.groups[k] = i
	}
	r.Groups = append(r.Groups, Group{Kind: class.Kind, Name: class.name, class: class, top: -1})
	class.row, class.group = c.serial, i
	return i
}

// column takes a cell, whose name was taken apart.
func (c *collector) column(cell *dump.Cell) {
	r, n := c.row, &c.named
	class := n.class
	g := c.group(class)
	group := &r.Groups[g]
	group.Count++
	r.kinds[class.Kind]++
	if c.collecting {
		c.columnAgain(cell, g)
		return
	}
	if n.isUUID && !n.plain && class.link {
		c.upperCell(cell, n.key)
	}
	v := &cell.Value
	var flags lookFlags
	odd := false
	switch {
	case v.Long():
		if v.IsText && isJSON(v, nil) {
			flags = isJSONText
		}
		c.noText(class)
	case !v.IsText:
		c.noText(class)
	case class.Kind == contrail.ColumnFQName:
		flags = c.nameColumn(v.Text())
	case class.idPerms:
		flags, odd = c.permsColumn(v.Text())
	case class.Kind == contrail.ColumnRef:
		t := v.Text()
		flags = c.ofRefs.look(t.Raw, t.Canonical)
	case class.perms2:
		t := v.Text()
		flags = c.ofPerms.look(t.Raw, t.Canonical)
		if flags&sharesNothing == 0 && c.o.Edit != nil {
			c.upperText(c.text(v))
		}
	default:
		t := v.Text()
		flags = c.looker.look(t.Raw, t.Canonical)
		switch class.Kind {
		case contrail.ColumnType:
			r.flags |= hasType
			if s, ok := c.textColumn(t, flags); ok {
				r.Type = s
			} else {
				r.flags |= badType
			}
		case contrail.ColumnParentType:
			r.flags |= hasParentType
			if s, ok := c.textColumn(t, flags); ok {
				r.ParentType = s
				r.flags |= hasParentText
			}
		}
	}
	odd = odd || v.IsText && flags&isJSONText == 0 || flags&(hasLarge|holdsText) != 0
	switch class.Kind {
	case contrail.ColumnMeta:
		if class.name == "latest_col_ts" {
			r.flags |= hasMeta
		}
	case contrail.ColumnProp:
		if class.idPerms {
			r.flags |= hasIDPerms
		}
	case contrail.ColumnPropList:
		group.position(n.key)
	case contrail.ColumnRef:
		odd = odd || flags&(isJSONText|hasAttr) == isJSONText || n.other == r.id || !n.isUUID
		c.link(g, cell)
	case contrail.ColumnBackref:
		odd = odd || n.other == r.id || !n.isUUID
		c.link(g, cell)
	case contrail.ColumnParent, contrail.ColumnChild:
		odd = odd || !n.isUUID
		c.link(g, cell)
	case contrail.ColumnRelaxBackref:
		odd = odd || !n.isUUID
	case contrail.ColumnUnknown:
		odd = true
	}
	if odd || class.kept || len(class.looked) > 0 {
		c.show(cell, flags, odd)
	}
}

// permsColumn takes the value of prop:id_perms.
func (c *collector) permsColumn(t dump.Text) (flags lookFlags, odd bool) {
	known, ordinary := false, false
	if t.Canonical {
		known, ordinary = c.forms.look(t.Raw, &c.row.id, c.latestText)
	}
	if known {
		return isJSONText, !ordinary || !c.row.IsUUID
	}
	flags = c.looker.look(t.Raw, t.Canonical)
	if flags&isJSONText != 0 && t.Canonical {
		c.forms.learn(t.Raw, t.Decoded())
	}
	return flags, true
}

// noText takes a value that is no text, or too long to hold, in a column that tells something about the row.
func (c *collector) noText(class *columnClass) {
	switch class.Kind {
	case contrail.ColumnType:
		c.row.flags |= hasType | badType
	case contrail.ColumnFQName:
		c.row.flags |= hasName | badName
	case contrail.ColumnParentType:
		c.row.flags |= hasParentType
	}
}

// show shows a column to the rules that want to see it, and keeps it if joins need it.
func (c *collector) show(cell *dump.Cell, flags lookFlags, odd bool) {
	n, class := &c.named, c.named.class
	x := &c.col
	*x = Column{Column: class.Column, Full: c.name, Row: c.row, Cell: cell, KeyIsUUID: n.isUUID,
		JSON: flags&isJSONText != 0, Long: cell.Value.Long(), class: class}
	x.Key = n.key
	if odd || class.valued || len(class.looked) > 0 {
		x.Value = c.text(&cell.Value)
	}
	if odd {
		for _, h := range c.hooks.column {
			if h.rep.Rule.Looks == nil {
				h.f(h.rep, x)
			}
		}
	}
	class.looked.call(x)
	if class.kept && !x.Long && flags&sharesNothing == 0 {
		c.keepColumn()
	}
}

// position takes the position of an element of a list.
func (g *Group) position(key []byte) {
	if !isDecimal(key) || len(key) > 9 {
		g.notDigit = true
		return
	}
	n := 0
	for _, d := range key {
		n = n*10 + int(d-'0')
	}
	g.top = max(g.top, n)
	g.odd = g.odd || len(key) > 1 && key[0] == '0'
}

// textColumn returns the text that a value is, if it is one of JSON.
func (c *collector) textColumn(t dump.Text, flags lookFlags) (string, bool) {
	if flags == isJSONText && t.Canonical && isPlainString(t.Raw) {
		return c.intern(t.Raw[2 : len(t.Raw)-2]), true
	}
	if flags&isJSONText == 0 {
		return "", false
	}
	s, ok := textOf(gjson.ParseBytes(t.Decoded()))
	return strings.Clone(s), ok
}

// nameColumn takes the value of fq_name.
func (c *collector) nameColumn(t dump.Text) lookFlags {
	r := c.row
	r.flags |= hasName
	if t.Canonical && r.plainNames(t.Raw) {
		return isJSONText
	}
	flags := c.looker.look(t.Raw, t.Canonical)
	if flags&isJSONText != 0 {
		if list, ok := textList(gjson.ParseBytes(t.Decoded())); ok && len(list) > 0 {
			r.name = strings.Join(list, ":")
			r.FQName = r.parts[:0]
			rest := r.name
			for _, s := range list {
				r.FQName = append(r.FQName, rest[:len(s)])
				rest = rest[min(len(s)+1, len(rest)):]
			}
			r.parts = r.FQName
			return flags
		}
	}
	r.flags |= badName
	return flags
}

// plainNames reads a list of texts without escapes, written as Python's json writes it, from its raw text. It does nothing
// and returns false for anything else.
func (r *Row) plainNames(raw []byte) bool {
	const open, between, end = `[\"`, `\", \"`, `\"]`
	if len(raw) < len(open)+len(end) || string(raw[:len(open)]) != open {
		return false
	}
	if len(r.arena)+len(raw) > cap(r.arena) {
		r.arena = make([]byte, 0, max(2*cap(r.arena), 1024, len(raw)))
	}
	n := len(r.arena)
	for rest := raw[len(open):]; ; {
		i := bytes.IndexByte(rest, '\\')
		if i < 0 {
			r.arena = r.arena[:n]
			return false
		}
		r.arena = append(r.arena, rest[:i]...)
		rest = rest[i:]
		if len(rest) > len(between) && string(rest[:len(between)]) == between {
			r.arena = append(r.arena, ':')
			rest = rest[len(between):]
			continue
		}
		if string(rest) != end {
			r.arena = r.arena[:n]
			return false
		}
		break
	}
	// The parts are parts of the name.
	r.name = asText(r.arena[n:])
	r.FQName = r.parts[:0]
	name := r.name
	for rest := raw[len(open):]; ; {
		i := bytes.IndexByte(rest, '\\')
		r.FQName = append(r.FQName, name[:i])
		rest = rest[i:]
		if len(rest) == len(end) {
			break
		}
		rest, name = rest[len(between):], name[i+1:]
	}
	r.parts = r.FQName
	return true
}

func (c *collector) keepColumn() {
	r, x := c.row, &c.col
	if len(r.columns) >= keptLinks {
		r.flags |= partial
		return
	}
	k := *x
	k.Cell = nil
	k.Full = r.keep(x.Full)
	k.Key = nil
	if x.Key != nil {
		k.Key = k.Full[len(k.Full)-len(x.Key):]
	}
	k.Value = nil
	if k.JSON = x.JSON && x.class.valued; k.JSON {
		k.Value = r.keep(x.Value)
	}
	r.columns = append(r.columns, k)
}

// Hashes of the values that most references have.
var (
	plainHash = xxh3.Hash(rawPlain)
	attrHash  = xxh3.Hash(rawAttr)
)

// microOf is the timestamp of a cell; 0 if it has none in microseconds.
func microOf(cell *dump.Cell) int64 {
	t, _ := cell.Microseconds()
	return t
}

// link takes a link column.
func (c *collector) link(g int, cell *dump.Cell) {
	v := &cell.Value
	r, n := c.row, &c.named
	class := n.class
	if class.Kind == contrail.ColumnParent {
		r.Parents = append(r.Parents, ParentLink{Type: class.name, UUID: asText(r.keep(n.key)), id: n.other, at: cell.Offset, micro: microOf(cell)})
	}
	if n.other == r.id {
		return // B-REF-8, B-PAR-8
	}
	if len(r.links) >= manyLinks {
		c.spillLinks()
	}
	r.links = append(r.links, half{other: n.other, group: int32(g), at: cell.Offset})
	h := &r.links[len(r.links)-1]
	if !n.plain {
		r.weird = append(r.weird, string(n.key))
		h.weird = int32(len(r.weird))
	}
	if class.Kind == contrail.ColumnParent || class.Kind == contrail.ColumnChild {
		return
	}
	raw := v.Raw()
	switch {
	case !v.IsText || v.Long():
		var hasher dump.CellHasher
		x, err := hasher.Value(v)
		c.fail(err)
		h.value = x.Lo
	case len(raw) == len(rawPlain) && bytes.Equal(raw, rawPlain):
		h.value = plainHash
	case len(raw) == len(rawAttr) && bytes.Equal(raw, rawAttr):
		h.value = attrHash
	case v.Text().Canonical:
		h.value = xxh3.Hash(raw)
	default:
		h.value = xxh3.Hash(v.Text().AppendCanonical(nil))
	}
}

// columnAgain takes a cell in the second reading.
func (c *collector) columnAgain(cell *dump.Cell, g int) {
	r, n := c.row, &c.named
	v := &cell.Value
	short := v.IsText && !v.Long()
	switch n.class.Kind {
	case contrail.ColumnType, contrail.ColumnParentType:
		if !short {
			c.noText(n.class)
			return
		}
		t := v.Text()
		flags := c.looker.look(t.Raw, t.Canonical)
		s, ok := c.textColumn(t, flags)
		switch {
		case n.class.Kind == contrail.ColumnParentType:
			r.flags |= hasParentType
			if ok {
				r.ParentType = s
				r.flags |= hasParentText
			}
		case ok:
			r.flags |= hasType
			r.Type = s
		default:
			r.flags |= hasType | badType
		}
	case contrail.ColumnFQName:
		if !short {
			c.noText(n.class)
			return
		}
		c.nameColumn(v.Text())
	case contrail.ColumnProp:
		if n.class.name == "id_perms" && short {
			created, _ := idPermsTimes(v.Text().Decoded())
			r.created = strings.Clone(created)
		}
	case contrail.ColumnParent, contrail.ColumnChild, contrail.ColumnRef, contrail.ColumnBackref:
		if !c.linkBalance.suspect(bucketOf(r.id) ^ bucketOf(n.other)) {
			return
		}
		before := len(r.links)
		c.link(g, cell)
		if len(r.links) == 0 || len(r.links) == before {
			return // to itself
		}
		h := &r.links[len(r.links)-1]
		h.mean = h.value
		if text := c.text(v); text != nil && gjson.ValidBytes(text) {
			h.mean = meaning(text)
		}
	}
}

// spillLinks puts the links of a wide row on disk.
func (c *collector) spillLinks() {
	r := c.row
	if r.overrun == nil {
		f, err := c.temp.Create()
		if err != nil {
			c.fail(err)
			r.links = r.links[:0]
			return
		}
		r.overrun = f
	}
	var b []byte
	for i := range r.links {
		h := &r.links[i]
		weird := ""
		if h.weird > 0 {
			weird = r.weird[h.weird-1]
		}
		b = append(b, h.other[:]...)
		b = binary.LittleEndian.AppendUint64(b, h.value)
		b = binary.LittleEndian.AppendUint64(b, h.mean)
		b = binary.LittleEndian.AppendUint64(b, uint64(h.at))
		b = binary.LittleEndian.AppendUint32(b, uint32(h.group))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(weird)))
		b = append(b, weird...)
	}
	_, err := r.overrun.Write(b)
	c.fail(err)
	r.links, r.weird = r.links[:0], r.weird[:0]
}

// eachLink calls f with all links of the row, and with the key of the other row where that is no ordinary uuid.
func (r *Row) eachLink(f func(h *half, weird string)) error {
	err := r.eachSpilled(f)
	for i := range r.links {
		h := &r.links[i]
		weird := ""
		if h.weird > 0 {
			weird = r.weird[h.weird-1]
		}
		f(h, weird)
	}
	return err
}

func (r *Row) eachSpilled(f func(h *half, weird string)) error {
	if r.overrun == nil || r.overrun.Size() == 0 {
		return nil
	}
	const fixed = 48
	buf := make([]byte, 0, 1<<20)
	size := r.overrun.Size()
	for off := int64(0); off < size; {
		n := int(min(size-off, int64(cap(buf))))
		buf = buf[:n]
		if _, err := r.overrun.ReadAt(buf, off); err != nil {
			return err
		}
		used := 0
		for b := buf; len(b) >= fixed; b = buf[used:] {
			n := int(binary.LittleEndian.Uint32(b[44:]))
			if len(b) < fixed+n {
				break
			}
			h := half{value: binary.LittleEndian.Uint64(b[16:]), mean: binary.LittleEndian.Uint64(b[24:]),
				at: int64(binary.LittleEndian.Uint64(b[32:])), group: int32(binary.LittleEndian.Uint32(b[40:]))}
			copy(h.other[:], b)
			f(&h, string(b[fixed:fixed+n]))
			used += fixed + n
		}
		if used == 0 { // a key longer than the buffer
			buf = make([]byte, 0, 2*cap(buf))
			continue
		}
		off += int64(used)
	}
	return r.overrun.Truncate()
}
