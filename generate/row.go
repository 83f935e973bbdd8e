package generate

import (
	"bytes"
	"slices"
)

// row collects the cells of one row of obj_uuid_table. Its memory is reused;
// what it holds is valid until the next row.
type row struct {
	w       *world
	buf     []byte
	cells   []cell
	targets []place // what the row refers to
	clock   int64   // µs: the last write of one of the object's own cells
	name    fqName
	other   fqName
	s       *subject
}

// cell is a column: its name as bytes and its value as it stands inside a
// JSON string, both in the row's buffer.
type cell struct {
	name, split, end uint32 // name is [name:split], value [split:end]
	at               int64  // µs
}

// Own cells are written one after another, so many µs apart.
const cellStep = 17

func (r *row) cellName(c cell) []byte  { return r.buf[c.name:c.split] }
func (r *row) cellValue(c cell) []byte { return r.buf[c.split:c.end] }

// open begins a cell with the first part of its name; what is appended to
// buf until value is called belongs to the name, after that to the value,
// until close.
func (r *row) open(name string) {
	r.cells = append(r.cells, cell{name: uint32(len(r.buf))})
	r.buf = append(r.buf, name...)
}

func (r *row) value() { r.cells[len(r.cells)-1].split = uint32(len(r.buf)) }

func (r *row) close() {
	r.clock += cellStep
	r.closeAt(r.clock)
}

func (r *row) closeAt(at int64) {
	c := &r.cells[len(r.cells)-1]
	c.end = uint32(len(r.buf))
	c.at = at
}

// prop begins a column with a fixed name at its value.
func (r *row) prop(name string) {
	r.open(name)
	r.value()
}

// set writes a whole column with a fixed name and value.
func (r *row) set(name string, v value) {
	r.prop(name)
	r.raw(v)
	r.close()
}

func (r *row) raw(v value)   { r.buf = append(r.buf, v...) }
func (r *row) uint(n uint64) { r.buf = appendUint(r.buf, n) }
func (r *row) int(n int)     { r.buf = appendUint(r.buf, uint64(n)) }
func (r *row) uuid(u uuid)   { r.buf = appendUUID(r.buf, u) }

// text and bytes append a JSON string, quoteOpen and quoteClose stand around
// one that is appended in pieces and needs no escapes.
func (r *row) text(s string)  { r.buf = appendNested(r.buf, s) }
func (r *row) bytes(s []byte) { r.buf = appendNested(r.buf, s) }
func (r *row) quoteOpen()     { r.buf = append(r.buf, '\\', '"') }
func (r *row) quoteClose()    { r.buf = append(r.buf, '\\', '"') }

// nameText appends an object's joined fq_name as a JSON string.
func (r *row) nameText(k kind, i int) {
	r.w.nameOf(&r.other, k, i)
	r.bytes(r.other.text)
}

// Links. A link is written when the object that holds the reference, or the
// child, is created.

func (r *row) link(prefix string, k kind, i int) {
	r.open(prefix)
	r.buf = append(r.buf, k.typ()...)
	r.buf = append(r.buf, ':')
	r.uuid(r.w.uuidOf(k, i))
	r.value()
}

// child, ref and backref write a link whose value is fixed; the ones with a
// 0 begin a link whose value is appended piece by piece.
func (r *row) child(k kind, i int) {
	r.link("children:", k, i)
	r.raw(valueNull)
	r.closeAt(r.w.createdAt(k, i) + 211)
}

func (r *row) backref(k kind, i int, v value) {
	r.backref0(k, i)
	r.raw(v)
	r.closeBackref(k, i)
}

func (r *row) backref0(k kind, i int)     { r.link("backref:", k, i) }
func (r *row) closeBackref(k kind, i int) { r.closeAt(r.w.createdAt(k, i) + 223) }

func (r *row) ref(k kind, i int, v value) {
	r.ref0(k, i)
	r.raw(v)
	r.close()
}

func (r *row) ref0(k kind, i int) {
	r.targets = append(r.targets, place{k, i})
	r.link("ref:", k, i)
}

// build makes the whole row of a subject.
func (r *row) build(w *world, s *subject) {
	r.w, r.s = w, s
	r.buf, r.cells, r.targets = r.buf[:0], r.cells[:0], r.targets[:0]
	r.clock = s.created
	w.nameSubject(&r.name, s)

	r.set("META:latest_col_ts", valueNull)
	if !s.copied {
		r.links()
	}
	r.prop("fq_name")
	r.buf = append(r.buf, '[')
	for i := range r.name.n {
		if i > 0 {
			r.buf = append(r.buf, ", "...)
		}
		r.bytes(r.name.part(i))
	}
	r.buf = append(r.buf, ']')
	r.close()
	r.parent()
	r.displayName()
	r.idPerms()
	r.perms2()
	r.own()
	r.prop("type")
	r.text(s.kind.typ())
	r.close()

	if s.edit != nil {
		r.edit(s.edit)
	}
	r.sort()
	newest := int64(0)
	for _, c := range r.cells {
		newest = max(newest, c.at)
	}
	if s.edit != nil {
		newest = max(newest, s.edit.touched)
	}
	r.cells[0].at = newest + 1 // META sorts before all others
}

// parent writes the two columns that name the parent. Children of the
// configuration root have neither.
func (r *row) parent() {
	k := r.s.kind.parent()
	if k == noKind {
		return
	}
	r.link("parent:", k, r.s.parent)
	r.raw(valueNull)
	r.close()
	r.prop("parent_type")
	r.text(kindFacts[k].hyphen)
	r.close()
}

// edit changes the cells as an edit says. Columns that the row hasn't are
// added.
func (r *row) edit(e *edit) {
	if len(e.cells) == 0 {
		return
	}
	find := e.finder()
	done := make([]bool, len(e.cells))
	kept := r.cells[:0]
	for _, c := range r.cells {
		if i := find(r.cellName(c)); i >= 0 {
			done[i] = true
			switch change := e.cells[i]; {
			case change.drop:
				continue
			case change.retime:
				c.at = change.at
			default:
				c = r.rewritten(change)
			}
		}
		kept = append(kept, c)
	}
	r.cells = kept
	for i, change := range e.cells {
		if !done[i] && !change.drop && !change.retime {
			r.cells = append(r.cells, r.rewritten(change))
		}
	}
}

func (r *row) rewritten(change cellEdit) cell {
	c := cell{name: uint32(len(r.buf)), at: change.at}
	r.buf = append(r.buf, change.column...)
	c.split = uint32(len(r.buf))
	r.buf = append(r.buf, change.value...)
	c.end = uint32(len(r.buf))
	return c
}

// sort puts the cells in the byte order of their names. Most rows are short
// and nearly in order; a wide one is neither.
func (r *row) sort() {
	byName := func(a, b cell) int { return bytes.Compare(r.cellName(a), r.cellName(b)) }
	if len(r.cells) > 64 {
		slices.SortFunc(r.cells, byName)
		return
	}
	for i := 1; i < len(r.cells); i++ {
		c := r.cells[i]
		j := i
		for ; j > 0 && byName(r.cells[j-1], c) > 0; j-- {
			r.cells[j] = r.cells[j-1]
		}
		r.cells[j] = c
	}
}
