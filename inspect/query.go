package inspect

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// Answer is what a path picks from one object.
type Answer struct {
	UUID   string
	Type   string
	FQName []string
	Result []byte // JSON, on one line
	// TooLarge tells that the object doesn't fit into memory and was not asked.
	TooLarge bool
}

// QueryOptions are the ways of asking.
type QueryOptions struct {
	Types []string // only objects of these types, in either spelling; all if empty
	Mask  bool     // secrets
}

// Query evaluates a gjson path on the decoded view of every object, without the
// names of what it is linked to, and calls emit where it picks something, in
// the order of the dump. Rows without a type are no objects. The error is a
// *NotFound for a type that neither the model nor the dump knows.
func Query(ctx context.Context, d *dump.Dump, path string, o QueryOptions, emit func(*Answer) error) error {
	q := query{path: path, opts: o, emit: emit, memory: memoryOf(d) / 4, seen: map[string]bool{}, needed: neededBy(path)}
	for i, t := range q.opts.Types {
		if i == 0 {
			q.opts.Types = slices.Clone(q.opts.Types)
		}
		q.opts.Types[i] = contrail.NormalizeType(t)
	}
	if len(q.opts.Types) > 0 {
		if done, err := objectsOfTypes(ctx, d, d.Options(), q.opts.Types, q.run); done || err != nil {
			return err
		}
	}
	opts := d.Options()
	opts.LateDuplicates = true
	r, err := d.ReaderWith(ctx, opts)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := q.run(r); err != nil {
		return err
	}
	return q.unknownType()
}

// run asks the objects that a reader comes to.
func (q *query) run(r *dump.Reader) error {
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			if isObjects(r) {
				q.begin(r.Key().String())
			} else {
				r.PassRow() // an error ends the reading
			}
		case dump.CellRead:
			if err := q.add(r.Cell()); err != nil {
				return err
			}
		case dump.RowEnd:
			if err := q.end(); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// query asks one object after the other.
type query struct {
	path    string
	opts    QueryOptions
	emit    func(*Answer) error
	memory  int64 // for the cells of one object
	uuid    string
	head    head
	builder *contrail.ObjectBuilder // nil once the object is too large
	fill    filler
	used    int64
	needed  needed
	name    []byte
	json    []byte
	seen    map[string]bool // types, normalised
}

func (q *query) begin(uuid string) {
	q.uuid, q.used = uuid, 0
	q.head.reset()
	q.builder = contrail.NewObjectBuilder(uuid)
	q.fill.builder, q.fill.room, q.fill.cut = q.builder, q.memory, false
}

func (q *query) add(c *dump.Cell) error {
	q.head.add(c)
	if q.builder == nil {
		return nil
	}
	q.name = c.Name.AppendDecoded(q.name[:0])
	if !q.needed.column(q.name) {
		return nil
	}
	q.used += c.Value.Size() + int64(len(c.Name.Raw)) + 2*cellBytes
	if q.used > q.memory {
		q.builder, q.fill.builder = nil, nil
		return nil
	}
	return q.fill.add(c)
}

func (q *query) end() error {
	if q.head.typ == "" {
		return nil
	}
	typ := contrail.NormalizeType(q.head.typ)
	q.seen[typ] = true
	if len(q.opts.Types) > 0 && !slices.Contains(q.opts.Types, typ) {
		return nil
	}
	a := Answer{UUID: q.uuid, Type: q.head.typ, FQName: q.head.fqName}
	if q.builder == nil || q.fill.cut {
		a.TooLarge = true
		return q.emit(&a)
	}
	obj := q.builder.Object()
	if q.opts.Mask {
		obj.Mask()
	}
	q.json = obj.AppendJSON(q.json[:0])
	var ok bool
	if a.Result, ok = Pick(q.json, q.path); !ok {
		return nil
	}
	return q.emit(&a)
}

func (q *query) unknownType() error {
	for _, t := range q.opts.Types {
		if _, known := contrail.LookupType(t); known || q.seen[t] {
			continue
		}
		var have []string
		for name := range q.seen {
			have = append(have, name)
		}
		return &NotFound{What: "type " + t, Near: nearTypes(t, have)}
	}
	return nil
}

// Pick evaluates a gjson path on a JSON text and returns what it picks as JSON
// on one line.
func Pick(text []byte, path string) (result []byte, ok bool) {
	r := gjson.GetBytes(text, path)
	if !r.Exists() {
		return nil, false
	}
	raw := []byte(r.Raw)
	if bytes.ContainsAny(raw, "\r\n") {
		var b bytes.Buffer
		if json.Compact(&b, raw) == nil {
			raw = b.Bytes()
		}
	}
	return raw, true
}

// TextOf returns what a JSON string that Pick has returned stands for.
func TextOf(result []byte) string {
	text, _ := jsonText(result)
	return string(text)
}
