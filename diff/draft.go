package diff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"iter"
	"strings"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
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
			if size += len(rec); size > manyFields {
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
	err := c.fields.add(ch.many, ch.Fields)
	ch.Fields = ch.Fields[:0]
	return err
}

// spoolRest moves the last fields of a change to those that are on disk, if there
// are such.
func (c *comparison) spoolRest(ch *Change) error {
	if ch.many == nil {
		return nil
	}
	err := c.spool(ch)
	ch.Fields = nil
	return err
}

func (c *comparison) finishDraft(ch *Change, empty bool) error {
	if ch == nil {
		return nil
	}
	if err := c.spoolRest(ch); err != nil {
		return err
	}
	switch {
	case ch.Kind == Row:
		if ch.Len() == 0 && !empty {
			return nil // all of it was ignored
		}
		return c.emit(ch)
	case ch.Op == Modified:
		if ch.Len() == 0 {
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

// twin is an object that went or came, and may be the same as another one.
type twin struct {
	it   *spill.Iterator
	op   Op
	name []byte // type and fq_name
	ch   *Change
}

// next goes to the next object of the operation; ch is nil at the end.
func (t *twin) next(c *comparison) error {
	t.ch = nil
	for t.it.Next() {
		rec := t.it.Record()
		n := int(binary.BigEndian.Uint32(rec[len(rec)-4:]))
		// Behind the name stand the operation, the uuid and the change.
		body := rec[n : len(rec)-4]
		if !bytes.HasPrefix(body, []byte(t.op)) {
			continue
		}
		k := len(t.op)
		for k+1 < len(body) && (body[k] != 0 || body[k+1] != 1) {
			k++
		}
		t.name = append(t.name[:0], rec[:n]...)
		d := decoder{b: body[min(k+2, len(body)):], sources: c.sources(), spool: &c.fields}
		t.ch = d.change()
		return d.err()
	}
	return t.it.Err()
}

// finishTwins pairs added with removed objects of one type and fq_name: of each
// the first by uuid, the second, and so on.
func (c *comparison) finishTwins() error {
	added, removed := twin{op: Added}, twin{op: Removed}
	for _, t := range []*twin{&added, &removed} {
		var err error
		if t.it, err = c.twins.Sort(); err != nil {
			return err
		}
		if err := t.next(c); err != nil {
			return err
		}
	}
	for added.ch != nil || removed.ch != nil {
		order := 0
		switch {
		case removed.ch == nil:
			order = -1
		case added.ch == nil:
			order = 1
		default:
			order = bytes.Compare(added.name, removed.name)
		}
		ch := added.ch
		switch {
		case order > 0:
			ch = removed.ch
		case order == 0:
			var err error
			if ch, err = c.recreated(removed.ch, added.ch); err != nil {
				return err
			}
		}
		if err := c.emit(ch); err != nil {
			return err
		}
		if order <= 0 {
			if err := added.next(c); err != nil {
				return err
			}
		}
		if order >= 0 {
			if err := removed.next(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// recreated makes one change of an object that went and one that came.
func (c *comparison) recreated(old, new *Change) (*Change, error) {
	ch := *new
	ch.Op = Modified
	ch.RecreatedFrom = old.UUID
	ch.Fields, ch.many = nil, nil
	size := 0
	add := func(f *Field) error {
		ch.Fields = append(ch.Fields, *f)
		if size += len(f.Name) + len(f.Old.Text) + len(f.New.Text) + fieldOverhead; size <= manyFields {
			return nil
		}
		size = 0
		return c.spool(&ch)
	}
	went, stopOld := iter.Pull2(old.stored())
	defer stopOld()
	came, stopNew := iter.Pull2(new.stored())
	defer stopNew()
	x, err, okX := went()
	y, errY, okY := came()
	for err == nil && errY == nil && (okX || okY) {
		order := 0
		switch {
		case !okY:
			order = -1
		case !okX:
			order = 1
		default:
			order = strings.Compare(x.Name, y.Name)
		}
		f := y
		switch {
		case order < 0:
			f = x
		case order == 0:
			f = c.merged(x, y)
		}
		if f != nil {
			if err := add(f); err != nil {
				return nil, err
			}
		}
		if order <= 0 {
			x, err, okX = went()
		}
		if order >= 0 {
			y, errY, okY = came()
		}
	}
	if err := errors.Join(err, errY); err != nil {
		return nil, err
	}
	return &ch, c.spoolRest(&ch)
}

// merged makes one field of one that went and one that came; nil if they don't
// differ in what is shown.
func (c *comparison) merged(old, new *Field) *Field {
	f := &Field{Name: old.Name, Op: Modified, Old: old.Old, New: new.New, OldTime: old.OldTime, NewTime: new.NewTime}
	switch {
	case !sameStored(f.Old, f.New):
		return f
	case f.OldTime == f.NewTime:
		return nil
	case c.o.Show[Timestamp] || f.Name == "META:latest_col_ts":
		return f
	}
	c.ignore(Timestamp)
	return nil
}
