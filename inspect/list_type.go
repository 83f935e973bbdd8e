package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// cutType returns what follows "type:".
func cutType(text string) (typ string, ok bool) {
	return strings.CutPrefix(text, "type:")
}

// typesRead are the types and objects that were met.
type typesRead struct {
	sorter *spill.Sorter // of objects
	counts map[string]*Entry
	rec    []byte
}

func newTypesRead(l *lister) *typesRead {
	return &typesRead{sorter: spill.NewSorter(l.opts.Temp, l.what.Memory/8), counts: map[string]*Entry{}}
}

// types lists the types of the dump, or the objects of one or all of them.
func (l *lister) types() error {
	t := newTypesRead(l)
	defer t.sorter.Close()
	if err := l.readTypes(t); err != nil {
		return err
	}
	return l.listTypes(t)
}

// readTypes notes what the reader comes to.
func (l *lister) readTypes(t *typesRead) error {
	listObjects := l.what.Type != "" || l.what.Recursive
	var about head
	var own times
	for l.r.Next() {
		switch l.r.Kind() {
		case dump.RowStart:
			about.reset()
			own = times{}
			if !isObjects(l.r) {
				l.r.PassRow() // an error ends the reading
			}
		case dump.CellRead:
			about.add(l.r.Cell())
			own.Add(l.r.Cell())
		case dump.RowEnd:
			if about.typ == "" {
				continue
			}
			start, end := l.r.Span()
			e := t.counts[about.typ]
			if e == nil {
				e = &Entry{Kind: EntryType, Type: about.typ}
				t.counts[about.typ] = e
			}
			e.Objects++
			e.Columns += l.r.Cells()
			e.Bytes += end - start
			if !listObjects || l.what.Type != "" && !about.isType(l.what.Type) {
				continue
			}
			oldest, newest := own.bounds()
			var err error
			if t.rec, err = appendObject(t.rec[:0], &about, l.r.Key().String(), objectSize{l.r.Cells(), end - start, oldest, newest}); err != nil {
				return err
			}
			if err := t.sorter.Add(t.rec); err != nil {
				return err
			}
		}
	}
	return l.r.Err()
}

// listTypes emits what was read.
func (l *lister) listTypes(t *typesRead) error {
	if l.what.Type != "" || l.what.Recursive {
		return l.objects(t.sorter, slices.Collect(maps.Keys(t.counts)))
	}
	for _, typ := range slices.Sorted(maps.Keys(t.counts)) {
		if err := l.emit(t.counts[typ]); err != nil {
			return err
		}
	}
	return nil
}

// objects emits what was sorted.
func (l *lister) objects(s *spill.Sorter, have []string) error {
	it, err := s.Sort()
	if err != nil {
		return err
	}
	any := false
	for it.Next() {
		any = true
		e, err := objectEntry(it.Record())
		if err != nil {
			return err
		}
		if err := l.emit(e); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil || any || l.what.Type == "" {
		return err
	}
	if _, known := contrail.LookupType(l.what.Type); known {
		return nil
	}
	near := nearTypes(l.what.Type, have)
	for i := range near {
		near[i] = "type:" + near[i]
	}
	return &NotFound{What: "type:" + l.what.Type, Near: near}
}

// objectSize is what is behind the sorted part of a record.
type objectSize struct {
	Columns, Bytes int64
	Oldest, Newest *json.Number
}

// appendObject makes a record that sorts by type, name and uuid: the parts, each
// ended by a zero byte, an empty one behind those of the name, then objectSize
// as JSON. Zero bytes inside of parts become 1 1, ones 1 2.
func appendObject(rec []byte, about *head, uuid string, size objectSize) ([]byte, error) {
	rec = appendPart(rec, about.typ)
	if about.fqName == nil {
		rec = append(rec, 3, 0) // none, as opposed to one without parts
	}
	for _, part := range about.fqName {
		// 2 stands before each part, so that an empty one does not end the name.
		rec = appendPart(append(rec, 2), part)
	}
	rec = append(rec, 0)
	rec = appendPart(rec, uuid)
	tail, err := json.Marshal(size)
	return append(rec, tail...), err
}

func appendPart(rec []byte, part string) []byte {
	for i := range len(part) {
		if c := part[i]; c <= 1 {
			rec = append(rec, 1, c+1)
		} else {
			rec = append(rec, c)
		}
	}
	return append(rec, 0)
}

func cutPart(rec []byte) (part string, rest []byte) {
	i := bytes.IndexByte(rec, 0)
	if i < 0 {
		return "", nil
	}
	raw := rec[:i]
	if bytes.IndexByte(raw, 1) < 0 {
		return string(raw), rec[i+1:]
	}
	var b []byte
	for k := 0; k < len(raw); k++ {
		c := raw[k]
		if c == 1 && k+1 < len(raw) {
			k++
			c = raw[k] - 1
		}
		b = append(b, c)
	}
	return string(b), rec[i+1:]
}

// objectEntry undoes appendObject.
func objectEntry(rec []byte) (*Entry, error) {
	e := &Entry{Kind: EntryObject}
	e.Type, rec = cutPart(rec)
	for e.FQName = []string{}; ; {
		var part string
		if part, rec = cutPart(rec); part == "" {
			break
		}
		if part[0] == 3 {
			e.FQName = nil
			continue
		}
		e.FQName = append(e.FQName, part[1:])
	}
	e.Path = dump.Path{Level: dump.AtRow, Keyspace: objectKeyspace, Table: objectTable}
	e.Path.Row, rec = cutPart(rec)
	var size objectSize
	if json.Unmarshal(rec, &size) != nil {
		return nil, errors.New("a record that was sorted can't be read back")
	}
	e.Columns, e.Bytes, e.Oldest, e.Newest = size.Columns, size.Bytes, size.Oldest, size.Newest
	return e, nil
}
