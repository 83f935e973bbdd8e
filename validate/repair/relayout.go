package repair

import (
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/validate"
)

// relayout writes the base with each table in its keyspace, in the order in which they were met. Nothing else changes.
func (a *applier) relayout(w io.Writer, o dump.Options) error {
	r, err := a.base.ReaderWith(a.ctx, o)
	if err != nil {
		return err
	}
	defer r.Close()
	type table struct {
		name  string
		place dump.Place
	}
	var order []string
	tables := map[string][]table{}
	for r.Next() {
		switch r.Kind() {
		case dump.KeyspaceStart:
			if _, ok := tables[r.Keyspace()]; !ok {
				order = append(order, r.Keyspace())
				tables[r.Keyspace()] = nil
			}
		case dump.TableEnd:
			start, end := r.Span()
			tables[r.Keyspace()] = append(tables[r.Keyspace()], table{r.Table(), dump.Place{Start: start, End: end}})
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	a.Walk = splice.NewWalk(w, a.text, r)
	at, err := a.cassandraValue()
	if err != nil {
		return err
	}
	a.Out.CopyTo(at.Start)
	a.Out.Put("{")
	for i, ks := range order {
		if i > 0 {
			a.Out.Put(", ")
		}
		a.Out.Put(quote(ks) + ": {")
		for j, t := range tables[ks] {
			if j > 0 {
				a.Out.Put(", ")
			}
			a.Out.Put(quote(t.name) + ": ")
			a.Out.Section(a.text, t.place)
		}
		a.Out.Put("}")
	}
	a.Out.Put("}")
	a.Out.SkipTo(at.End)
	a.Out.CopyTo(a.base.Bytes())
	a.edits.use(a.edits.root[validate.Relayout].number)
	if err := a.Look.Err(); err != nil {
		return err
	}
	return a.Out.Err()
}

// cassandraValue finds the value of the member cassandra.
func (a *applier) cassandraValue() (dump.Place, error) {
	off := a.Look.Blank(a.Look.Start()) + 1
	for a.Look.Err() == nil {
		off = a.Look.Item(off)
		name, value := a.Look.Name(off)
		end := a.behindValue(value)
		if name == "cassandra" {
			return dump.Place{Start: value, End: end}, nil
		}
		off = end
	}
	return dump.Place{}, a.Look.Err()
}

// behindValue returns where the JSON value ends that begins at off.
func (a *applier) behindValue(off int64) int64 {
	depth := 0
	for a.Look.Err() == nil {
		switch c := a.Look.Byte(off); c {
		case '"':
			off = a.behindString(off) - 1
			if depth == 0 {
				return off + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				if depth < 0 {
					return off
				}
				return off + 1
			}
		case ',':
			if depth == 0 {
				return off
			}
		}
		off++
	}
	return off
}
