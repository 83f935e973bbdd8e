package diff

import (
	"encoding/binary"
	"errors"
)

// Records of changes go through sorters as bytes. encoder and decoder write
// and read the fields one after another; texts keep whatever bytes they have.

type encoder struct{ b []byte }

func (e *encoder) str(s string) {
	e.b = binary.AppendUvarint(e.b, uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) num(n int) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

func (e *encoder) flag(v bool) {
	if v {
		e.b = append(e.b, 1)
	} else {
		e.b = append(e.b, 0)
	}
}

func (e *encoder) list(l []string) {
	// nil and empty are different: shift by one.
	if l == nil {
		e.num(0)
		return
	}
	e.num(len(l) + 1)
	for _, s := range l {
		e.str(s)
	}
}

func (e *encoder) ptr(p *string) {
	e.flag(p != nil)
	if p != nil {
		e.str(*p)
	}
}

type decoder struct {
	b       []byte
	bad     bool
	sources [2]*longSource // of long values
	spool   *fieldSpool    // of fields of rows with very many
}

func (d *decoder) num() int {
	n, k := binary.Uvarint(d.b)
	if k <= 0 {
		d.bad = true
		return 0
	}
	d.b = d.b[k:]
	return int(n)
}

func (d *decoder) str() string {
	n := d.num()
	if n > len(d.b) {
		d.bad = true
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) flag() bool {
	if len(d.b) == 0 {
		d.bad = true
		return false
	}
	v := d.b[0] == 1
	d.b = d.b[1:]
	return v
}

func (d *decoder) list() []string {
	n := d.num()
	if n == 0 || n > len(d.b)+1 {
		return nil
	}
	l := make([]string, n-1)
	for i := range l {
		l[i] = d.str()
	}
	return l
}

func (d *decoder) ptr() *string {
	if !d.flag() {
		return nil
	}
	s := d.str()
	return &s
}

var errRecord = errors.New("a record in the temporary file is damaged")

func (d *decoder) err() error {
	if d.bad || len(d.b) > 0 {
		return errRecord
	}
	return nil
}

func (e *encoder) stored(s Stored) {
	e.flag(s.Set)
	if s.Set {
		e.flag(s.IsRaw)
		e.str(s.Text)
		e.long(s.Long)
	}
}

func (e *encoder) long(l *LongText) {
	if e.flag(l != nil); l != nil {
		e.num(int(l.Size))
		e.flag(l.JSON)
		e.num(int(l.kind))
		e.str(l.hash)
		e.str(l.meaning)
		e.num(int(l.place.Start))
		e.num(int(l.place.End))
		e.num(l.source.number)
	}
}

func (d *decoder) stored() (s Stored) {
	if s.Set = d.flag(); s.Set {
		s.IsRaw = d.flag()
		s.Text = d.str()
		s.Long = d.long()
	}
	return s
}

func (d *decoder) long() *LongText {
	if !d.flag() {
		return nil
	}
	l := &LongText{Size: int64(d.num()), JSON: d.flag(), kind: longKind(d.num()), hash: d.str(), meaning: d.str()}
	l.place.Start, l.place.End = int64(d.num()), int64(d.num())
	if n := d.num(); n < len(d.sources) {
		l.source = d.sources[n]
	}
	return l
}

func (e *encoder) field(f *Field) {
	e.str(f.Name)
	e.str(string(f.Op))
	e.stored(f.Old)
	e.stored(f.New)
	e.str(f.OldTime)
	e.str(f.NewTime)
}

func (d *decoder) field() (f Field) {
	f.Name = d.str()
	f.Op = Op(d.str())
	f.Old = d.stored()
	f.New = d.stored()
	f.OldTime = d.str()
	f.NewTime = d.str()
	return f
}

func (e *encoder) change(c *Change) {
	for _, s := range []string{string(c.Kind), string(c.Op), c.Type, c.UUID, c.RecreatedFrom, c.TypeWas, c.Keyspace, c.Table, c.Key,
		c.Path, c.Family, c.OldStat, c.NewStat, c.Name, c.Old, c.New} {
		e.str(s)
	}
	e.flag(c.IsTable)
	e.list(c.FQName)
	e.list(c.RenamedFrom)
	e.ptr(c.OldData)
	e.ptr(c.NewData)
	e.long(c.OldLong)
	e.long(c.NewLong)
	e.flag(c.many != nil)
	if c.many != nil {
		e.num(int(c.many.off))
		e.num(int(c.many.size))
		e.num(c.many.count)
	}
	e.num(len(c.Fields))
	for i := range c.Fields {
		e.field(&c.Fields[i])
	}
}

func (d *decoder) change() *Change {
	c := &Change{}
	c.Kind = Kind(d.str())
	c.Op = Op(d.str())
	for _, p := range []*string{&c.Type, &c.UUID, &c.RecreatedFrom, &c.TypeWas, &c.Keyspace, &c.Table, &c.Key,
		&c.Path, &c.Family, &c.OldStat, &c.NewStat, &c.Name, &c.Old, &c.New} {
		*p = d.str()
	}
	c.IsTable = d.flag()
	c.FQName = d.list()
	c.RenamedFrom = d.list()
	c.OldData = d.ptr()
	c.NewData = d.ptr()
	c.OldLong = d.long()
	c.NewLong = d.long()
	if d.flag() {
		c.many = &spooled{spool: d.spool, off: int64(d.num()), size: int64(d.num()), count: d.num()}
		c.sources = d.sources
	}
	for range d.num() {
		if d.bad {
			break
		}
		c.Fields = append(c.Fields, d.field())
	}
	return c
}
