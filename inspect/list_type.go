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

// types lists the types of the dump, or the objects of one or all of them.
func (l *lister) types() error {
	listObjects := l.what.Type != "" || l.what.Recursive
	sorter := spill.NewSorter(l.opts.Temp, l.what.Memory/8)
	defer sorter.Close()
	counts := map[string]*Entry{}
	var about head
	var own times
	var rec []byte
	for l.r.Next() {
		switch l.r.Kind() {
		case dump.RowStart:
			about.reset()
			own = times{}
		case dump.CellRead:
			if isObjects(l.r) {
				about.add(l.r.Cell())
				own.Add(l.r.Cell())
			}
		case dump.RowEnd:
			if !isObjects(l.r) || about.typ == "" {
				continue
			}
			start, end := l.r.Span()
			e := counts[about.typ]
			if e == nil {
				e = &Entry{Kind: EntryType, Type: about.typ}
				counts[about.typ] = e
			}
			e.Objects++
			e.Columns += l.r.Cells()
			e.Bytes += end - start
			if !listObjects || l.what.Type != "" && !about.isType(l.what.Type) {
				continue
			}
			oldest, newest := own.bounds()
			var err error
			if rec, err = appendObject(rec[:0], &about, l.r.Key().String(), objectSize{l.r.Cells(), end - start, oldest, newest}); err != nil {
				return err
			}
			if err := sorter.Add(rec); err != nil {
				return err
			}
		}
	}
	if err := l.r.Err(); err != nil {
		return err
	}
	if listObjects {
		return l.objects(sorter, slices.Collect(maps.Keys(counts)))
	}
	for _, typ := range slices.Sorted(maps.Keys(counts)) {
		if err := l.emit(counts[typ]); err != nil {
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
