package diff

import (
	"encoding/binary"
	"slices"

	"github.com/dumptool/dumptool/dump"
)

// What differs in a row is found in two places: when the row is compared, and
// later, when it turns out that something derived doesn't agree with what it
// derives from. So rows are collected as drafts, a head and any number of
// fields, that are sorted by row and put together at the end.

const (
	draftHead  = 0
	draftField = 1
)

// draft is the row that is being compared.
type draft struct {
	key  [rowKeyLen]byte
	head Change
	// empty tells that the row that was added or removed has no cells: then it
	// is shown without fields.
	empty   bool
	written bool
}

func draftKey(table uint32, h dump.Hash) (k [rowKeyLen]byte) {
	binary.BigEndian.PutUint32(k[:], table)
	binary.BigEndian.PutUint64(k[tableLen:], h.Hi)
	binary.BigEndian.PutUint64(k[tableLen+8:], h.Lo)
	return k
}

// begin writes the head, once it is known to be needed.
func (c *comparison) begin(d *draft) error {
	if d.written {
		return nil
	}
	d.written = true
	e := encoder{b: append(append(c.buf[:0], d.key[:]...), draftHead)}
	e.flag(d.empty)
	e.change(&d.head)
	c.buf = e.b[:0]
	return c.drafts.Add(e.b)
}

// field adds a field to a draft.
func (c *comparison) field(d *draft, f *Field) error {
	if err := c.begin(d); err != nil {
		return err
	}
	c.buf = appendField(c.buf[:0], d, f)
	return c.drafts.Add(c.buf)
}

// appendField appends the draft record of a field. Its name comes first, so that
// the fields of a row are sorted by name.
func appendField(b []byte, d *draft, f *Field) []byte {
	b = append(append(b, d.key[:]...), draftField)
	start := len(b)
	e := encoder{b: orderPart(b, f.Name)}
	n := len(e.b) - start
	e.field(f)
	return binary.BigEndian.AppendUint32(e.b, uint32(n))
}

// finishDrafts puts the drafts together.
func (c *comparison) finishDrafts() error {
	it, err := c.drafts.Sort()
	if err != nil {
		return err
	}
	var ch *Change
	var key string
	empty := false
	size := 0 // of the fields in memory
	for it.Next() {
		rec := it.Record()
		d := decoder{b: rec[rowKeyLen+1:], sources: c.sources()}
		if rec[rowKeyLen] == draftHead {
			size = 0
			if err := c.finishDraft(ch, empty); err != nil {
				return err
			}
			key = string(rec[:rowKeyLen])
			empty = d.flag()
			ch = d.change()
		} else {
			if ch == nil || key != string(rec[:rowKeyLen]) {
				return errRecord
			}
			d.b = d.b[binary.BigEndian.Uint32(d.b[len(d.b)-4:]) : len(d.b)-4]
			ch.Fields = append(ch.Fields, d.field())
			if size += len(rec); size > manyFields && ch.Kind == Row {
				if err := c.spool(ch); err != nil {
					return err
				}
				size = 0
			}
		}
		if err := d.err(); err != nil {
			return err
		}
	}
	if it.Err() != nil {
		return it.Err()
	}
	return c.finishDraft(ch, empty)
}

// spool moves the fields of a change to disk.
func (c *comparison) spool(ch *Change) error {
	if ch.many == nil {
		ch.many = &spooled{spool: &c.fields}
	}
	settleTimes(ch.Fields)
	err := c.fields.add(ch.many, ch.Fields)
	ch.Fields = ch.Fields[:0]
	return err
}

func (c *comparison) finishDraft(ch *Change, empty bool) error {
	switch {
	case ch == nil:
		return nil
	case ch.Kind == Row:
		if ch.many != nil {
			if err := c.spool(ch); err != nil {
				return err
			}
			ch.Fields = nil
		}
		if ch.Len() == 0 && !empty {
			return nil // all of it was ignored
		}
		return c.emit(ch)
	case ch.Op == Modified:
		if len(ch.Fields) == 0 {
			return nil
		}
		return c.emit(ch)
	case ch.Type == "" || len(ch.FQName) == 0 || ch.UUID == "":
		return c.emit(ch)
	}
	// An object may have been re-created with another uuid.
	b := append(c.buf[:0], 0)
	b = orderPart(b, ch.Type)
	for _, p := range ch.FQName {
		b = orderPart(b, p)
	}
	n := len(b)
	b = append(b, string(ch.Op)...) // added before removed
	b = orderPart(b, ch.UUID)
	e := encoder{b: b}
	e.change(ch)
	e.b = binary.BigEndian.AppendUint32(e.b, uint32(n))
	c.buf = e.b[:0]
	return c.twins.Add(e.b)
}

// finishTwins pairs added with removed objects of one type and fq_name.
func (c *comparison) finishTwins() error {
	it, err := c.twins.Sort()
	if err != nil {
		return err
	}
	var name string
	var added, removed []*Change
	flush := func() error {
		for i := range max(len(added), len(removed)) {
			var ch *Change
			switch {
			case i >= len(removed):
				ch = added[i]
			case i >= len(added):
				ch = removed[i]
			default:
				ch = c.recreated(removed[i], added[i])
			}
			if err := c.emit(ch); err != nil {
				return err
			}
		}
		added, removed = nil, nil
		return nil
	}
	for it.Next() {
		rec := it.Record()
		n := int(binary.BigEndian.Uint32(rec[len(rec)-4:]))
		if string(rec[:n]) != name {
			if err := flush(); err != nil {
				return err
			}
			name = string(rec[:n])
		}
		body := rec[n : len(rec)-4]
		// Behind the operation and the uuid stands the change.
		op := Added
		if body[0] == Removed[0] {
			op = Removed
		}
		k := len(op)
		for k+1 < len(body) && (body[k] != 0 || body[k+1] != 1) {
			k++
		}
		d := decoder{b: body[min(k+2, len(body)):], sources: c.sources()}
		ch := d.change()
		if err := d.err(); err != nil {
			return err
		}
		if op == Added {
			added = append(added, ch)
		} else {
			removed = append(removed, ch)
		}
	}
	if it.Err() != nil {
		return it.Err()
	}
	return flush()
}

// recreated makes one change of an object that went and one that came.
func (c *comparison) recreated(old, new *Change) *Change {
	ch := *new
	ch.Op = Modified
	ch.RecreatedFrom = old.UUID
	ch.Fields = nil
	byName := func(f []Field) {
		slices.SortFunc(f, func(x, y Field) int {
			switch {
			case x.Name < y.Name:
				return -1
			case x.Name > y.Name:
				return 1
			}
			return 0
		})
	}
	byName(old.Fields)
	byName(new.Fields)
	i, j := 0, 0
	for i < len(old.Fields) || j < len(new.Fields) {
		switch {
		case j == len(new.Fields) || i < len(old.Fields) && old.Fields[i].Name < new.Fields[j].Name:
			ch.Fields = append(ch.Fields, old.Fields[i])
			i++
		case i == len(old.Fields) || new.Fields[j].Name < old.Fields[i].Name:
			ch.Fields = append(ch.Fields, new.Fields[j])
			j++
		default:
			f := Field{Name: old.Fields[i].Name, Op: Modified, Old: old.Fields[i].Old, New: new.Fields[j].New,
				OldTime: old.Fields[i].OldTime, NewTime: new.Fields[j].NewTime}
			switch {
			case !sameStored(f.Old, f.New):
				ch.Fields = append(ch.Fields, f)
			case f.OldTime == f.NewTime:
			case c.o.Show[Timestamp] || f.Name == "META:latest_col_ts":
				ch.Fields = append(ch.Fields, f)
			default:
				c.ignore(Timestamp)
			}
			i++
			j++
		}
	}
	return &ch
}
