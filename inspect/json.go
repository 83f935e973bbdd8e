package inspect

import (
	"encoding/json"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
)

// The values of the member "schema" in the first object of each answer.
const (
	ListSchema   = "dumptool.ls/1"
	GetSchema    = "dumptool.get/1"
	SearchSchema = "dumptool.find/1"
	QuerySchema  = "dumptool.query/1"
)

// object writes a JSON object member by member.
type object struct {
	dst   []byte
	empty bool
}

// beginObject begins one, with a member "schema" unless that is empty.
func beginObject(dst []byte, schema string) *object {
	o := &object{append(dst, '{'), true}
	if schema != "" {
		o.text("schema", schema)
	}
	return o
}

func (o *object) end() []byte { return append(o.dst, '}') }

func (o *object) name(name string) {
	if !o.empty {
		o.dst = append(o.dst, ',')
	}
	o.empty = false
	o.dst = append(append(append(o.dst, '"'), name...), `":`...)
}

func (o *object) text(name, value string) {
	o.name(name)
	o.dst = contrail.AppendJSONString(o.dst, value, false)
}

func (o *object) textOrNull(name, value string) {
	if value == "" {
		o.raw(name, []byte("null"))
		return
	}
	o.text(name, value)
}

func (o *object) number(name string, n int64) {
	o.name(name)
	o.dst = strconv.AppendInt(o.dst, n, 10)
}

func (o *object) bool(name string, b bool) {
	o.name(name)
	o.dst = strconv.AppendBool(o.dst, b)
}

func (o *object) raw(name string, value []byte) {
	o.name(name)
	o.dst = append(o.dst, value...)
}

// list writes an array of texts, null if there is none.
func (o *object) list(name string, texts []string) {
	if texts == nil {
		o.raw(name, []byte("null"))
		return
	}
	o.name(name)
	o.dst = append(o.dst, '[')
	for i, t := range texts {
		if i > 0 {
			o.dst = append(o.dst, ',')
		}
		o.dst = contrail.AppendJSONString(o.dst, t, false)
	}
	o.dst = append(o.dst, ']')
}

// stamp writes a timestamp with its own text, null if there is none.
func (o *object) stamp(name string, t *json.Number) {
	if t == nil {
		o.raw(name, []byte("null"))
		return
	}
	o.raw(name, []byte(*t))
}

// AppendJSON appends the entry as a JSON object on one line, with a member
// "schema" unless that is empty.
func (e *Entry) AppendJSON(dst []byte, schema string) []byte {
	o := beginObject(dst, schema)
	o.text("kind", string(e.Kind))
	if e.Kind == EntryType {
		o.text("type", e.Type)
		o.number("objects", e.Objects)
		o.number("columns", e.Columns)
		o.number("bytes", e.Bytes)
		return o.end()
	}
	o.text("path", e.Path.String())
	switch e.Kind {
	case EntryKeyspace:
		o.number("tables", e.Tables)
		fallthrough
	case EntryTable:
		o.number("rows", e.Rows)
		fallthrough
	case EntryRow, EntryObject:
		o.number("columns", e.Columns)
		o.number("bytes", e.Bytes)
		o.stamp("oldest", e.Oldest)
		o.stamp("newest", e.Newest)
	case EntryColumn:
		o.number("bytes", e.Bytes)
		o.stamp("timestamp", e.Newest)
	case EntryZNode:
		o.number("nodes", e.Nodes)
		o.bool("leaf", e.Leaf)
		if e.Leaf {
			o.number("bytes", e.Bytes)
			o.raw("stat", []byte(e.Stat))
		}
	}
	if e.Kind == EntryObject {
		o.text("uuid", e.Path.Row)
	}
	if e.Kind == EntryObject || e.Kind == EntryRow && e.Path.Table == objectTable && e.Path.Keyspace == objectKeyspace {
		o.textOrNull("type", e.Type)
		o.list("fq_name", e.FQName)
	}
	return o.end()
}

// AppendJSON appends the hit as a JSON object on one line, with a member
// "schema" unless that is empty.
func (h *Hit) AppendJSON(dst []byte, schema string) []byte {
	o := beginObject(dst, schema)
	o.text("path", h.Path.String())
	o.text("in", string(h.In))
	if h.Withheld {
		o.raw("match", []byte("null"))
		o.raw("excerpt", []byte("null"))
		return o.end()
	}
	o.text("match", h.Match)
	o.text("excerpt", h.Before+h.Match+h.After)
	return o.end()
}

// AppendJSON appends the answer as a JSON object on one line, with a member
// "schema" unless that is empty.
func (a *Answer) AppendJSON(dst []byte, schema string) []byte {
	o := beginObject(dst, schema)
	o.text("uuid", a.UUID)
	o.text("type", a.Type)
	o.list("fq_name", a.FQName)
	o.raw("result", a.Result)
	return o.end()
}
