package redact

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/filter/redact/detect"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// copier goes over a dump and writes what becomes of it.
type copier struct {
	*redactor
	r       *dump.Reader
	out     *splice.Splicer
	table   *tablePlan
	key     []byte // of the row, decoded
	row     rowState
	size    int64 // of the text
	options dump.Options
	cells   cellMemo
	zk      zkCopy
	look    *splice.Cursor
	at      int64 // behind the table or member that came last
	buf     []byte
	decoded []byte // the value that is looked at
	memory  int64
}

// rowState is what is known of the row that the reader is in.
type rowState struct {
	start      int64 // of its name
	objectType string
	typeKnown  bool
}

// copy writes a redacted copy of d, whose text is given, to w.
func (r *redactor) copy(ctx context.Context, d *dump.Dump, text io.ReaderAt, w io.Writer) error {
	o := d.Options()
	reader, err := d.ReaderWith(ctx, o)
	if err != nil {
		return err
	}
	defer reader.Close()
	memory := o.Memory
	if memory == 0 {
		memory = 256 << 20
	}
	buffer := bufio.NewWriterSize(w, 256<<10)
	c := &copier{redactor: r, r: reader, out: splice.New(buffer, &window{text: text}), look: splice.NewCursor(text), memory: memory,
		size: d.Bytes(), options: o}
	for reader.Next() {
		if err := c.step(); err != nil {
			return err
		}
		if err := c.out.Err(); err != nil {
			return err
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	c.out.CopyTo(d.Bytes())
	if err := c.out.Err(); err != nil {
		return err
	}
	return buffer.Flush()
}

func (c *copier) step() error {
	r := c.r
	switch r.Kind() {
	case dump.CellRead:
		return c.cell(r.Cell())
	case dump.RowStart:
		return c.rowStart()
	case dump.TableStart:
		c.table = c.planOfTable(r.Keyspace(), r.Table())
	case dump.TableEnd:
		_, c.at = r.Span()
	case dump.MemberRead:
		c.at = r.Member().End
		return c.member(r.Member())
	case dump.ZNodeRead:
		return c.node(r.ZNode())
	case dump.ZooKeeperEnd:
		return c.endZooKeeper()
	}
	return nil
}

// rowStart redacts the key of a row.
func (c *copier) rowStart() error {
	key := c.r.Key()
	start, _ := c.r.Span()
	c.row = rowState{start: start}
	c.setKey(key)
	return c.name(start, key, c.keyOf(c.table, key.Raw, c.key))
}

// keyOf redacts the key of a row of a table; nil if it stays.
func (c *copier) keyOf(t *tablePlan, raw, key []byte) []byte {
	if t.keepsKeys && !c.rare(raw) {
		return nil
	}
	return t.key(c.redactor, key)
}

// columnOf redacts the name of a column of a table; nil if it stays.
func (c *copier) columnOf(t *tablePlan, raw, name []byte) []byte {
	if t.object {
		if p := c.planOf(name); c.mayChangeName(p, raw) {
			return c.columnName(p, name)
		}
		return nil
	}
	if t.column == nil || !c.rare(raw) {
		return nil
	}
	return t.column(c.redactor, name)
}

// typedPlan returns the plan of a column for which there are rules for some
// types. The type stands last in its row, so it is looked for ahead.
func (c *copier) typedPlan(name []byte) *plan {
	if !c.row.typeKnown {
		c.row.typeKnown = true
		c.row.objectType = c.typeAhead()
	}
	return c.planOfType(name, c.row.objectType)
}

// typeAhead reads the row that the reader is in for its type; empty if it has
// none.
func (c *copier) typeAhead() string {
	_, value := c.look.Name(c.row.start)
	options := c.options
	options.OnProblem = func(*dump.Problem) error { return nil }
	row := dump.RowReader(c.look.Text(), dump.Place{Start: value, End: c.size}, "", options)
	defer row.Close()
	for row.Next() && row.Kind() == dump.CellRead {
		if cell := row.Cell(); cell.Name.Is("type") && cell.Value.IsText && !cell.Value.Long() {
			var typ string
			if json.Unmarshal(cell.Value.Text().Decoded(), &typ) != nil {
				return ""
			}
			return contrail.NormalizeType(typ)
		}
	}
	return ""
}

// rare tells if every text is to be looked at.
func (r *redactor) rare(raw []byte) bool {
	return r.names != nil || r.known != nil && r.known.mayHave(raw) || detect.MayHold(raw)
}

func (c *copier) setKey(key dump.Text) {
	c.key = key.AppendDecoded(c.key[:0])
	c.rowKey = c.key
}

// name writes a name that was redacted; nil is one that wasn't.
func (c *copier) name(start int64, was dump.Text, redacted []byte) error {
	if redacted != nil {
		c.out.CopyTo(start)
		c.quoted(redacted)
		c.out.SkipTo(start + int64(len(was.Raw)) + 2)
	}
	return c.flush()
}

// put writes something; the splicer keeps the error.
func (c *copier) put(text []byte) { _, _ = c.out.Write(text) }

// quoted writes a text as a JSON string.
func (c *copier) quoted(text []byte) {
	c.buf = append(c.buf[:0], '"')
	c.buf = append(jsonscan.AppendEscaped(c.buf, text), '"')
	c.put(c.buf)
}

// cell redacts the name and the value of a cell.
func (c *copier) cell(cell *dump.Cell) error {
	t := c.table
	if t.skips(c.redactor, cell) {
		return nil
	}
	if t.object {
		if err := c.objectCell(cell); err != nil {
			return err
		}
	} else {
		name := cell.Name.Decoded()
		if err := c.name(cell.Offset, cell.Name, c.columnOf(t, cell.Name.Raw, name)); err != nil {
			return err
		}
		if err := c.value(cell, func(value []byte) ([]byte, bool) { return t.value(c.redactor, c.key, name, value) }); err != nil {
			return err
		}
	}
	return c.extra(cell)
}

// objectCell redacts a cell of obj_uuid_table.
func (c *copier) objectCell(cell *dump.Cell) error {
	name := cell.Name.Decoded()
	p := c.planOf(name)
	if p.typed {
		p = c.typedPlan(name)
	}
	if c.mayChangeName(p, cell.Name.Raw) {
		if err := c.name(cell.Offset, cell.Name, c.columnName(p, name)); err != nil {
			return err
		}
	}
	raw := cell.Value.Raw()
	// What becomes of a value depends on it and on its column alone, but for
	// keys of maps and passwords that are encrypted for their object.
	quick := (c.known == nil || !c.known.mayHave(raw)) && !cell.Value.Long() && p.kind != contrail.ColumnPropMap && p.name != encryptedColumn
	if quick {
		if was := c.cells.of(p, raw); was != nil {
			c.events = append(c.events, was.counts...)
			if was.redacted != "" {
				c.out.CopyTo(cell.ValueOffset)
				c.out.Put(was.redacted)
				c.out.SkipTo(cell.ValueOffset + rawSize(&cell.Value))
			}
			return c.flush()
		}
		if c.names == nil && (!p.walk || p.onlyNull(raw)) && !detect.MayHold(raw) {
			c.cells.add(p, raw, nil, nil)
			return nil
		}
	}
	begin := len(c.events)
	written, err := c.replace(cell, func(value []byte) ([]byte, bool) { return c.column(p, name, value) })
	if quick && err == nil {
		c.cells.add(p, raw, written, c.events[begin:])
	}
	if err != nil {
		return err
	}
	return c.flush()
}

// rawSize returns the length of a value in the text.
func rawSize(v *dump.Value) int64 {
	if v.IsText {
		return v.Size() + 2
	}
	return v.Size()
}

// mayChangeName tells if others than programs can have chosen a part of the name
// of a column.
func (c *copier) mayChangeName(p *plan, raw []byte) bool {
	if c.names != nil && c.names.UUIDs {
		return true
	}
	return hasFreeName(p, raw) && c.rare(raw)
}

// hasFreeName tells if the name of a column, or a part of it, is none that
// programs give. The name may have the escapes of a JSON string.
func hasFreeName(p *plan, name []byte) bool {
	switch p.kind {
	case contrail.ColumnType, contrail.ColumnFQName, contrail.ColumnParentType:
		return false
	case contrail.ColumnParent, contrail.ColumnChild, contrail.ColumnRef, contrail.ColumnBackref, contrail.ColumnRelaxBackref:
		return !endsInUUID(name)
	case contrail.ColumnProp, contrail.ColumnMeta:
		return p.free
	case contrail.ColumnPropList:
		return p.free || !isPosition(name[bytes.LastIndexByte(name, ':')+1:])
	}
	return true
}

// endsInUUID tells if the last part of a name has the shape of a uuid.
func endsInUUID(name []byte) bool {
	n := len(name) - uuidLength
	return n > 0 && name[n-1] == ':' && name[n+8] == '-' && name[n+13] == '-' && name[n+18] == '-' && name[n+23] == '-'
}

const uuidLength = 36

// isPosition tells if a text can be the position of an element of a list.
func isPosition(text []byte) bool {
	return len(text) < 10 && isAllDigits(text) || contrail.ValidUUID(text)
}

// columnName redacts what others can choose in the name of a column: behind the
// name of a property that the model knows, or all of what stands behind its
// kind. It returns nil if nothing changes.
func (c *copier) columnName(p *plan, name []byte) []byte {
	if !hasFreeName(p, name) {
		if c.names == nil {
			return nil
		}
		if redacted := c.names.OnlyUUIDs(name); !bytes.Equal(redacted, name) {
			return redacted
		}
		return nil
	}
	key := name
	if col := contrail.ParseColumn(name); col.Kind != contrail.ColumnUnknown || col.Malformed {
		if key = col.Key; p.free || len(key) == 0 {
			_, key, _ = bytes.Cut(name, []byte{':'})
		}
	}
	front := name[:len(name)-len(key)]
	w := walker{r: c.redactor, p: p, prefixLength: -1}
	redacted, changed := c.redactor.key(&w, key)
	if !changed {
		return nil
	}
	return append(bytes.Clone(front), redacted...)
}

// value redacts the value of a cell with f, which gets it decoded.
func (c *copier) value(cell *dump.Cell, f func([]byte) ([]byte, bool)) error {
	if _, err := c.replace(cell, f); err != nil {
		return err
	}
	return c.flush()
}

// replace writes what f makes of a value, which it gets decoded. It returns what
// was written in its place, nil if nothing changes. Both are valid until the next
// call.
func (c *copier) replace(cell *dump.Cell, f func([]byte) ([]byte, bool)) ([]byte, error) {
	raw, err := c.load(&cell.Value)
	if err != nil {
		return nil, err
	}
	value := raw
	if cell.Value.IsText && bytes.IndexByte(raw, '\\') >= 0 {
		c.decoded = jsonscan.AppendDecoded(c.decoded[:0], raw)
		value = c.decoded
	}
	redacted, changed := f(value)
	if !changed {
		return nil, nil
	}
	if cell.Value.IsText || !json.Valid(redacted) {
		c.buf = append(jsonscan.AppendEscaped(append(c.buf[:0], '"'), redacted), '"')
		redacted = c.buf
	}
	c.out.CopyTo(cell.ValueOffset)
	c.put(redacted)
	c.out.SkipTo(cell.ValueOffset + rawSize(&cell.Value))
	return redacted, nil
}

// load returns the raw text of a value.
func (c *copier) load(v *dump.Value) ([]byte, error) {
	if !v.Long() {
		return v.Raw(), nil
	}
	if v.Size() > c.memory/8 {
		return nil, fmt.Errorf("%s/%s/%s: a value of %d bytes is too long to be looked into; give more --memory",
			c.r.Keyspace(), c.r.Table(), c.r.Key(), v.Size())
	}
	return io.ReadAll(v.Open())
}

// extra redacts what stands behind the timestamp (A15).
func (c *copier) extra(cell *dump.Cell) error {
	if cell.Shape&dump.ExtraData == 0 {
		return nil
	}
	list := append(append([]byte{'['}, cell.Extra...), ']')
	redacted, changed := c.document(&plan{name: "(further elements of cells)"}, list, false)
	if changed {
		end := cell.End - 1
		c.out.CopyTo(end - int64(len(cell.Extra)))
		c.put(redacted[1 : len(redacted)-1])
		c.out.SkipTo(end)
	}
	return c.flush()
}

// member redacts an unknown member of the top level, and its name.
func (c *copier) member(m *dump.Member) error {
	if m.Name.Is(livemeta.Name) {
		if known, err := c.spoken(m); known || err != nil {
			return err
		}
	}
	raw, err := c.load(&m.Value)
	if err != nil {
		return err
	}
	name := m.Name.Decoded()
	secret := isSecretName(string(name))
	p := &plan{name: "(further members)"}
	w := walker{r: c.redactor, p: p, prefixLength: -1}
	if redacted, changed := c.redactor.key(&w, name); changed {
		start := c.r.MemberName()
		c.out.CopyTo(start)
		c.quoted(redacted)
		c.out.SkipTo(start + int64(len(m.Name.Raw)) + 2)
	}
	redacted, changed := c.document(p, raw, secret)
	if changed {
		c.out.CopyTo(m.Offset)
		c.put(redacted)
		c.out.SkipTo(m.End)
	}
	return c.flush()
}
