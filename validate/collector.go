package validate

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// collector makes a Row of the cells of a row of obj_uuid_table.
type collector struct {
	*reading
	row   Row
	arena []byte
	col   Column
	last  int // the group of the column before
	// links are the columns that name other objects, until the type of the row is known, which most often comes last.
	// There can be any number of them.
	links   []half
	overrun *spill.File
	record  []byte
}

// half is one end of a link.
type half struct {
	other id
	value uint64 // hash of the value's text
	mean  uint64 // second reading: hash of its meaning
	group int32  // kind, and type of the other row
	weird string // the other row's key, where that is no uuid
}

const (
	manyLinks = 1 << 16 // links in memory; 64 bytes each
	// keptLinks is how many links of a row are kept for joins. Rows with more say so (B-REF-10).
	keptLinks = 100_000
)

func (c *collector) init(p *reading) { c.reading = p }

func (c *collector) begin(key []byte) {
	r := &c.row
	*r = Row{Key: string(key), Columns: r.Columns[:0], Groups: r.Groups[:0], Parents: r.Parents[:0]}
	r.id, r.IsUUID = keyOf(key)
	c.arena = c.arena[:0]
	c.links = c.links[:0]
	c.last = 0
}

// keepBytes copies b into the arena of the row.
func (c *collector) keepBytes(b []byte) []byte {
	if len(c.arena)+len(b) > cap(c.arena) {
		c.arena = make([]byte, 0, max(2*cap(c.arena), 4096, len(b)))
	}
	n := len(c.arena)
	c.arena = append(c.arena, b...)
	return c.arena[n:len(c.arena):len(c.arena)]
}

// group returns the index of the group that a column belongs to.
func (c *collector) group(kind contrail.ColumnKind, name []byte) int {
	g := c.row.Groups
	if c.last < len(g) && g[c.last].Kind == kind && g[c.last].Name == string(name) {
		return c.last
	}
	for i := range g {
		if g[i].Kind == kind && g[i].Name == string(name) {
			c.last = i
			return i
		}
	}
	c.last = len(g)
	// Rows are much alike: the group of the row before at this place has most often the same name.
	if cap(g) > len(g) {
		if old := &g[:len(g)+1][len(g)]; old.Kind == kind && old.Name == string(name) {
			c.row.Groups = append(g, Group{Kind: kind, Name: old.Name, hash: old.hash, top: -1})
			return c.last
		}
	}
	n := Group{Kind: kind, Name: c.intern(name), top: -1}
	n.hash = xxh3.HashString(n.Name)
	c.row.Groups = append(g, n)
	return c.last
}

func (c *collector) column(cell *dump.Cell) {
	r := &c.row
	x := &c.col
	*x = Column{Column: contrail.ParseColumn(c.name), Full: c.name, Row: r, Cell: cell}
	raw := []byte(nil)
	short := cell.Value.IsText && !cell.Value.Long()
	if short {
		raw = cell.Value.Raw()
	}
	common := short && commonValue(raw)
	switch {
	case common:
		x.JSON = true
		x.Value = c.text(&cell.Value)
	case cell.Value.Long():
		x.Long = true
		x.JSON = cell.Value.IsText && isJSON(&cell.Value, nil)
	case short:
		x.Value = c.text(&cell.Value)
		x.JSON = gjson.ValidBytes(x.Value)
	}
	g := c.group(x.Kind, x.Name)
	group := &r.Groups[g]
	group.Count++
	switch x.Kind {
	case contrail.ColumnType:
		c.typeColumn()
	case contrail.ColumnFQName:
		c.nameColumn()
	case contrail.ColumnParentType:
		r.flags |= hasParentType
		if x.JSON && !x.Long {
			if s, ok := textOf(gjson.ParseBytes(x.Value)); ok {
				r.ParentType = s
				r.flags |= hasParentText
			}
		}
	case contrail.ColumnMeta:
		if string(x.Name) == "latest_col_ts" {
			r.flags |= hasMeta
		}
	case contrail.ColumnProp:
		if string(x.Name) == "id_perms" {
			r.flags |= hasIDPerms
		}
	case contrail.ColumnPropList:
		group.position(x.Key)
	case contrail.ColumnParent, contrail.ColumnChild, contrail.ColumnRef, contrail.ColumnBackref:
		c.link(g, cell, raw, short)
	}
	if !c.collecting {
		c.hooks.column.call(x)
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

func (c *collector) typeColumn() {
	r, x := &c.row, &c.col
	r.flags |= hasType
	if x.JSON && !x.Long {
		if s, ok := textOf(gjson.ParseBytes(x.Value)); ok {
			r.Type = c.intern([]byte(s))
			return
		}
	}
	r.flags |= badType
}

func (c *collector) nameColumn() {
	r, x := &c.row, &c.col
	r.flags |= hasName
	if x.JSON && !x.Long {
		if r.FQName = plainNames(x.Value); r.FQName != nil {
			return
		}
		if list, ok := textList(gjson.ParseBytes(x.Value)); ok && len(list) > 0 {
			r.FQName = make([]string, len(list))
			for i, s := range list {
				r.FQName[i] = strings.Clone(s)
			}
			return
		}
	}
	r.flags |= badName
}

// plainNames reads a list of texts without escapes, written as Python's json writes it. For anything else it returns nil.
func plainNames(value []byte) []string {
	if len(value) < 4 || value[0] != '[' || value[1] != '"' || bytes.IndexByte(value, '\\') >= 0 || !bytes.HasSuffix(value, []byte(`"]`)) {
		return nil
	}
	inner := string(value[2 : len(value)-2])
	list := make([]string, 0, 4)
	for {
		part, rest, more := strings.Cut(inner, `", "`)
		if strings.IndexByte(part, '"') >= 0 {
			return nil
		}
		list = append(list, part)
		if !more {
			return list
		}
		inner = rest
	}
}

func (c *collector) keepColumn() {
	r, x := &c.row, &c.col
	switch x.Kind {
	case contrail.ColumnUnknown, contrail.ColumnType, contrail.ColumnFQName, contrail.ColumnParentType, contrail.ColumnMeta,
		contrail.ColumnChild, contrail.ColumnParent, contrail.ColumnRelaxBackref:
		return
	}
	if x.Long || !c.keep[x.key()] {
		return
	}
	if len(r.Columns) >= keptLinks {
		r.flags |= partial
		return
	}
	k := *x
	k.Cell = nil
	k.Full = c.keepBytes(x.Full)
	k.Column = contrail.ParseColumn(k.Full)
	k.Value = c.keepBytes(x.Value)
	if !x.JSON {
		k.Value = nil
	}
	r.Columns = append(r.Columns, k)
}

// key returns KIND:NAME of the column.
func (x *Column) key() string {
	if x.Kind == contrail.ColumnProp {
		return string(x.Full)
	}
	return string(x.Full[:len(x.Full)-len(x.Key)-1])
}

// link takes a link column.
func (c *collector) link(g int, cell *dump.Cell, raw []byte, short bool) {
	r, x := &c.row, &c.col
	other, isUUID := keyOf(x.Key)
	x.KeyIsUUID = isUUID
	if x.Kind == contrail.ColumnParent {
		r.Parents = append(r.Parents, ParentLink{Type: string(x.Name), UUID: string(x.Key), id: other})
	}
	if other == r.id {
		return // B-REF-8, B-PAR-8
	}
	h := half{other: other, group: int32(g)}
	if !isUUID || other.String() != string(x.Key) {
		h.weird = string(x.Key)
	}
	switch {
	case x.Kind == contrail.ColumnParent || x.Kind == contrail.ColumnChild:
	case short && cell.Value.Text().Canonical:
		h.value = xxh3.Hash(raw)
	case short:
		h.value = xxh3.Hash(cell.Value.Text().AppendCanonical(nil))
	default:
		var hasher dump.CellHasher
		v, err := hasher.Value(&cell.Value)
		c.fail(err)
		h.value = v.Lo
	}
	if c.collecting {
		h.mean = h.value
		if x.JSON && !x.Long {
			h.mean = meaning(x.Value)
		}
	}
	if len(c.links) >= manyLinks {
		c.spillLinks()
	}
	c.links = append(c.links, h)
	r.links++
}

// spillLinks puts the links of a wide row on disk.
func (c *collector) spillLinks() {
	if c.overrun == nil {
		f, err := c.temp.Create()
		if err != nil {
			c.fail(err)
			c.links = c.links[:0]
			return
		}
		c.overrun = f
	}
	var b []byte
	for i := range c.links {
		h := &c.links[i]
		b = append(b, h.other[:]...)
		b = binary.LittleEndian.AppendUint64(b, h.value)
		b = binary.LittleEndian.AppendUint64(b, h.mean)
		b = binary.LittleEndian.AppendUint32(b, uint32(h.group))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(h.weird)))
		b = append(b, h.weird...)
	}
	_, err := c.overrun.Write(b)
	c.fail(err)
	c.links = c.links[:0]
}

// eachLink calls f with all links of the row.
func (c *collector) eachLink(f func(*half)) {
	if c.overrun != nil && c.overrun.Size() > 0 {
		const fixed = 40
		buf := make([]byte, 0, 1<<20)
		size := c.overrun.Size()
		for off := int64(0); off < size; {
			n := int(min(size-off, int64(cap(buf))))
			buf = buf[:n]
			if _, err := c.overrun.ReadAt(buf, off); err != nil {
				c.fail(err)
				return
			}
			used := 0
			for b := buf; len(b) >= fixed; b = buf[used:] {
				n := int(binary.LittleEndian.Uint32(b[36:]))
				if len(b) < fixed+n {
					break
				}
				h := half{value: binary.LittleEndian.Uint64(b[16:]), mean: binary.LittleEndian.Uint64(b[24:]),
					group: int32(binary.LittleEndian.Uint32(b[32:])), weird: string(b[fixed : fixed+n])}
				copy(h.other[:], b)
				f(&h)
				used += fixed + n
			}
			if used == 0 { // a key longer than the buffer
				buf = make([]byte, 0, 2*cap(buf))
				continue
			}
			off += int64(used)
		}
		c.fail(c.overrun.Truncate())
	}
	for i := range c.links {
		f(&c.links[i])
	}
}

func (c *collector) end() {
	r := &c.row
	if c.collecting {
		c.collectIdentity()
		c.eachLink(c.collectHalf)
		return
	}
	c.inv.Objects++
	c.eachLink(c.balanceHalf)
	if r.has(hasName) && r.Type != "" && r.FQName != nil {
		c.name = append(c.name[:0:0], r.Name()...)
		typ := []byte(r.Type)
		c.indexBalance.plus(bucketOf(r.id), c.hashName(typ, c.name, r.id))
		c.lockBalance.plus(bucketOf(r.id), c.hashName(typ, lockName(c.name), r.id))
		c.seenObjects.add(c.hashNameOnly(typ, c.name))
		if namedTypes[r.Type] {
			h := hashID(r.Type, string(c.name))
			c.names.add(append(append(h[:], nameOfObject), r.Key...))
		}
		c.noteNormalForm(r)
	} else {
		// Objects without type or name can't be in the index: something is to be said about each.
		c.indexBalance.plus(bucketOf(r.id), 1)
	}
	c.hooks.row.call(r)
	c.note(r)
	keeps := inStore[r.Type]
	if keeps == nil {
		keeps = addressColumns[r.Type]
	}
	c.record = r.appendRecord(c.record[:0], keeps)
	c.rows.add(c.record)
}

// lockName is a name as it stands in the path of its lock, where slashes are folded.
func lockName(name []byte) []byte {
	if bytes.Contains(name, []byte("//")) || bytes.HasSuffix(name, []byte("/")) {
		p := contrail.NormalizePath(append([]byte("/x:"), name...))
		return p[len("/x:"):]
	}
	return name
}

// signs of halves: the ends of one link add up to nothing if they agree about rows, types, value and, of parents, name.
const (
	linkRef byte = iota
	linkSame
	linkParent
)

func (c *collector) balanceHalf(h *half) {
	r := &c.row
	g := &r.Groups[h.group]
	own := xxh3.HashString(r.Type)
	bucket := bucketOf(r.id) ^ bucketOf(h.other)
	b := c.hash[:0]
	var plus bool
	switch g.Kind {
	case contrail.ColumnRef, contrail.ColumnBackref:
		forward := g.Kind == contrail.ColumnRef
		if own == g.hash {
			first := bytes.Compare(r.id[:], h.other[:]) < 0
			b = appendEnds(b, r.id, h.other, own, own, first)
			b = binary.LittleEndian.AppendUint64(b, h.value)
			b = append(b, linkSame)
			plus = first
			break
		}
		b = appendEnds(b, r.id, h.other, own, g.hash, forward)
		b = binary.LittleEndian.AppendUint64(b, h.value)
		b = append(b, linkRef)
		plus = forward
	default:
		down := g.Kind == contrail.ColumnChild
		b = appendEnds(b, r.id, h.other, own, g.hash, down)
		name := uint64(0)
		switch parentType, childType := r.Type, g.Name; {
		case !down:
			parentType, childType = g.Name, r.Type
			if !freeName(parentType, childType) && len(r.FQName) > 0 {
				name = xxh3.HashString(strings.Join(r.FQName[:len(r.FQName)-1], ":"))
			}
		case !freeName(parentType, childType):
			name = xxh3.HashString(r.Name())
		}
		b = binary.LittleEndian.AppendUint64(b, name)
		b = append(b, linkParent)
		plus = !down
	}
	c.hash = b
	if plus {
		c.linkBalance.plus(bucket, xxh3.Hash(b))
	} else {
		c.linkBalance.minus(bucket, xxh3.Hash(b))
	}
}

func appendEnds(b []byte, from, to id, own, other uint64, straight bool) []byte {
	if !straight {
		from, to, own, other = to, from, other, own
	}
	b = append(append(b, from[:]...), to[:]...)
	b = binary.LittleEndian.AppendUint64(b, own)
	return binary.LittleEndian.AppendUint64(b, other)
}

// freeName tells of the children whose names have nothing to do with their parent's.
func freeName(parentType, childType string) bool {
	return parentType == "config_root" || parentType == "instance_ip" && slices.Contains(freeChildren, childType)
}

var freeChildren = []string{"floating_ip", "alias_ip"}
